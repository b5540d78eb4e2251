// An audience is looked at from all sides, compared, watched, and asked about a past moment.
import { calm, expect, number, PHONE, until, url, walk } from '../harness.mjs';

const mark = Date.now() % 1_000_000;

async function store(page, name, expr) {
  await page.goto(`${url}/audiences/new?mode=text`);
  await page.fill('[data-test=audience-name] input, input[data-test=audience-name]', name);
  await page.fill('textarea[data-test=audience-expr], [data-test=audience-expr] textarea', expr);
  await page.waitForSelector('[data-test=words]');
  await page.click('[data-test=save-audience]');
  await page.waitForURL(/\/audiences\/\d+/);
}

walk('an audience tells who its people are', async (page) => {
  await store(page, `好友${mark}`, 'friend');
  await store(page, `买过${mark}`, 'orders >= 1');
  const all = await until('it is counted', async () => number(await page.textContent('[data-test=count]')));
  const addsUp = async () => {
    const parts = await page.locator('[data-test=breakdown] tbody tr td:nth-child(3)').allTextContents();
    return parts.reduce((sum, text) => sum + number(text), 0) === all;
  };
  await until('the stages add up to the set', addsUp);
  await page.click('[data-test=breakdown-by]');
  await page.locator('.el-select-dropdown__item', { hasText: 'RFM 分群' }).click();
  await until('so do the cells of RFM', async () => (await page.textContent('[data-test=breakdown] thead')).includes('RFM') && (await addsUp()));
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/audience-rfm.png`, fullPage: true });

  await page.getByRole('tab', { name: '标签', exact: true }).click();
  await page.waitForSelector('[data-test=crosstab] tbody tr');
  const tagged = number(await page.textContent('[data-test=crosstab] tbody tr td:nth-child(3)'));
  expect(tagged > 0 && tagged <= all, 'tags are counted');

  await page.getByRole('tab', { name: '与另一人群对比' }).click();
  await page.click('[data-test=compare-with]');
  await page.locator('.el-select-dropdown__item', { hasText: `好友${mark}` }).click();
  await page.waitForSelector('[data-test=venn] circle');
  const count = async (key) => number(await page.textContent(`[data-test=part-${key}] td.num`));
  expect((await count('a')) === all, 'the first circle is this audience');
  expect((await count('both')) + (await count('only_a')) === all, 'the parts add up');
  const list = number(await page.textContent('[data-test=part-only_b] td.num'));
  await page.locator('[data-test=part-only_b] a').first().click();
  await page.waitForURL(/\/customers\?/);
  await until('the list has as many', async () => number(await page.textContent('h1')) === list || (await page.textContent('main')).includes(String(list)));
});

walk('an audience is watched and asked about the past', async (page) => {
  await store(page, `订阅${mark}`, 'friend and orders >= 1');
  await page.click('[data-test=watch-switch]');
  await page.locator('[data-test=watch-begin]').click();
  await until('members are noted', async () => (await page.textContent('[data-test=watch]')).includes('已订阅'));

  await page.getByRole('tab', { name: '使用记录' }).click();
  await page.click('[data-test=who-was]');
  await page.locator('[data-test=compute]').click();
  await page.waitForSelector('[data-test=use-kept]', { timeout: 60_000 });
  const kept = number(await page.textContent('[data-test=use-kept] b'));
  const still = number(await page.textContent('[data-test=use-still] b'));
  const gone = number(await page.textContent('[data-test=use-gone] b'));
  expect(kept > 0 && still + gone === kept, `whoever was in is still in or gone (${kept}, ${still}, ${gone})`);
  await page.click('[data-test=use-still]');
  await page.waitForSelector('.el-drawer [data-test=table] tbody tr');
  await page.keyboard.press('Escape');

  await page.click('[data-test=watch-switch]');
  await page.locator('.el-message-box').getByRole('button', { name: '停止订阅' }).click();
  await until('nothing is watched', async () => !(await page.textContent('[data-test=watch]')).includes('已订阅'));
});

walk('an audience fits a phone', async (page) => {
  await page.goto(`${url}/audiences/new?mode=text&expr=${encodeURIComponent('friend')}`);
  await page.waitForSelector('[data-test=breakdown] tbody tr');
  await calm(page);
}, PHONE);
