// Old stock: a phone list and the page of staff on a small phone, the lead pool, a text message estimated, an official account.
import { call, calm, expect, newPage, number, sideways, SMALL, until, url, walk } from '../harness.mjs';

const mark = String(Date.now()).slice(-7);
const PASSWORD = 'correct horse battery';

/** A member of staff at her phone, logged in. */
async function memberPage(page, index) {
  const staff = (await call(page, 'GET', 'staff')).body.data.filter((s) => s.status === 'active' && s.in_scope)[index];
  const login = `member-${mark}-${index}`;
  await call(page, 'POST', 'users', { login, password: PASSWORD, name: staff.name, role: 'staff', scope: 'self', staff: staff.id });
  const own = await newPage(SMALL);
  await own.goto(`${url}/login?back=${encodeURIComponent('/numbers')}`);
  await own.fill('#login', login);
  await own.fill('#password', PASSWORD);
  await own.click('[data-test=enter]');
  return { staff, own };
}

walk('a phone list is shared out, and staff add its numbers on a phone', async (page) => {
  const { staff, own } = await memberPage(page, 0);
  await page.goto(`${url}/phone-lists`);
  await page.click('[data-test=new-list]');
  const rows = Array.from({ length: 25 }, (_, i) => `客${i},13${mark}${String(i).padStart(2, '0')}`);
  await page.setInputFiles('[data-test=file]', { name: `名单${mark}.csv`, mimeType: 'text/csv', buffer: Buffer.from(['姓名,手机号', ...rows, '外国,+1 415 555 0100'].join('\n')) });
  await page.locator('[data-test=source]').fill('门店办卡登记');
  expect(await page.isDisabled('[data-test=begin]'), 'without a basis nothing begins');
  await page.locator('[data-test=basis]').fill('入会协议');
  await page.locator('[data-test=staff] .el-select__wrapper').click();
  await page.keyboard.type(staff.name);
  await page.locator('.el-select-dropdown__item:visible', { hasText: staff.name }).first().click();
  await page.locator('[data-test=basis]').click(); // closes the choice
  await page.click('[data-test=begin]');
  const drawer = page.locator('[data-test=phone-list]');
  await until('all are shared out', async () => (await drawer.isVisible()) && number(await drawer.locator('[data-test=by-staff] td').nth(1).textContent()) === 25);
  expect((await drawer.locator('[data-test=rejects]').count()) === 1, 'the refused rows can be fetched');
  await calm(page);

  await own.goto(`${url}/numbers`);
  await own.waitForSelector('[data-test=todo] li');
  expect((await own.locator('[data-test=todo] li').count()) === 20, 'a day has its share');
  await own.locator('[data-test=todo] [data-test=asked]').first().click();
  await own.waitForSelector('[data-test=asked-list] li');
  expect((await own.locator('[data-test=todo] li').count()) === 19, 'one less to do');
  const wide = await sideways(own);
  expect(wide <= 1, `nothing scrolls sideways, not by ${wide}px`);
  await own.reload(); // nothing is under the finger any more
  await own.waitForSelector('[data-test=asked-list] li');
  await calm(own);
  await own.context().close();
});

walk('leads are put in, claimed by one, and given back with a reason', async (page) => {
  const { own } = await memberPage(page, 1);
  await page.goto(`${url}/leads`);
  await page.click('[data-test=pool]');
  await page.locator('[data-test=expr]').fill('not friend');
  await page.click('[data-test=pool-run]');
  await until('somebody is free', async () => {
    await page.goto(`${url}/leads`);
    await page.waitForSelector('h1');
    return (await page.locator('[data-test=claim]').count()) > 0;
  });
  await page.locator('[data-test=claim]').first().click();
  await page.waitForSelector('[role=alert]'); // the operator is no member of staff
  const first = (await call(own, 'GET', 'leads?state=free&limit=1')).body.data[0];
  const mine = await call(own, 'POST', `leads/${first.id}/claim`, {});
  expect(mine.status === 200 && mine.body.mine, 'a member of staff claims');
  expect((await call(own, 'POST', `leads/${first.id}/return`, { why: '号码停用' })).status === 200, 'and gives back');
  await own.context().close();
});

walk('a text message is estimated with the reasons, and nothing is sent yet', async (page) => {
  await page.goto(`${url}/sms`);
  await call(page, 'PUT', 'settings/smsdrain.sign', { value: '小鱼优选' });
  await page.click('[data-test=new-sms]');
  await page.locator('[data-test=name]').fill(`唤醒${mark}`);
  await page.locator('[data-test=expr]').fill('orders >= 1');
  await until('the whole message is shown', async () => (await page.textContent('[data-test=preview]')).includes('【小鱼优选】'));
  await page.locator('[data-test=target]').fill('https://work.weixin.qq.com/ca/x');
  await page.click('[data-test=estimate]');
  const row = page.locator('[data-test=table] tr', { hasText: `唤醒${mark}` });
  await until('it is estimated', async () => (await row.locator('[data-test=left-out]').count()) === 1);
  expect((await row.textContent()).includes('已是好友'), 'friends are left out');
  await row.locator('[data-test=cancel]').click();
  await page.locator('.el-message-box .el-button--danger').click();
  await until('it is stopped', async () => (await row.textContent()).includes('已停止'));
});

walk('an official account is connected, and tells its callback address', async (page) => {
  await page.goto(`${url}/official-account`);
  await page.click('[data-test=new-account]');
  for (const [name, value] of Object.entries({ name: `服务号${mark}`, appid: `wx${mark}`, secret: 's3cret', token: 'yutangtoken' })) await page.locator(`[data-test=${name}]`).last().fill(value);
  await page.click('[data-test=save]');
  const card = page.locator('[data-test=account]', { hasText: `服务号${mark}` });
  await card.waitFor();
  expect((await card.textContent()).includes('/oa/callback/'), 'the address to enter at the platform');
  await calm(page);
});
