// Customer groups: found, put into a class, looked at; a group code is made and its page opened on a phone; people in several
// groups, an invitation and a group welcome.
import { ask, calm, expect, quiet, say, SMALL, until, url, walk } from '../harness.mjs';

const mark = String(Date.now()).slice(-6);

/** A member opens a group and people come in. */
async function makeGroup(page, name, people) {
  const staff = await ask(page, 'GET', 'staff?limit=5');
  return (await say('group/make', { userid: staff.data[0].userid, name, people })).chat_id;
}
/** Opens the list until the group has come into it. */
const found = (page, name) => until('the group is in the list', async () => {
  await page.goto(`${url}/groups?q=${encodeURIComponent(name)}`);
  await quiet(page);
  return (await page.getByRole('link', { name }).count()) === 1;
});
const pick = async (page, test, text) => {
  await page.click(`[data-test=${test}]`);
  await page.keyboard.type(text);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: text }).first().click();
  await page.keyboard.press('Escape');
};
walk('a new group is found, put into a class and looked at', async (page) => {
  const name = `群${mark}甲`;
  const chat = await makeGroup(page, name, 4);
  await found(page, name);
  await page.locator('main table input[type=checkbox]').nth(1).check();
  await page.click('[data-test=labels]');
  await page.fill('[data-test=class-name]', `类${mark}`);
  await page.click('[data-test=class-add]');
  await until('the class is chosen', async () => (await page.locator('[data-test=label-class]').textContent()).includes(`类${mark}`));
  await page.click('[data-test=label-save]');
  await until('the row shows it', async () => (await page.locator('main table tbody').textContent()).includes(`类${mark}`));
  await calm(page);
  await page.getByRole('link', { name }).click();
  await page.waitForSelector('[data-test=group-members] li');
  expect((await page.locator('[data-test=group-members] li').count()) === 5, 'owner and four people');
  const owner = (await ask(page, 'GET', 'groups?limit=100')).data.find((g) => g.name === name).owner_name;
  await until('a colleague stands by her name, not by her account', async () => (await page.locator('[data-test=group-members] li').allTextContents()).some((text) => text.includes(owner)));
  await say('group/join', { chat_id: chat, person: { name: '新来的' } });
  await calm(page);
});

walk('a group code is made, its page opens without a login, an audience is invited', async (page) => {
  const name = `群${mark}乙`;
  await makeGroup(page, name, 2);
  await found(page, name);
  await page.goto(`${url}/groups/codes?new=1`);
  await page.fill('[data-test=gcode-name]', `海报${mark}`);
  await pick(page, 'gcode-groups', name);
  await page.fill('[data-test=gcode-base]', '福利群');
  await page.fill('[data-test=gcode-offer]', '进群领券');
  await page.click('[data-test=gcode-save]');
  await page.getByRole('button', { name: `海报${mark}` }).click();
  await page.waitForSelector('[data-test=gcode-picture]');
  await calm(page);
  const address = await page.getAttribute('[data-test=gcode-url]', 'href');
  const path = new URL(address).pathname;
  await until('the page shows the picture', async () => {
    const answer = await (await page.request.get(url + path)).text();
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
  await calm(page);
});

walk('a group welcome is written, its owner asked and her report kept', async (page) => {
  const name = `群${mark}丙`;
  await makeGroup(page, name, 1);
  await found(page, name);
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
  await calm(page);
  await page.locator('[data-test=hello-done]').first().click();
  await until('it is reported', async () => (await page.locator('[data-test=hello-done]').count()) === 0);
});

walk('group pages stand on a narrow phone', async (page) => {
  for (const route of ['/groups', '/groups/codes', '/groups/codes?new=1', '/groups/invites', '/groups/invites?new=1', '/groups/welcomes', '/groups/several']) {
    await page.goto(url + route);
    await page.waitForSelector('h1');
    await quiet(page);
    await calm(page);
  }
}, SMALL);
