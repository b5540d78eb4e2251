// Customer groups: found, put into a class, looked at; a group code is made and its page opened on a phone; people in several
// groups, an invitation and a group welcome.
import { axe, expect, PHONE, sim, until, url, walk } from '../harness.mjs';

const mark = String(Date.now()).slice(-6);
const NARROW = { ...PHONE, viewport: { width: 360, height: 740 } };
const pause = (page) => page.waitForTimeout(600);

/** A member opens a group and people come in. */
const say = (path, body) => fetch(`${sim}/sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((r) => r.json());
async function makeGroup(page, name, people) {
  const staff = await page.evaluate(() => fetch('/api/v1/staff?limit=5').then((answer) => answer.json()));
  return (await say('group/make', { userid: staff.data[0].userid, name, people })).chat_id;
}
const search = (page, text) => page.goto(`${url}/groups?q=${encodeURIComponent(text)}`);
const pick = async (page, test, text) => {
  await page.click(`[data-test=${test}]`);
  await page.keyboard.type(text);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: text }).first().click();
  await page.keyboard.press('Escape');
};
const sound = async (page) => {
  const found = await axe(page);
  expect(!found.length, found.join('; '));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wide <= 1, `scrolls sideways by ${wide}px`);
};

walk('a new group is found, put into a class and looked at', async (page) => {
  const name = `群${mark}甲`;
  const chat = await makeGroup(page, name, 4);
  await until('the group is in the list', async () => {
    await search(page, name);
    await pause(page);
    return (await page.getByRole('link', { name }).count()) === 1;
  });
  await page.locator('main table input[type=checkbox]').nth(1).check();
  await page.click('[data-test=labels]');
  await page.fill('[data-test=class-name]', `类${mark}`);
  await page.click('[data-test=class-add]');
  await until('the class is chosen', async () => (await page.locator('[data-test=label-class]').textContent()).includes(`类${mark}`));
  await page.click('[data-test=label-save]');
  await until('the row shows it', async () => (await page.locator('main table tbody').textContent()).includes(`类${mark}`));
  await sound(page);
  await page.getByRole('link', { name }).click();
  await page.waitForSelector('[data-test=group-members] li');
  expect((await page.locator('[data-test=group-members] li').count()) === 5, 'owner and four people');
  await say('group/join', { chat_id: chat, person: { name: '新来的' } });
  await sound(page);
});

walk('a group code is made, its page opens without a login, an audience is invited', async (page) => {
  const name = `群${mark}乙`;
  await makeGroup(page, name, 2);
  await until('the group is known', async () => {
    await search(page, name);
    await pause(page);
    return (await page.getByRole('link', { name }).count()) === 1;
  });
  await page.goto(`${url}/groups/codes?new=1`);
  await page.fill('[data-test=gcode-name]', `海报${mark}`);
  await pick(page, 'gcode-groups', name);
  await page.fill('[data-test=gcode-base]', '福利群');
  await page.fill('[data-test=gcode-offer]', '进群领券');
  await page.click('[data-test=gcode-save]');
  await page.getByRole('button', { name: `海报${mark}` }).click();
  await page.waitForSelector('[data-test=gcode-picture]');
  await sound(page);
  const address = await page.getAttribute('[data-test=gcode-url]', 'href');
  const path = new URL(address).pathname;
  await until('the page shows the picture', async () => {
    const answer = await page.evaluate((at) => fetch(at).then((r) => r.text()), path);
    return answer.includes('进群领券') && answer.includes('<img');
  });
  await page.goto(`${url}/groups/invites?new=1`);
  await page.fill('[data-test=invite-name]', `邀请${mark}`);
  await page.click('[data-test=invite-by-expr]');
  await page.fill('[data-test=invite-expr]', 'friend = true and orders >= 3');
  await pick(page, 'invite-code', `海报${mark}`);
  await page.click('[data-test=invite-save]');
  await page.getByRole('button', { name: `邀请${mark}` }).click();
  await page.waitForSelector('[data-test=mark-sent]', { timeout: 30000 });
  await page.locator('[data-test=mark-sent]').first().click();
  await until('one is marked as sent', async () => /[1-9]/.test((await page.textContent('[data-test=state-sent]')).replace(/[^\d]/g, '')));
  await sound(page);
});

walk('a group welcome is written, its owner asked and her report kept', async (page) => {
  const name = `群${mark}丙`;
  await makeGroup(page, name, 1);
  await until('the group is known', async () => {
    await search(page, name);
    await pause(page);
    return (await page.getByRole('link', { name }).count()) === 1;
  });
  await page.goto(`${url}/groups/welcomes`);
  await page.locator('[data-test=new-hello]').first().click();
  await page.fill('[data-test=hello-name]', `欢迎${mark}`);
  await page.fill('[data-test=hello-text]', '欢迎 %NICKNAME% 进群');
  await page.click('[data-test=hello-save]');
  const entry = page.locator('[data-test=hellos] li', { hasText: `欢迎${mark}` });
  await until('WeCom keeps it', async () => (await entry.textContent()).includes('可使用'));
  await entry.locator('[data-test=hello-open-tasks]').click();
  await pick(page, 'hello-groups', name);
  await page.click('[data-test=hello-bind]');
  await page.waitForSelector('[data-test=hello-done]');
  await sound(page);
  await page.locator('[data-test=hello-done]').first().click();
  await until('it is reported', async () => (await page.locator('[data-test=hello-done]').count()) === 0);
});

walk('group pages stand on a narrow phone', async (page) => {
  for (const route of ['/groups', '/groups/codes', '/groups/codes?new=1', '/groups/invites', '/groups/invites?new=1', '/groups/welcomes', '/groups/several']) {
    await page.goto(url + route);
    await page.waitForSelector('h1');
    await pause(page);
    await sound(page);
  }
}, NARROW);
