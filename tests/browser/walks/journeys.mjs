// A journey from its drawing to the people in it: by mouse, by keyboard alone, and looked at on a phone.
import { calm, expect, newFriend, number, operatorPage, PHONE, until, url, walk } from '../harness.mjs';

const card = (page, text) => page.locator('[data-test=step]').filter({ hasText: text });
const saved = (page) => until('the draft is saved', async () => (await page.textContent('[data-test=save-state]')).includes('自动保存'));
async function blank(page) {
  await page.goto(`${url}/journeys?tab=templates`);
  await page.click('[data-test=blank]');
  await page.waitForURL(/\/journeys\/\d+/);
  await page.waitForSelector('[data-test=frame]');
}
async function choose(page, box, name) {
  await page.locator(box).first().click();
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item').filter({ hasText: name }).first().click();
}

walk('a journey begins with a template and can be changed and undone', async (page) => {
  await page.goto(`${url}/journeys`);
  await page.getByRole('tab', { name: '模板' }).click();
  const tiles = page.locator('[data-test=templates] [data-template]');
  await tiles.first().waitFor();
  expect((await tiles.count()) >= 12, 'a dozen templates');
  await tiles.first().locator('[data-test=use-template]').click();
  await page.waitForURL(/\/journeys\/\d+/);
  await card(page, '触发').first().waitFor();
  const before = await page.locator('[data-test=step]').count();
  expect(before >= 3, 'the template is drawn');
  await calm(page);

  await page.locator('[data-test=palette] [data-what=wait]').click();
  await until('one step more', async () => (await page.locator('[data-test=step]').count()) === before + 1);
  await page.keyboard.press('Escape');
  await page.click('[data-test=undo-step]');
  await until('and it is gone', async () => (await page.locator('[data-test=step]').count()) === before);
  await page.click('[data-test=redo-step]');
  await until('and back', async () => (await page.locator('[data-test=step]').count()) === before + 1);
  await saved(page);
  await page.reload();
  await until('the draft is as it was', async () => (await page.locator('[data-test=step]').count()) === before + 1);

  await page.locator('[data-test=step]').nth(1).locator('.body').click();
  await page.click('[data-test=copy-steps]');
  await page.click('[data-test=paste-steps]');
  await until('a copy', async () => (await page.locator('[data-test=step]').count()) === before + 2);
  await page.click('[data-test=tidy]');
  await saved(page);
});

walk('validation names the step, a person goes through, and counts tell', async (page) => {
  await blank(page);
  await page.click('[data-test=rules]');
  const name = `旅程${Date.now() % 1_000_000}`;
  await page.fill('[data-test=journey-name]', name);
  await card(page, '触发').locator('.body').click();
  await choose(page, '[data-test=trigger-kind]', '进出人群包');
  await saved(page);
  await page.click('[data-test=publish]');
  const problem = page.locator('[data-test=problem]').first();
  await problem.waitFor();
  await problem.click();
  await until('its step is chosen', async () => /node=n1/.test(page.url()));

  await choose(page, '[data-test=trigger-kind]', '发生某件事');
  await choose(page, '[data-test=side] [data-test=event]', '添加好友');
  await page.locator('[data-test=palette] [data-what=branch]').click();
  await until('a branch', async () => (await card(page, '条件分支').count()) === 1);
  await card(page, '条件分支').getByRole('button', { name: '否则' }).click();
  await page.fill('[data-test=add-search]', '等待');
  await page.keyboard.press('Enter');
  await card(page, '等待 1 天').waitFor();
  await page.locator('[data-test=side] [data-test=duration] input').fill('3');
  await page.keyboard.press('Tab');
  await card(page, '等待 3 天').waitFor();
  await until('nothing is in the way', async () => (await page.textContent('[data-test=problem-count]')).includes('可以发布'));
  await page.click('[data-test=publish]');
  await page.click('[data-test=publish-do]');
  await until('it runs', async () => (await page.textContent('main')).includes('运行中'));

  await newFriend(page);
  await until('somebody waits', async () => number(await card(page, '等待 3 天').locator('[data-test=count]').textContent()) >= 1, 30_000);
  await calm(page);
  await card(page, '等待 3 天').locator('.body').click();
  await page.click('[data-test=who-now]');
  await page.locator('.el-drawer [data-test=path]').first().click();
  const path = page.locator('[data-test=person-path]');
  await path.waitFor();
  const steps = await path.textContent();
  expect(steps.includes('进入') && steps.includes('等待 3 天'), `her way is told: ${steps}`);
  await page.keyboard.press('Escape');

  await page.click('[data-test=pause]');
  await until('it is paused', async () => (await page.textContent('main')).includes('已暂停'));
  await page.click('[data-test=resume]');
  await page.locator('.el-message-box__btns button').last().click();
  await until('it runs again', async () => (await page.locator('[data-test=pause]').count()) === 1);

  const phone = await operatorPage(PHONE);
  try {
    await phone.goto(page.url().split('?')[0]);
    await phone.locator('[data-test=outline-row]').first().waitFor();
    expect((await phone.locator('[data-test=canvas]').count()) === 0, 'no canvas on a phone');
    expect((await phone.locator('[data-test=outline-add]').count()) === 0, 'nothing to edit there');
    await calm(phone);
    await phone.click('[data-test=pause]');
    await until('paused from the phone', async () => (await phone.textContent('main')).includes('已暂停'));
  } finally {
    await phone.context().close();
  }
  await page.goto(`${url}/journeys`);
  const row = page.locator('[data-test=table] tbody tr').filter({ hasText: name });
  await row.waitFor();
  expect((await row.textContent()).includes('已暂停'), 'the list knows it');
});

walk('everything on the canvas is done with the keyboard alone', async (page) => {
  await blank(page);
  const list = page.getByRole('radio', { name: '清单' });
  await list.focus();
  await page.keyboard.press('Space');
  await page.locator('[data-test=outline-row]').first().waitFor();
  const rows = () => page.locator('[data-test=outline-row] .name');
  const add = async (text) => {
    const button = page.locator('[data-test=outline-add]').last();
    await button.focus();
    await page.keyboard.press('Enter');
    await until('the search has the focus', () => page.evaluate(() => document.activeElement?.matches('[data-test=add-search], [data-test=add-search] *')));
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  };
  await add('等待事件');
  await until('two steps', async () => (await rows().count()) === 2);
  await add('A/B');
  await until('three steps', async () => (await rows().count()) === 3);
  await add('结束');
  await until('four steps', async () => (await rows().count()) === 4);
  const end = rows().filter({ hasText: '结束' });
  await end.focus();
  await page.keyboard.press('Delete');
  await until('three again', async () => (await rows().count()) === 3);
  await page.keyboard.press('Control+z');
  await until('and four', async () => (await rows().count()) === 4);
  await calm(page);
});
