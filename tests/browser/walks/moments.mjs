// Moments: versions, the estimate, posting, likes, who has not posted, stopping.
import { ask, calm, expect, newFriend, number, PHONE, say, until, url, walk } from '../harness.mjs';

const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

async function arrive(page, count) {
  let last;
  for (let i = 0; i < count; i++) last = await newFriend(page);
  await until('the last has arrived', async () => (await ask(page, 'GET', `sidebar/customer?external_userid=${last.external_userid}`)).state === 'known');
}
walk('moments: versions are written, estimated as disjoint, posted, liked and stopped', async (page) => {
  const name = `上新-${Date.now() % 100000}`;
  await arrive(page, 3);
  await page.goto(`${url}/moments`);
  await page.waitForSelector('h1');
  await calm(page, 'the list');
  await page.goto(`${url}/moments/new`);
  await page.fill('[data-test=moment-name] input, input[data-test=moment-name]', name);
  await page.fill('textarea[data-test=moment-expr], [data-test=moment-expr] textarea', 'friend and added = today');
  await page.fill('textarea[data-test=version-expr-1], [data-test=version-expr-1] textarea', 'orders = 0');
  await page.fill('textarea[data-test=version-text-1], [data-test=version-text-1] textarea', '新朋友专享');
  await page.click('.version >> text=图片');
  await page.setInputFiles('input[data-test=version-images-1]', [{ name: 'a.png', mimeType: 'image/png', buffer: PIXEL }]);
  await page.waitForSelector('.files img');
  await page.click('[data-test=version-add]');
  await page.fill('textarea[data-test=version-expr-2], [data-test=version-expr-2] textarea', 'friend');
  await page.fill('textarea[data-test=version-text-2], [data-test=version-text-2] textarea', '给大家看看');
  await page.click('[data-test=moment-look]');
  await page.waitForSelector('[data-test=split]');
  const parts = [number(await page.textContent('[data-test=share-1] b')), number(await page.textContent('[data-test=share-2] b'))];
  const button = number(await page.textContent('[data-test=moment-make]'));
  expect(parts[0] > 0 && parts[0] + parts[1] === button, `the parts make the whole: ${parts} of ${button}`);
  await calm(page, 'the editor');
  await page.click('[data-test=moment-make]');
  await page.waitForURL(/\/moments\/\d+/);
  const id = page.url().split('/').pop();
  await until('WeCom has made it', async () => (await ask(page, 'GET', `moments/${id}`)).parts[0].state === 'created', 60_000);
  await page.reload();
  await page.waitForSelector('[data-test=part-1]');
  expect((await page.textContent('[data-test=figure-visible]')).trim() === '—', 'nothing was read yet, and no zero stands for it');
  expect((await page.textContent('[data-test=figure-read]')).includes('未接入'), 'who looked is not connected');
  await page.waitForSelector('text=未发表');
  await calm(page, 'the results');
  await page.click('[data-test=figure-planned]');
  await page.waitForSelector('.el-drawer [data-test=table], .el-drawer table');
  await page.keyboard.press('Escape');
  await until('both versions stand in WeCom', async () => (await ask(page, 'GET', `moments/${id}`)).parts.every((p) => ['created', 'empty'].includes(p.state)), 60_000);
  await say('moment/post', {}); // the newest, by everybody who should
  await page.click('[data-test=cancel]');
  await page.click('.el-message-box .el-button--danger');
  await until('it is stopped, and read once more', async () => (await ask(page, 'GET', `moments/${id}`)).parts.every((p) => ['closed', 'empty'].includes(p.state)), 30_000);
  await page.reload();
  await page.waitForSelector('[data-test=figure-visible]');
  expect(number(await page.textContent('[data-test=figure-visible]')) > 0, 'who can see it is counted');
  expect((await ask(page, 'GET', `moments/${id}`)).parts.every((p) => !p.tagging), 'no technical tag is left');
});

walk('moments: list and results fit a phone', async (page) => {
  const [last] = (await ask(page, 'GET', 'moments')).data;
  await page.goto(`${url}/moments`);
  await page.waitForSelector('h1');
  await calm(page, 'the list');
  await page.goto(`${url}/moments/new`);
  await page.waitForSelector('[data-test=moment-look]');
  await calm(page, 'the editor');
  if (!last) return;
  await page.goto(`${url}/moments/${last.id}`);
  await page.waitForSelector('[data-test=part-1]');
  await calm(page, 'the results');
}, PHONE);
