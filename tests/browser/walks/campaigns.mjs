// Plans of several touches: written, estimated person by person, started, paused, stopped; on a desk and on a phone.
import { ask, calm, expect, number, PHONE, until, url, walk } from '../harness.mjs';

async function arrive(page, count) {
  const code = (await ask(page, 'GET', 'livecodes')).data.find((c) => c.state === 'active' && c.skip_verify);
  let last;
  for (let i = 0; i < count; i++) last = await ask(page, 'POST', `livecodes/${code.id}/simulate-scan`, {});
  await until('the last has arrived', async () => (await ask(page, 'GET', `sidebar/customer?external_userid=${last.external_userid}`)).state === 'known');
}
const shot = (page, name) => (process.env.YUTANG_SHOTS ? page.screenshot({ path: `${process.env.YUTANG_SHOTS}/campaign-${name}.png`, fullPage: true }) : null);

walk('campaigns: two touches are written, estimated for everybody, started, paused and stopped', async (page) => {
  const name = `三触点-${Date.now() % 100000}`;
  await arrive(page, 2);
  await page.goto(`${url}/campaigns`);
  await page.waitForSelector('h1');
  await calm(page, 'the list');
  await page.goto(`${url}/campaigns/new`);
  await page.fill('[data-test=cast-name] input, input[data-test=cast-name]', name);
  await page.click('text=直接写条件');
  await page.fill('textarea[data-test=cast-expr], [data-test=cast-expr] textarea', 'friend and added = today');
  await page.fill('#touch-text-1', '新品到店，欢迎来看看');
  await page.fill('textarea[data-test=touch-say-2], [data-test=touch-say-2] textarea', '新品上架');
  await page.fill('input[data-test=campaign-holdout], [data-test=campaign-holdout] input', '0');
  await page.waitForSelector('.people .note');
  await page.waitForSelector('[data-test=campaign-make]:not([disabled])');
  await calm(page, 'the editor');
  await shot(page, 'editor');
  await page.click('[data-test=campaign-make]');
  await page.waitForURL(/\/campaigns\/\d+/).catch(async (e) => { throw new Error(`${e.message}\n${await page.textContent('main')}`); });
  let id = page.url().split('/').pop();
  await until('everybody was looked at', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'planned', 60_000);
  await page.waitForSelector('[data-test=start]');
  const plan = await ask(page, 'GET', `campaigns/${id}`);
  expect(plan.reached > 0 && plan.touches.length === 2, `it reaches somebody: ${plan.reached}`);
  expect(number(await page.textContent('[data-test=figure-reached]')) === plan.reached, 'the page says how many');
  expect(number(await page.textContent('[data-test=estimate-1]')) === plan.touches[0].estimate, 'and for each touch');
  expect(plan.cross.reduce((n, c) => n + c.people, 0) === plan.people, 'the table of touches holds everybody');
  await page.waitForSelector('[data-test=people] table');
  const rows = (await ask(page, 'GET', `campaigns/${id}/people?limit=1`)).data;
  expect(rows[0].marks.length === 2, 'each person shows all her touches');
  await page.fill('input[data-test=find], [data-test=find] input', '查无此人zz');
  await page.waitForSelector('text=没有符合条件的人');
  await page.fill('input[data-test=find], [data-test=find] input', '');
  await page.waitForSelector('[data-test=people] table');
  await calm(page, 'the plan');
  await shot(page, 'plan');
  await page.click('[data-test=change]');
  await until('it is there to be changed', async () => (await page.inputValue('#touch-text-1')) === '新品到店，欢迎来看看');
  await page.fill('#touch-text-1', '新品到店，今天来看看');
  await page.waitForSelector('[data-test=campaign-make]:not([disabled])');
  await calm(page, 'the plan to change');
  await shot(page, 'change');
  await page.click('[data-test=campaign-make]');
  await page.waitForURL((to) => /\/campaigns\/\d+$/.test(to.pathname) && !to.pathname.endsWith(id));
  const old = id;
  id = page.url().split('/').pop();
  await until('everybody was looked at anew', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'planned', 60_000);
  expect((await ask(page, 'GET', `campaigns/${old}`)).why === 'replaced', 'the old one is no more');
  expect((await ask(page, 'GET', `campaigns/${id}`)).touches[0].content.text === '新品到店，今天来看看', 'the words are the new ones');
  await page.click('[data-test=start]');
  await page.click('.el-message-box .el-button--primary');
  await page.waitForSelector('[data-test=pause]');
  await page.click('[data-test=pause]');
  await page.waitForSelector('[data-test=resume]');
  await page.click('[data-test=resume]');
  await page.waitForSelector('[data-test=pause]');
  await calm(page, 'the running plan');
  await shot(page, 'running');
  await page.click('[data-test=cancel]');
  await page.click('.el-message-box .el-button--danger');
  await until('it is stopped', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'cancelled');
});

walk('campaigns: list, editor and plan fit a phone', async (page) => {
  const [last] = (await ask(page, 'GET', 'campaigns')).data;
  await page.goto(`${url}/campaigns`);
  await page.waitForSelector('h1');
  await calm(page, 'the list');
  await page.goto(`${url}/campaigns/new`);
  await page.waitForSelector('[data-test=campaign-make]');
  await calm(page, 'the editor');
  await shot(page, 'phone-editor');
  if (!last) return;
  await page.goto(`${url}/campaigns/${last.id}`);
  await page.waitForSelector('[data-test=touch-1]');
  await calm(page, 'the plan');
  await shot(page, 'phone-plan');
}, PHONE);
