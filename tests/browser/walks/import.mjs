// A file of orders goes in, is counted, and is taken back without a trace.
import { expect, number, until, url, walk } from '../harness.mjs';

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
