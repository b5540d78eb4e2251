// Tasks of staff from the console to the phone, letters, and messages to groups.
import { ask, call, calm, expect, say, SMALL, until, url, walk } from '../harness.mjs';

/** The user of the walks as a member of staff. */
async function member(page) {
  const me = await ask(page, 'GET', 'session');
  const staff = (await ask(page, 'GET', 'staff?limit=50')).data.find((s) => s.in_scope);
  const user = await ask(page, 'GET', `users/${me.user.id}`);
  if (!me.user.staff) {
    const { id, name, role, scope, version } = user;
    await call(page, 'PUT', `users/${id}`, { name, role, scope, staff: staff.id }, { 'if-match': `"${version}"` });
  }
  const mine = (await ask(page, 'GET', 'work')).staff_id;
  expect(mine, 'the user is a member of staff');
  return mine;
}

walk('a task is given by hand, seen undone, and cancelled', async (page) => {
  const title = `回访-${Date.now() % 100000}`;
  await page.goto(`${url}/staff-tasks`);
  await page.click('[data-test=new-task]');
  await page.fill('[data-test=task-title] input, input[data-test=task-title]', title);
  await page.keyboard.press('Escape');
  const staff = (await ask(page, 'GET', 'staff?limit=50')).data.find((s) => s.in_scope);
  const made = await ask(page, 'POST', 'staff-tasks', { kind: 'check', title, who: 'named', staff_ids: [staff.id] });
  expect(Number(made.made) === 1, `one task is made: ${JSON.stringify(made)}`);
  await page.reload();
  const row = page.locator('[data-test=table] tr', { hasText: title });
  await row.waitFor();
  await row.locator('input[type=checkbox]').check();
  await page.click('[data-test=cancel-tasks]');
  await page.click('.el-message-box .el-button--danger');
  await until('it has gone from the undone', async () => (await page.locator('[data-test=table] tr', { hasText: title }).count()) === 0);
  await calm(page);
});

walk('on the phone a task is done with one tap, or skipped and why', async (page) => {
  const mine = await member(page);
  for (const title of ['打个电话', '问声好']) await ask(page, 'POST', 'staff-tasks', { kind: 'check', title, who: 'named', staff_ids: [mine] });
  await page.goto(`${url}/h5/work`);
  await page.waitForSelector('[data-test=task]');
  await calm(page);
  const before = await page.locator('[data-test=task]').count();
  await page.locator('[data-test=task-done]').first().click();
  await until('one is done', async () => (await page.locator('[data-test=task]').count()) === before - 1);
  await page.locator('[data-test=task] .chip', { hasText: '跳过' }).first().click();
  await page.locator('.why .chip').first().click();
  await until('one is skipped', async () => (await page.locator('[data-test=task]').count()) === before - 2);
}, SMALL);

/** An order of that friend goes in as a file, as a shop's export tells of it. */
async function tell(page, who, order, state) {
  await page.goto(`${url}/orders/import`);
  const lines = ['订单号,外部联系人ID,下单时间,实付金额,订单状态', `${order},${who},2026-12-01 09:30:00,129.90,${state}`];
  await page.setInputFiles('[data-test=file]', { name: `${order}-${state}.csv`, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') });
  await page.click('[data-test=upload]');
  await page.click('[data-test=dry-run]');
  await page.locator('[data-test=run]').click({ timeout: 30_000 });
  await page.locator('[data-test=undo-import]').waitFor({ timeout: 30_000 });
}

walk('an unpaid order is a line on the phone, one tap from the chat, until it is paid', async (page) => {
  const mine = await member(page);
  const { userid } = (await ask(page, 'GET', 'staff?limit=50')).data.find((s) => s.id === mine);
  const name = `待付${Date.now() % 100000}`, order = `U${Date.now()}`;
  const { external_userid: who } = await say('scan', { userid, skip_verify: true, person: { name } });
  await until('she is known', async () => (await ask(page, 'GET', `sidebar/customer?external_userid=${who}`)).state === 'known');
  await tell(page, who, order, '待付款');
  const phone = await page.context().newPage();
  await phone.setViewportSize(SMALL.viewport);
  await phone.goto(`${url}/h5/work`);
  const line = phone.locator('[data-test=unpaid-order]', { hasText: name });
  await line.waitFor();
  expect((await line.textContent()).includes('129.90'), 'it says how much');
  await calm(phone, 'the workbench with an unpaid order');
  await line.getByRole('button').click();
  await until('the chat with her is opened', () => phone.evaluate((her) => window.ww?.sent.some((m) => m.open?.externalUserIds?.[0] === her), who));
  await tell(page, who, order, '已付款');
  await phone.reload();
  await phone.waitForSelector('[data-test=hello]');
  await until('it is gone', async () => (await line.count()) === 0);
});

walk('a message to groups shows its number before it goes', async (page) => {
  await page.goto(`${url}/groups/casts`);
  await page.click('[data-test=new-cast]');
  await page.waitForSelector('[data-test=cast-name]');
  expect(await page.locator('[data-test=cast-go]').isDisabled(), 'nothing to estimate yet');
  await calm(page);
});
