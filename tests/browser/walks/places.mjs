// Stores and area codes as an operator and a customer meet them, and the cards of staff.
import { calm, expect, newPage, sideways, SMALL, until, url, walk } from '../harness.mjs';

const FILE = '门店编号,门店名称,城市,地址,纬度,经度,坐标系,营业时间,员工账号\n'
  + 'W1,人民广场店,上海,西藏中路1号,31.2285,121.4782,GCJ-02,,linna\nW2,西单店,北京,,39.9087,116.3744,GCJ-02,,linna\nW3,东京店,东京,,35.68,139.76,WGS-84,,\n';

walk('stores come from a file that is looked at first', async (page) => {
  await page.goto(`${url}/stores`);
  await page.click('[data-test=import-stores]');
  await page.setInputFiles('[data-test=stores-file]', { name: 'stores.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) });
  await page.waitForSelector('[data-test=stores-problems]');
  expect((await page.textContent('[data-test=stores-problems]')).includes('中国境内'), 'the refused line says why');
  await calm(page);
  const run = page.locator('[data-test=stores-run]');
  if (await run.isEnabled()) await run.click();
  else await page.keyboard.press('Escape');
  await page.fill('input[data-test=store-search], [data-test=store-search] input', '西单');
  await page.keyboard.press('Enter');
  await until('it is found', async () => (await page.textContent('main')).includes('西单店'));
});

walk('one code leads to the nearest store, or to one she chooses', async (page) => {
  await page.goto(`${url}/areas`);
  await page.click('[data-test=new-area]');
  await page.fill('[data-test=area-name] input, input[data-test=area-name]', `走查${Date.now() % 100000}`);
  await page.click('[data-test=save-area]');
  const link = await until('the new code shows its address', async () => (await page.locator('[data-test=area] .link').first().textContent().catch(() => ''))?.trim());
  const key = link.split('/').pop();
  const phone = await newPage(SMALL);
  await phone.context().grantPermissions(['geolocation'], { origin: url });
  await phone.context().setGeolocation({ latitude: 31.2304, longitude: 121.4737 });
  await phone.goto(`${url}/d/${key}`);
  await phone.waitForSelector('[data-test=consent]');
  await calm(phone);
  await phone.click('[data-test=find]');
  await phone.waitForSelector('[data-test=result]');
  await until('her code is there', () => phone.locator('[data-test=code]').count());
  expect((await phone.textContent('[data-test=result]')).includes('人民广场店'), 'the nearest one');
  await phone.click('[data-test=another]');
  await phone.selectOption('[data-test=city]', '北京');
  await phone.click('[data-test=stores] button');
  await until('the store she chose', async () => (await phone.textContent('[data-test=result]').catch(() => ''))?.includes('西单店'));
  expect((await sideways(phone)) <= 1, 'nothing scrolls sideways');
  await phone.reload();
  await phone.waitForSelector('[data-test=last]');
  await phone.context().close();
});

walk('cards are drawn for a member of staff', async (page) => {
  await page.goto(`${url}/cards`);
  await page.waitForSelector('[data-test=card-defaults], [data-test=card-template]');
  const defaults = page.locator('[data-test=card-defaults]');
  if (await defaults.count()) await defaults.click();
  await page.waitForSelector('[data-test=card-template] img');
  await until('the picture is there', () => page.locator('[data-test=card-template] img').first().evaluate((img) => img.complete && img.naturalWidth > 0));
  await calm(page);
});

walk('a photo becomes the background of a card', async (page) => {
  await page.goto(`${url}/cards`);
  await page.waitForSelector('[data-test=card-defaults], [data-test=card-template]');
  const defaults = page.locator('[data-test=card-defaults]');
  if (await defaults.count()) await defaults.click();
  await page.locator('[data-test=card-template]').first().getByRole('button', { name: '编辑' }).click();
  await page.waitForSelector('[data-test=card-picture]', { state: 'attached' });
  const photo = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 400;
    canvas.getContext('2d').fillRect(0, 0, 200, 400);
    return canvas.toDataURL('image/jpeg').split(',')[1];
  });
  const sent = page.waitForResponse((r) => r.url().endsWith('/picture') && r.request().method() === 'POST');
  await page.setInputFiles('[data-test=card-picture]', { name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(photo, 'base64') });
  expect((await sent).status() === 200, 'a JPEG is taken');
});
