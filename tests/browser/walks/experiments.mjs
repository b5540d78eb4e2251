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

/** Chooses the last made experiment of those that run, where something is composed. */
async function pick(page) {
  await page.waitForSelector('[data-test=experiment]');
  await page.click('[data-test=experiment]');
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item').nth(1).click();
  await until('a content for each variant', async () => (await page.locator('[data-test=variants] label, .version').count()) === 4);
}

walk('a text message takes the variants of an experiment and leaves some out', async (page) => {
  await page.goto(`${url}/sms`);
  await page.evaluate(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json();
    await fetch('/api/v1/settings/smsdrain.sign', { method: 'PUT', headers: { 'Content-Type': 'application/json', 'X-YT-CSRF': csrf }, body: JSON.stringify({ value: '小鱼优选' }) });
  });
  await page.click('[data-test=new-sms]');
  await page.locator('[data-test=name]').fill(`${NAME} 短信`);
  await page.locator('[data-test=expr]').fill('orders >= 1');
  await page.locator('[data-test=target]').fill('https://work.weixin.qq.com/ca/x');
  await pick(page);
  for (let i = 0; i < 4; i++) {
    await page.locator('[data-test=variants] label').nth(i).click();
    await page.locator('[data-test=words]').fill(`第 ${i + 1} 版：{link}`);
  }
  await page.locator('[data-test=holdout] label').nth(2).click();
  await until('the words of the last are shown whole', async () => (await page.textContent('[data-test=preview]')).includes('【小鱼优选】第 4 版'));
  await shot(page, 'sms');
  await page.click('[data-test=estimate]');
  const row = page.locator('[data-test=table] tr', { hasText: `${NAME} 短信` });
  await until('it is estimated', async () => (await row.textContent()).includes('待批准'));
  await row.locator('[data-test=sms-look]').click();
  await until('each variant with its words', async () => (await page.locator('[data-test=sms-result] li').count()) === 4);
  expect((await page.textContent('[data-test=sms-result]')).includes('10%'), 'the share that is left out');
  await shot(page, 'sms-result');
});

walk('the versions of a Moment are the variants of an experiment, and some see none', async (page) => {
  await page.goto(`${url}/moments/new`);
  await page.fill('[data-test=moment-name] input, input[data-test=moment-name]', `${NAME} 朋友圈`);
  await pick(page);
  for (let i = 1; i <= 4; i++) await page.fill(`textarea[data-test=version-text-${i}], [data-test=version-text-${i}] textarea`, `第 ${i} 版`);
  expect(!(await page.locator('[data-test^=version-expr-]').count()), 'no version has an audience of its own');
  await page.locator('[data-test=holdout] label').nth(3).click();
  await page.click('[data-test=moment-look]');
  await page.waitForSelector('[data-test=split]');
  await shot(page, 'moment');
  if (!(await page.locator('[data-test=moment-make]').isEnabled())) return; // everybody waits for something else of the demo
  await page.click('[data-test=moment-make]');
  await page.waitForURL(/\/moments\/\d+/);
  await page.waitForSelector('[data-test=lift]');
  await shot(page, 'moment-made');
});

walk('a text message, a Moment and sharing by money are composed on a phone', async (page) => {
  const fits = async (what) => expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${what} is wider than the phone`);
  await page.goto(`${url}/sms`);
  await page.click('[data-test=new-sms]');
  await page.waitForSelector('[data-test=holdout]');
  await shot(page, 'phone-sms');
  await fits('the text message');
  await page.goto(`${url}/moments/new`);
  await page.waitForSelector('[data-test=holdout]');
  await shot(page, 'phone-moment');
  await fits('the Moment');
  await draft(page);
  await page.click('text=自动偏向好的');
  await page.locator('[data-test=measure] label').nth(1).click();
  await page.locator('[data-test=measure]').scrollIntoViewIfNeeded();
  await shot(page, 'phone-money');
  await fits('the choice of what shares follow');
  await page.click('[data-test=save]');
  await page.waitForURL(/experiments\/\d+/);
  await page.reload();
  await page.waitForSelector('[data-test=measure]');
  expect(await page.locator('[data-test=measure] .is-active', { hasText: 'GMV' }).count(), 'money was kept');
}, PHONE);
