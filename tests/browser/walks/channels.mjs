// Automatic messages: the account's templates filled in and tried on a real person, the menu, a webhook and what it
// answered, a list of people brought in.
import { call, calm, expect, say, sim, until, url, walk } from '../harness.mjs';

const mark = String(Date.now()).slice(-7);
const TOKEN = 'pondtoken2026';
const AES_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';


walk('an official account speaks: templates, a try, the menu', async (page) => {
  const { appid, secret } = await say('oa', {});
  const account = (await call(page, 'POST', 'oa-accounts', { name: `发声号${mark}`, appid, secret, token: TOKEN, aeskey: AES_KEY, base: `${sim}/oa` })).body;
  await say('oa', { url: `${url}${new URL(account.callback_url).pathname}`, token: TOKEN, aes_key: AES_KEY, mode: 'safe' });
  await say('oa/follow', { person: { name: `粉丝${mark}` } });
  await page.goto(`${url}/official-account`);
  const templates = page.locator('[data-test=templates]');
  await templates.locator('[data-test=read-templates]').waitFor();
  if (await templates.locator('.pick').count()) { /* another walk has one too */
    await templates.locator('.pick').click();
    await page.locator('.el-select-dropdown__item:visible', { hasText: `发声号${mark}` }).click();
  }
  await templates.locator('[data-test=read-templates]').click();
  await until('templates are listed', async () => (await templates.locator('[data-test=template]').count()) >= 4);
  await calm(page);
  await templates.locator('[data-test=template]', { hasText: '到货提醒' }).locator('[data-test=use]').click();
  await page.locator('[data-test=value-thing1]').fill('外套');
  await page.locator('[data-test=value-thing2]').fill('{{name|您}}的门店');
  expect(await page.locator('[data-test=send]').isDisabled(), 'nothing goes to nobody');
  await calm(page);
  await page.keyboard.press('Escape');

  await page.locator('.card', { hasText: `发声号${mark}` }).locator('[data-test=oa-menu]').click();
  await page.click('[data-test=more]');
  await page.locator('[data-test=button-name]').fill('今日优惠');
  await page.locator('[data-test=button-value]').fill('https://example.com/deal');
  await calm(page);
  await page.click('[data-test=menu-save]');
  await until('the platform has the menu', async () => JSON.stringify((await call(page, 'GET', `oa-accounts/${account.id}/menu`)).body).includes('今日优惠'));
});

walk('what a program says: figures, settings, one message tried', async (page) => {
  await page.goto(`${url}/channels?tab=sms`);
  await page.locator('[data-test=text]').fill('{{name|亲}}，新品到店');
  await page.locator('[data-test="smsdrain.sign"] input, input[data-test="smsdrain.sign"]').first().fill('小鱼');
  await page.locator('[data-test=save-settings]').first().click();
  await until('the message is counted', async () => { await page.locator('[data-test=text]').fill('{{name|亲}}，新品到店啦'); await page.waitForTimeout(900); return (await page.locator('[data-test=cost]').count()) === 1; });
  const customer = (await call(page, 'GET', 'customers?limit=1')).body.data[0];
  await page.locator('[data-test=try] .el-select__wrapper').click();
  await page.keyboard.type(customer.name);
  await page.locator('.el-select-dropdown__item:visible').first().click();
  await page.click('[data-test=look]');
  await until('she reads her own name', async () => ((await page.locator('[data-test=read]').textContent()) ?? '').includes('新品到店'));
  await calm(page);
});

walk('a webhook: an address of our own is refused, a signed test is answered', async (page) => {
  await page.goto(`${url}/hooks`);
  await page.click('[data-test=new-hook]');
  await page.locator('[data-test=name]').fill(`ERP${mark}`);
  await page.locator('[data-test=url]').fill(`${sim}/sim/log`);
  await page.click('[data-test=save]');
  await page.locator('.el-message--error').first().waitFor();
  expect(((await page.locator('.el-message--error').first().textContent()) ?? '').includes('内网'), 'said why');
  await call(page, 'PUT', 'settings/hook.private', { value: '1' });
  await page.click('[data-test=save]');
  await page.locator('[data-test=secret]').waitFor();
  expect(((await page.locator('[data-test=secret]').textContent()) ?? '').startsWith('whsec_'), 'the secret is shown once');
  await page.keyboard.press('Escape');
  const card = page.locator('[data-test=hook]', { hasText: `ERP${mark}` });
  await card.locator('[data-test=test]').click();
  await page.locator('.el-message--success').first().waitFor();
  await card.locator('[data-test=sent]').click();
  await page.getByText('还没有推送').first().waitFor();
  await calm(page);
  await call(page, 'PUT', 'settings/hook.private', { value: '0' });
});

walk('a list of people becomes a condition', async (page) => {
  await page.goto(`${url}/audiences`);
  await page.click('[data-test=new-list]');
  await page.setInputFiles('[data-test=list-file]', { name: `老客${mark}.csv`, mimeType: 'text/csv', buffer: Buffer.from('手机号\n13800000001\nabc\n') });
  await page.click('[data-test=list-save]');
  const row = page.locator('[data-test=list]', { hasText: `老客${mark}` });
  await until('the list is read', async () => ((await row.textContent().catch(() => '')) ?? '').includes('可用'));
  await calm(page);
});

walk('a journey chooses a template from the account and fills its fields with variables', async (page) => {
  await page.goto(`${url}/`);
  const account = (await call(page, 'GET', 'oa-accounts')).body.data.find((a) => a.name === `发声号${mark}`);
  if (!account) return; // the walk before has failed
  await page.goto(`${url}/journeys?tab=templates`);
  await page.click('[data-test=blank]');
  await page.waitForURL(/\/journeys\/\d+/);
  await page.locator('[data-test=palette] [data-what="act:oa.template"]').click();
  await page.click('[data-test=pick-account]');
  await page.locator('.el-select-dropdown__item:visible', { hasText: `发声号${mark}` }).click();
  await page.click('[data-test=pick-template]');
  await page.locator('.el-select-dropdown__item:visible', { hasText: '到货提醒' }).click();
  await page.locator('[data-test=value-thing1]').fill('外套');
  await page.locator('[data-test=value-thing2]').fill('给');
  await page.click('[data-test=insert-thing2]');
  await page.locator('.el-select-dropdown__item:visible').first().click();
  await until('it reads as it will', async () => (await page.textContent('[data-test=template-look]')).includes('商品：外套') && (await page.textContent('[data-test=template-look]')).includes('给{{name|您}}'));
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/template.png` });
  await until('the draft is saved', async () => (await page.textContent('[data-test=save-state]')).includes('自动保存'));
  const id = page.url().match(/journeys\/(\d+)/)[1];
  const saved = JSON.stringify((await call(page, 'GET', `journeys/${id}`)).body);
  expect(saved.includes('TPL_STOCK') && saved.includes('{{name|您}}'), 'the id and the words are in the draft');
});
