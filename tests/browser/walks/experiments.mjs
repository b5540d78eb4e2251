// An experiment from the grid to its use: drafted, started, sent by a broadcast, and what it says before there is enough.
import { expect, PHONE, sideways, until, url, walk } from '../harness.mjs';

const shot = (page, name) => (process.env.YUTANG_SHOTS ? page.screenshot({ path: `${process.env.YUTANG_SHOTS}/experiment-${name}.png`, fullPage: true }) : undefined);
const NAME = `标题测试 ${Date.now() % 100000}`;

async function draft(page) {
  await page.goto(`${url}/experiments/new`);
  await page.waitForSelector('[data-test=factor]');
  await page.fill('[data-test=name]', NAME);
  const fields = page.locator('[data-test=factor] input');
  for (const [i, text] of ['素材', '图一', '图二'].entries()) await fields.nth(i).fill(text);
  await page.click('[data-test=add-factor]');
  for (const [i, text] of ['权益', '满减', '赠品'].entries()) await fields.nth(3 + i).fill(text);
  await until('the grid has four variants and the hold-out', async () => (await page.locator('[data-test=shares] tbody tr').count()) === 5);
  await page.waitForSelector('[data-test=needed]');
}

walk('an experiment is drafted as a grid, started, and sent by a broadcast', async (page) => {
  await draft(page);
  await shot(page, 'editor');
  await page.click('[data-test=save]');
  await page.waitForURL(/experiments\/\d+/);
  await page.waitForSelector('[data-test=start]');
  await page.click('[data-test=start]');
  await page.click('.el-message-box__btns .el-button:last-child');
  await page.waitForSelector('[data-test=verdict]');
  expect((await page.textContent('[data-test=verdict]')).includes('还没有人'), 'nobody has met it');
  const experiment = page.url().match(/experiments\/(\d+)/)[1];

  await page.goto(`${url}/broadcasts/new?expr=friend&experiment=${experiment}`);
  await until('there are people', async () => page.locator('[data-test=next-step]').isEnabled());
  await page.click('[data-test=next-step]');
  const variants = page.locator('[data-test=variants] label');
  await until('a content for each variant', async () => (await variants.count()) === 4);
  for (let i = 0; i < 4; i++) {
    await variants.nth(i).click();
    await page.fill('#cast-text', `第 ${i + 1} 版：会员日到啦`);
  }
  await shot(page, 'contents');
  await page.click('[data-test=next-step]');
  await page.click('[data-test=next-step]');
  await page.waitForSelector('[data-test=by-variant]');
  expect((await page.locator('[data-test=by-variant] li').count()) === 4, 'the numbers of each variant');
  await shot(page, 'confirm');
  const total = (await page.textContent('[data-test=total]')).replace(/\D/g, '');
  if (Number(total) === 0) return; // everybody waits for another broadcast of the demo
  if (await page.locator('[data-test=type-number]').count()) await page.fill('[data-test=type-number]', total);
  await page.click('[data-test=send]');
  await page.waitForURL(/broadcasts\/\d+/);

  await page.goto(`${url}/experiments/${experiment}`);
  await until('people have met it', async () => {
    await page.reload();
    await page.waitForSelector('[data-test=verdict]');
    return !(await page.textContent('[data-test=verdict]')).includes('还没有人');
  });
  expect((await page.textContent('[data-test=verdict]')).includes('数据还不够'), 'it says that it does not know yet');
  await shot(page, 'result');
  await page.locator('[data-test=met]').first().click();
  await until('they are listed', async () => (await page.locator('.el-drawer tbody tr').count()) > 0);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.el-drawer', { state: 'hidden' });
  await page.locator('[data-test=decide]').nth(1).click();
  await page.click('.el-message-box__btns .el-button:last-child');
  await page.waitForSelector('[data-test=decided]');
  await page.click('[data-test=reopen]');
  await until('it goes on', async () => (await page.locator('[data-test=decided]').count()) === 0);
});

walk('a split of a journey takes the variants of an experiment as its ways', async (page) => {
  await page.goto(`${url}/experiments`);
  if (!(await page.locator('tbody .el-tag--primary').first().waitFor().then(() => true, () => false))) return; // none runs: the walk before has failed
  await page.goto(`${url}/journeys?tab=templates`);
  await page.click('[data-test=blank]');
  await page.waitForURL(/\/journeys\/\d+/);
  await page.locator('[data-test=palette] [data-what=split]').click();
  await page.waitForSelector('[data-test=split-experiment]');
  await page.click('[data-test=split-experiment]');
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item').nth(1).click();
  await until('its variants are the ways', async () => (await page.textContent('body')).includes(' × '));
  await shot(page, 'split');
  await until('the draft is saved', async () => (await page.textContent('[data-test=save-state]')).includes('自动保存'));
  await page.reload();
  await page.locator('[data-test=step]').filter({ hasText: '按实验分流' }).first().waitFor();
});

walk('experiments are listed and read on a phone', async (page) => {
  await draft(page);
  await shot(page, 'phone-editor');
  expect((await sideways(page)) <= 1, 'nothing is wider than the phone');
  await page.goto(`${url}/experiments`);
  await page.waitForSelector('[data-test=cards] a, .empty');
  const first = page.locator('[data-test=cards] a[href*="/experiments/"]').first();
  if (!(await first.count())) return;
  await first.click();
  await page.waitForSelector('[data-test=verdict]');
  await shot(page, 'phone-result');
  expect((await sideways(page)) <= 1, 'nothing is wider than the phone');
}, PHONE);
