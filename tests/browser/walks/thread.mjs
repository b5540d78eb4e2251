// One customer's way: a live code, a scan, her card; then an audience and a broadcast up to the last question.
import { expect, number, quiet, until, url, walk } from '../harness.mjs';

async function choose(page, box, most = 1) {
  await page.locator(box).first().click();
  const options = page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-disabled)');
  await options.first().waitFor();
  const names = [];
  for (let i = 0; i < most && i < (await options.count()); i++) {
    names.push((await options.nth(i).textContent()).trim());
    await options.nth(i).click();
  }
  await page.keyboard.press('Escape');
  return names;
}

walk('a live code is made, scanned, and the customer stands in the list', async (page) => {
  const name = `测试活码${Date.now() % 1_000_000}`;
  await page.goto(`${url}/livecodes?new=1`);
  await page.fill('[data-test=code-name]', name);
  await choose(page, '[data-test=code-staff]');
  const [tag] = await choose(page, '[data-test=code-tags]');
  await page.fill('#welcome', '您好，欢迎来到我们的小店');
  await page.click('[data-test=save-code]');
  const row = page.locator('[data-test=table] tbody tr', { hasText: name });
  await row.locator('[data-test=scan]').waitFor({ timeout: 30_000 });

  await row.getByRole('button', { name: '二维码' }).click();
  const picture = page.locator('[data-test=qr]');
  await until('the picture has arrived', () => picture.evaluate((img) => img.complete && img.naturalWidth > 20));
  await page.keyboard.press('Escape');
  await picture.waitFor({ state: 'detached' }).catch(() => undefined);
  await page.goto(`${url}/livecodes`);

  await row.locator('[data-test=scan]').click();
  await page.click('[data-test=scanned]');
  await page.waitForURL(/\/customers/);
  if (!/\/customers\/[^/?]+/.test(page.url())) {
    const first = page.locator('[data-test=table] tbody tr a').first();
    await until('she is in the list', async () => {
      if (await first.isVisible().catch(() => false)) return true;
      await page.reload();
      await quiet(page);
      return false;
    });
    await first.click();
  }
  await page.waitForURL(/\/customers\/[^/?]+/);
  await until('she has the tag', async () => {
    if ((await page.textContent('[data-test=tags]').catch(() => '')).includes(tag)) return true;
    await page.reload();
    await quiet(page);
    return false;
  });
  await until('her timeline begins', async () => (await page.locator('[data-test=timeline] li').count()) >= 2);
  const told = await page.textContent('[data-test=timeline]');
  expect(told.includes('添加'), 'the timeline says that she was added');
  expect((await page.textContent('main')).includes(name), 'and where she came from');
});

walk('tags change at once and can be taken back', async (page) => {
  await page.goto(`${url}/customers`);
  await page.locator('[data-test=table] tbody tr a').first().click();
  await page.waitForSelector('[data-test=tags]');
  const before = (await page.locator('[data-test=tags] .chip').allTextContents()).sort().join();
  await page.click('[data-test=edit-tags]');
  await page.locator('main .el-select').first().click();
  const free = page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-selected)').first();
  await free.waitFor();
  await free.click();
  await page.keyboard.press('Escape');
  await page.click('[data-test=save-tags]');
  const undo = page.locator('[data-test=undo] .link').first();
  await undo.waitFor();
  await until('the tags differ', async () => (await page.locator('[data-test=tags] .chip').allTextContents()).sort().join() !== before);
  await undo.click();
  await until('the tags are as before', async () => (await page.locator('[data-test=tags] .chip').allTextContents()).sort().join() === before);
});

walk('an audience counts while it is built, both ways', async (page) => {
  await page.goto(`${url}/audiences/new?mode=text`);
  const counted = async () => number(await page.textContent('[data-test=count]').catch(() => ''));
  await page.fill('[data-test=audience-expr]', 'orders >= 0');
  const all = await until('everybody is counted', counted);
  await page.fill('[data-test=audience-expr]', 'orders >= 1');
  await until('fewer bought', async () => (await counted()) < all);
  expect((await page.textContent('[data-test=words]')).trim().length > 3, 'it says in words whom');
  await until('it shows some of them', async () => (await page.locator('[data-test=sample] a').count()) > 0);

  await page.fill('[data-test=audience-expr]', 'ordres >= 1');
  await page.waitForSelector('main [role=alert]');

  await page.fill('[data-test=audience-expr]', 'orders >= 1');
  await until('the mistake is gone', async () => !(await page.isVisible('main [role=alert]')));
  await page.getByRole('tab', { name: '条件' }).click();
  expect((await page.locator('[data-test=condition]').count()) === 1, 'the builder shows the same condition');
  await page.locator('[data-test=condition] input[data-test=value]').fill('2');
  await page.getByRole('tab', { name: '表达式' }).click();
  await until('the text follows', async () => /orders >= 2/.test(await page.inputValue('[data-test=audience-expr]')));
});

walk('a broadcast is prepared up to the last question', async (page) => {
  await page.goto(`${url}/broadcasts/new?expr=${encodeURIComponent('friend = true')}`);
  const next = page.locator('[data-test=next-step]');
  await until('the people are counted', () => next.isEnabled());
  await next.click();
  await page.fill('#cast-text', '会员专享：本周到店满 300 减 60');
  await next.click();
  await next.click();
  await page.waitForSelector('[data-test=confirm]');
  const total = number(await page.textContent('[data-test=total]'));
  const parts = (await page.locator('[data-test=advisors] tbody td:nth-child(2)').allTextContents()).map(number);
  expect(total > 0, 'somebody will get it');
  expect(parts.reduce((a, b) => a + b, 0) === total, 'the advisors together send to everybody once');
  const send = page.locator('[data-test=send]');
  if (total > 1000) {
    expect(!(await send.isEnabled()), 'above 1,000 the number must be typed');
    await page.fill('[data-test=type-number]', String(total - 1));
    expect(!(await send.isEnabled()), 'and be right');
    await page.fill('[data-test=type-number]', String(total));
  }
  expect(await send.isEnabled(), 'then it may be sent');
});
