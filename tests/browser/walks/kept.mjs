// Handing customers over, deletions, payments, members, tag conflicts and API keys, on a desk and on a phone.
import { calm, expect, number, quiet, SMALL, until, url, walk } from '../harness.mjs';

const mark = Date.now() % 100_000_000;
const PAGES = ['inherit', 'deletions', 'payments', 'members', 'tags/conflicts'];

walk('customers are handed over only after the plan and the rules were seen', async (page) => {
  await page.goto(`${url}/inherit`);
  await page.click('[data-test=new-inherit]');
  await page.locator('.el-dialog').getByText('在职继承', { exact: true }).click();
  expect((await page.textContent('[data-test=rules]')).includes('24'), 'the platform\'s rules stand there before anything is asked');
  await page.click('[data-test=givers]');
  await page.locator('.el-select-dropdown__item:visible').first().click();
  await page.keyboard.press('Escape');
  await page.locator('.el-dialog').getByText('同门店同事', { exact: true }).click();
  await page.click('[data-test=plan]');
  await page.waitForSelector('[data-test=inherit]');
  await page.waitForSelector('[data-test=start-inherit]');
  await until('the plan is counted', async () => number(await page.textContent('[data-test=counts]')) > 0 || (await page.textContent('[data-test=counts]')).includes('没有客户'));
  await page.locator('[data-test=inherit]').getByRole('button', { name: '停止' }).click();
  await page.locator('.el-message-box').getByRole('button', { name: '停止' }).click();
  await until('it is stopped', async () => (await page.textContent('[data-test=inherit]')).includes('已停止'));
});

walk('a member is registered and found by her number', async (page) => {
  await page.goto(`${url}/members`);
  await page.click('[data-test=new-member]');
  await page.fill('[data-test=phone] input, input[data-test=phone]', `139${String(mark).padStart(8, '0')}`);
  await page.click('[data-test=register]');
  const said = await page.locator('.el-message', { hasText: '会员号' }).textContent();
  const no = /[A-Z]?\d{9,}/.exec(said)[0];
  await page.fill('[data-test=find] input, input[data-test=find]', no);
  await page.click('[data-test=look]');
  await until('she is found', async () => (await page.textContent('[data-test=found]')).includes(no));
});

walk('a key for another program is shown once', async (page) => {
  await page.goto(`${url}/settings?tab=apikeys`);
  await page.click('[data-test=new-api-key]');
  await page.fill('[data-test=api-key-name] input, input[data-test=api-key-name]', `CDP${mark}`);
  await page.click('[data-test=make-api-key]');
  const shown = await page.textContent('[data-test=api-key]');
  const key = /ytk_\w+/.exec(shown)[0];
  const answer = await page.request.get(`${url}/api/v1/changes?limit=1`, { headers: { authorization: `Bearer ${key}`, cookie: '' } });
  expect(answer.status() === 200, `the key may read changes (${answer.status()})`);
  await page.reload();
  await page.waitForSelector('[data-test=new-api-key]');
  expect((await page.locator('[data-test=api-key]').count()) === 0, 'and never again');
});

walk('who deleted whom is filtered', async (page) => {
  await page.goto(`${url}/deletions?who=customer`);
  await page.waitForSelector('[data-test=table] tbody tr, .card .el-empty, [data-test=empty]', { timeout: 15_000 });
  const words = await page.locator('[data-test=table] tbody tr .el-tag').allTextContents();
  expect(words.every((word) => word.includes('客户删除了员工')), 'only those of customers');
});

walk('these pages fit a phone', async (page) => {
  for (const path of PAGES) {
    await page.goto(`${url}/${path}`);
    await page.waitForSelector('h1');
    await quiet(page);
    await calm(page, path);
  }
}, SMALL);
