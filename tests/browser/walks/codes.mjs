// Live codes as an operator keeps them: kinds, hours, figures, a table of codes, partners, who serves.
import { ask, calm, expect, SMALL, until, url, walk } from '../harness.mjs';

walk('a relay code is made with hours and a cap, and its address is shown', async (page) => {
  await page.goto(`${url}/livecodes?new=1`);
  await page.waitForSelector('[data-test=code-kind]');
  await page.locator('[data-test=code-kind]').getByText('中转码').click();
  await page.fill('[data-test=code-name] input, input[data-test=code-name]', '走查中转码');
  await page.locator('[data-test=code-staff]').click();
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-disabled)').first().click();
  await page.keyboard.press('Escape');
  await page.getByText('轮值与上限').click();
  await page.waitForSelector('[data-test=cap]');
  await page.locator('[data-test=cap] input').first().fill('30');
  await page.getByRole('button', { name: '添加时段', exact: true }).first().click();
  await page.getByText('添加之后').click();
  await page.getByRole('spinbutton', { name: '广告访客码' }).fill('2');
  await calm(page);
  await page.click('[data-test=save-code]');
  await page.getByRole('button', { name: '走查中转码' }).first().click();
  await page.waitForSelector('[data-test=qr]');
  await page.fill('textarea[data-test=key-params], [data-test=key-params] textarea', '{"plan":"A"}');
  await page.click('[data-test=key-make]');
  await until('the address for the advertisement', async () => /\/d\/[a-z2-9]{10}/.test(await page.locator('[data-test=key-made]').textContent()));
});

walk('the figures tell their definitions and change with the way to look', async (page) => {
  await page.goto(`${url}/livecodes/stats`);
  await page.waitForSelector('[data-test=stats] tbody tr');
  await page.getByText('员工', { exact: true }).first().click();
  await page.waitForURL('**by=staff*');
  await page.waitForSelector('[data-test=stats] tbody tr');
  await calm(page);
});

walk('touch points of stores stand beside each other', async (page) => {
  await page.goto(`${url}/livecodes/spots`);
  await page.waitForSelector('[data-test=spots] tbody tr');
  const heads = await page.locator('[data-test=spots] thead th').allTextContents();
  expect(heads.includes('门口') && heads.includes('收银台'), 'spots are columns');
  await page.getByText('购买率', { exact: true }).first().click();
  await page.waitForURL('**figure=rate*');
  await until('shares', async () => (await page.locator('[data-test=spots]').textContent()).includes('%'));
  await calm(page);
});

walk('a relay code leads straight to a group that is chosen by name', async (page) => {
  const name = `走查进群${Date.now() % 100000}`;
  await page.goto(`${url}/livecodes?new=1`);
  await page.waitForSelector('[data-test=code-kind]');
  await page.locator('[data-test=code-kind]').getByText('中转码').click();
  await page.fill('[data-test=code-name] input, input[data-test=code-name]', name);
  await page.locator('[data-test=code-staff]').click();
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-disabled)').first().click();
  await page.keyboard.press('Escape');
  await page.getByText('添加之后').click();
  await page.getByRole('combobox', { name: '扫码后' }).click({ force: true });
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: '直接进群' }).click();
  expect(await page.isDisabled('[data-test=save-code]'), 'without a group nothing can be saved');
  await page.locator('[data-test=group-code]').click();
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: '福利群' }).first().click();
  await calm(page);
  await page.click('[data-test=save-code]');
  await page.getByRole('button', { name }).first().waitFor();
});

walk('a table of codes is checked before anything is made', async (page) => {
  await page.goto(`${url}/livecodes/batch`);
  await page.setInputFiles('[data-test=batch-file]', { name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from('名称,员工\n甲,没有这个人\n') });
  await until('the fault is named', async () => (await page.textContent('main')).includes('没有这个人'));
  expect(!(await page.locator('[data-test=batch-start]').count()), 'nothing can be made');
  await calm(page);
});

walk('a partner has a page of her own until it is ended', async (page) => {
  await page.goto(`${url}/livecodes/partners`);
  await page.fill('[data-test=partner-name] input, input[data-test=partner-name]', '走查合作方');
  await page.click('[data-test=partner-add]');
  const row = page.locator('[data-test=partners] li', { hasText: '走查合作方' }).first();
  await row.waitFor();
  const address = new URL(await row.locator('a').getAttribute('href')).pathname;
  expect((await page.request.get(`${url}${address}`)).status() === 200, 'her page opens without an account');
  await calm(page);
  await row.getByRole('button').click();
  await page.locator('.el-message-box:visible .el-button--primary, .el-dialog:visible .el-button--danger, .el-message-box:visible .el-button--danger').first().click();
  await until('it is gone', async () => (await page.request.get(`${url}${address}`)).status() === 404);
});

walk('a member is switched off and on again on a phone', async (page) => {
  await page.goto(`${url}/livecodes/duty`);
  await page.waitForSelector('[data-test=duty] li');
  const one = page.locator('[data-test=duty] li').first();
  await one.locator('.el-switch').click();
  await until('off', async () => (await one.textContent()).includes('已关闭'));
  await one.locator('.el-switch').click();
  await until('on', async () => (await one.textContent()).includes('接待中'));
  await calm(page);
}, SMALL);

walk('a code shows what she would be greeted with, by member', async (page) => {
  await page.goto(`${url}/livecodes`);
  const [one, two] = (await ask(page, 'GET', 'staff')).data.filter((s) => s.status === 'active' && s.in_scope);
  const code = await ask(page, 'POST', 'livecodes', { name: `问候-${Date.now() % 100000}`, staff_ids: [one.id, two.id], welcome: { text: '您好' },
    plan: { greetings: [{ days: 127, from: 0, to: 1440, staff: [two.id], content: { text: '我是第二位' } }] } });
  await page.goto(`${url}/livecodes?show=${code.id}`);
  await page.click('[data-test=greeting-look]');
  await page.locator('[data-test=greeting]', { hasText: '您好' }).waitFor();
  await page.click('[data-test=look-staff]');
  await page.locator('.el-select-dropdown__item:visible', { hasText: two.name }).click();
  await page.locator('[data-test=greeting]', { hasText: '我是第二位' }).waitFor();
  await page.locator('[data-test=greeting]', { hasText: '第 1 条' }).waitFor();
  await calm(page);
});
