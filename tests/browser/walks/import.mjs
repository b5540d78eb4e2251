// A file of orders goes in, is counted, and is taken back without a trace.
import { calm, expect, number, PHONE, until, url, walk } from '../harness.mjs';

const ROWS = 40;
const BAD = 2;
const mark = Date.now();

function csv() {
  const lines = ['order_no,customer_id,ordered_at,amount,quantity'];
  for (let i = 0; i < ROWS; i++) {
    const day = String(1 + (i % 28)).padStart(2, '0');
    lines.push(`T${mark}-${i},B${mark}-${i % 10},2026-10-${day} 10:00:00,${(10 + i).toFixed(2)},1`);
  }
  for (let i = 0; i < BAD; i++) lines.push(`T${mark}-bad${i},B${mark}-0,2026-10-01 10:00:00,not money,1`);
  return lines.join('\r\n') + '\r\n';
}

walk('a file that does not say who bought is told so before it is tried', async (page) => {
  const who = page.locator('[data-test=nobody]');
  const given = async (name, lines) => {
    await page.goto(`${url}/orders/import`);
    await page.setInputFiles('[data-test=file]', { name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') });
    await page.click('[data-test=upload]');
    await page.waitForSelector('[data-test=mapping]');
  };
  await given('nobody.csv', ['订单编号,实付金额,付款时间,号码', `N${mark},12.50,2026-11-01 10:00:00,13800138000`]);
  await who.waitFor();
  await page.locator('[data-test=mapping] tbody tr', { hasText: '号码' }).last().locator('.el-select').click();
  await page.locator('.el-select-dropdown__item:visible', { hasText: '手机号' }).first().click();
  await until('a column for her is enough', async () => (await who.count()) === 0);
  await given('somebody.csv', ['订单编号,买家手机,实付金额,付款时间', `N${mark},13800138000,12.50,2026-11-01 10:00:00`]);
  expect((await page.locator('[data-test=mapping] .el-tag--success').count()) === 4, 'the phone of a buyer is known by its name');
  expect((await who.count()) === 0, 'and says who bought');
});

walk('columns are matched on a phone', async (page) => {
  await page.goto(`${url}/orders/import`);
  const long = '一列没有用处而名字又很长的附加信息';
  const lines = [`订单编号,买家手机,实付金额,付款时间,${long}`, `P${mark},13800138000,12.50,2026-11-01 10:00:00,${'婴儿配方奶粉大包装限时特惠'.repeat(3)}`];
  await page.setInputFiles('[data-test=file]', { name: 'phone.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') });
  await page.click('[data-test=upload]');
  await page.waitForSelector('[data-test=mapping]');
  await calm(page);
  const rows = page.locator('[data-test=mapping] tbody tr');
  expect((await rows.count()) === 5, 'every column is there');
  for (let i = 0; i < 5; i++) {
    const row = rows.nth(i);
    for (const part of ['th', '.sample', '.el-select', '.el-tag']) {
      const box = await row.locator(part).first().boundingBox();
      expect(box.x >= 0 && box.x + box.width <= PHONE.viewport.width, `${part} of row ${i} is seen whole`);
    }
    const [name, choice] = [await row.locator('th').boundingBox(), await row.locator('.el-select').boundingBox()];
    expect(choice.y >= name.y + name.height && choice.width > 250, 'the choice stands below the name over the whole width');
  }
  expect((await rows.nth(4).locator('.sample').evaluate((e) => e.scrollWidth <= e.clientWidth)), 'a long sample is wrapped, not cut');
  await rows.nth(4).locator('.el-select').click();
  await page.locator('.el-select-dropdown__item:visible', { hasText: '商品名称' }).first().click();
  await page.click('[data-test=dry-run]');
  await until('it was tried', async () => (await page.locator('[data-test=count-accepted]').textContent().catch(() => '')) === '1', 15_000);
}, PHONE);

walk('orders are imported and taken back', async (page) => {
  await page.goto(`${url}/orders/import`);
  await page.setInputFiles('[data-test=file]', { name: `orders-${mark}.csv`, mimeType: 'text/csv', buffer: Buffer.from(csv()) });
  await page.click('[data-test=upload]');
  await page.waitForSelector('[data-test=mapping]');
  expect((await page.locator('[data-test=mapping] tbody tr').count()) === 5, 'every column is listed');
  const guessed = await page.locator('[data-test=mapping] .el-tag--success').count();
  expect(guessed >= 3, `columns are guessed (${guessed})`);
  await page.click('[data-test=dry-run]');

  await page.locator('[data-test=run]').waitFor({ timeout: 30_000 });
  const count = async (key) => number(await page.textContent(`[data-test=count-${key}]`));
  expect((await count('rows')) === ROWS + BAD, 'every row is counted');
  expect((await count('rejected')) === BAD, 'the bad rows are rejected');
  expect((await count('accepted')) === ROWS, 'the others are accepted');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('[data-test=rejected]')]);
  const text = await (await import('node:fs/promises')).readFile(await download.path(), 'utf8');
  expect(text.includes('not money'), 'the download names the bad rows');

  await page.click('[data-test=run]');
  await page.locator('[data-test=undo-import]').waitFor({ timeout: 30_000 });
  expect((await count('orders')) === ROWS, 'every order is made');
  await page.reload();
  await page.locator('[data-test=undo-import]').click();
  await page.locator('.el-message-box').getByRole('button', { name: '撤销这次导入' }).click();
  await until('it is undone', async () => (await page.textContent('main')).includes('已撤销'), 30_000);
});
