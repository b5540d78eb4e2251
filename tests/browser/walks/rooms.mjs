// Pages inside WeCom on a 360 px phone, with the simulator's stand-in for the client; then calendar, keywords and live rooms.
import { ask, calm, expect, newFriend, SMALL, until, url, walk } from '../harness.mjs';

walk('the sidebar knows the customer of the chat, marks her and moves her', async (page) => {
  const scan = await newFriend(page);
  await until('she has arrived', async () => (await ask(page, 'GET', `sidebar/customer?external_userid=${scan.external_userid}`)).state === 'known');
  await page.goto(`${url}/h5/sidebar?sim_contact=${scan.external_userid}`);
  await page.waitForSelector('[data-test=name]');
  await calm(page, 'the profile');
  const stage = page.locator('[data-test=stage]');
  const choices = await stage.locator('option').count();
  if (choices > 1) {
    await stage.selectOption({ index: 1 });
    await page.waitForSelector('.said:has-text("已保存")');
  }
  await page.fill('#phone', '123');
  await page.click('[data-test=bind]');
  await page.waitForSelector('[role=alert]');
  await page.fill('#phone', '13800009999');
  await page.click('[data-test=bind]');
  await until('the phone is kept', async () => (await page.locator('.said').first().textContent()).trim().length > 0);
  await page.click('[data-test=tab-tags]');
  const chip = page.locator('.chip').first();
  const was = await chip.getAttribute('aria-pressed');
  await chip.click();
  await until('the tag is marked', async () => (await chip.getAttribute('aria-pressed')) !== was);
  await calm(page, 'the tags');
  await page.click('[data-test=tab-codes]');
  await calm(page, 'the codes');
}, SMALL);

walk('the sidebar says when a customer is unknown or no chat is open', async (page) => {
  await page.goto(`${url}/h5/sidebar?sim_contact=wmNobodyAtAll`);
  await page.waitForSelector('[data-test=unknown]');
  await calm(page, 'the unknown customer');
  await page.goto(`${url}/h5/sidebar`);
  await page.waitForSelector('section h1');
  await page.context().clearCookies();
  await page.goto(`${url}/h5/work`);
  await page.waitForSelector('a[href^="/h5/api/guest/staff"]');
  await calm(page, 'the way in');
}, SMALL);

walk('the workbench opens on a phone', async (page) => {
  await page.goto(`${url}/h5/work`);
  await page.waitForSelector('[data-test=hello]');
  await calm(page, 'the workbench');
}, SMALL);


walk('an entry of the calendar is planned, seen in week and month, and removed', async (page) => {
  const title = `早安 ${Date.now() % 100000}`;
  const [owner] = (await ask(page, 'GET', 'staff')).data.filter((s) => s.in_scope);
  await page.goto(`${url}/calendar`);
  await page.waitForSelector('[data-test=calendar]');
  await page.click('[data-test=calendar-add]');
  await page.waitForSelector('[data-test=calendar-title]');
  expect((await page.inputValue('[data-test=calendar-first]')).length === 10, 'today is filled in');
  const day = await page.inputValue('[data-test=calendar-first]');
  await page.keyboard.press('Escape');
  const made = await ask(page, 'POST', 'calendar/entries', { title, way: 'toolbar', repeat: 'daily', at_minute: 540, first_day: day, owners: [owner.id] });
  await page.reload();
  await page.locator('.place', { hasText: title }).first().waitFor();
  await calm(page);
  await page.goto(`${url}/calendar?view=month`);
  await page.locator('.place', { hasText: title }).first().waitFor();
  await ask(page, 'DELETE', `calendar/entries/${made.id}`);
});

walk('a keyword rule is tried in the box', async (page) => {
  const word = `物流${Date.now() % 100000}`;
  await page.goto(`${url}/keywords`);
  await page.waitForSelector('[data-test=keyword-add]');
  const made = await ask(page, 'POST', 'keywords', { name: word, words: [word], answer: '48 小时内发货', use_suggest: true, enabled: true });
  await page.reload();
  await page.locator('[data-test=keyword-rules] li', { hasText: word }).waitFor();
  await page.locator('form.row input').fill(`请问${word}呢`);
  await page.click('[data-test=keyword-test]');
  await page.locator('[data-test=keyword-hits] li', { hasText: '48 小时内发货' }).waitFor();
  await calm(page);
  await page.locator('[data-test=keyword-rules] li', { hasText: word }).locator('.danger').click();
  await page.locator('.el-message-box .el-button--danger').click();
  await until('the rule is gone', async () => (await page.locator('[data-test=keyword-rules] li', { hasText: word }).count()) === 0);
  expect(made.id.length > 0, 'it had been made');
});

walk('a live room is made and cancelled', async (page) => {
  const theme = `课 ${Date.now() % 100000}`;
  const [anchor] = (await ask(page, 'GET', 'staff')).data.filter((s) => s.in_scope);
  await ask(page, 'POST', 'livings', { theme, anchor: anchor.id, starts_ms: Date.now() + 3_600_000, minutes: 30 });
  await page.goto(`${url}/livings`);
  const row = page.locator('tr', { hasText: theme });
  await row.waitFor();
  await row.locator('.danger').click();
  await page.locator('.el-message-box .el-button--danger').click();
  await until('it is cancelled', async () => (await row.textContent()).includes('已取消'));
  await page.click('[data-test=living-add]');
  await page.waitForSelector('[data-test=living-theme]');
  expect(await page.locator('[data-test=living-save]').isDisabled(), 'nothing is made without a theme');
  await calm(page);
});
