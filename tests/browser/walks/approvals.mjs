// What waits for a second person: asked by a colleague, seen in the top bar, decided on one page, or on the phone.
import { ask, call, calm, expect, newPage, PHONE, signIn, SMALL, until, url, walk } from '../harness.mjs';

const PASSWORD = 'correct horse battery';
const shot = (page, name) => (process.env.YUTANG_SHOTS ? page.screenshot({ path: `${process.env.YUTANG_SHOTS}/approval-${name}.png`, fullPage: true }) : null);

let colleague; // the login of whoever asked last
/** A plan of a colleague's, above the size. */
async function asked(page, name) {
  const login = (colleague = `colleague-${Date.now() % 10000000}`);
  await call(page, 'POST', 'users', { login, password: PASSWORD, name: '林运营', role: 'operator', scope: 'all' });
  await call(page, 'PUT', 'settings/campaign.approve_over', { value: '0' });
  const other = await newPage();
  await signIn(other, login, PASSWORD);
  const touches = [{ channel: 'broadcast', content: { text: '新品到店' }, at_ms: Date.now() + 20 * 86_400_000 }];
  const { id } = await ask(other, 'POST', 'campaigns', { name, expr: 'friend', touches });
  await until('everybody was looked at', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'planned', 60_000);
  const mine = await ask(other, 'GET', 'approvals');
  expect(mine.items.some((x) => x.id === id && x.mine), 'its maker sees that somebody else decides');
  await other.context().close();
  return id;
}
const drop = (page, id) => call(page, 'POST', `campaigns/${id}/cancel`, {});

walk('what waits for approval shows in the top bar and is decided on one page', async (page) => {
  const name = `待批-${Date.now() % 100000}`;
  const id = await asked(page, name);
  const refused = await asked(page, `${name}-驳回`);
  await page.goto(`${url}/`);
  await page.click('[data-test=approvals]');
  const row = (text) => page.locator('[data-test=approval]', { has: page.locator('b', { hasText: new RegExp(`^${text}$`) }) });
  await row(name).waitFor();
  await calm(page, 'approvals');
  await shot(page, 'page');
  await row(name).locator('[data-test=agree]').click();
  await page.click('.el-message-box .el-button--primary');
  await until('it was started', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'running');
  await row(`${name}-驳回`).locator('[data-test=refuse]').click();
  await page.fill('.el-message-box input', '这周已经发过两次');
  await shot(page, 'refuse');
  await page.click('.el-message-box .el-button--primary');
  await until('it was refused', async () => (await ask(page, 'GET', `campaigns/${refused}`)).state === 'cancelled');
  await until('nothing of them waits', async () => (await row(name).count()) === 0);
  const other = await newPage(); // whoever asked is told, until she has read it
  await signIn(other, colleague, PASSWORD);
  await other.goto(`${url}/`);
  await other.click('[data-test=approvals]');
  const no = other.locator('[data-test=refusal]', { hasText: '这周已经发过两次' });
  await no.waitFor();
  await calm(other, 'refused');
  await shot(other, 'refused');
  await no.locator('[data-test=read]').click();
  await until('it was read', async () => (await no.count()) === 0);
  await other.context().close();
  await call(page, 'PUT', 'settings/campaign.approve_over', { value: '1000' });
  await drop(page, id);
});

walk('approvals fit a phone, and stand in the workbench of who may approve', async (page) => {
  const name = `手机批-${Date.now() % 100000}`;
  const id = await asked(page, name);
  await page.goto(`${url}/approvals`);
  await page.waitForSelector('[data-test=approval]');
  await calm(page, 'approvals');
  await shot(page, 'phone');
  const me = await ask(page, 'GET', 'session');
  if (!me.user.staff) {
    const staff = (await ask(page, 'GET', 'staff?limit=50')).data.find((s) => s.in_scope);
    const { name, role, scope, version } = await ask(page, 'GET', `users/${me.user.id}`);
    await call(page, 'PUT', `users/${me.user.id}`, { name, role, scope, staff: staff.id }, { 'if-match': `"${version}"` });
  }
  await page.setViewportSize(SMALL.viewport);
  await page.goto(`${url}/h5/work`);
  const box = page.locator('[data-test=approvals] [data-test=approval]', { hasText: name });
  await box.waitFor();
  expect((await page.textContent('[data-test=todos]')).includes('待我审批'), 'it is among the work of today');
  await calm(page, 'the workbench');
  await shot(page, 'work');
  await box.locator('[data-test=agree]').click();
  await box.locator('[data-test=sure]').click();
  await until('it was started', async () => (await ask(page, 'GET', `campaigns/${id}`)).state === 'running');
  await page.waitForSelector('text=已同意');
  await call(page, 'PUT', 'settings/campaign.approve_over', { value: '1000' });
  await drop(page, id);
}, PHONE);
