// Tags come from a table, are kept in order, archived and merged; a person's chips say who set them.
import { calm, expect, number, PHONE, sideways, until, url, walk } from '../harness.mjs';

const mark = String(Date.now()).slice(-6);
const DIMENSIONS = ['基础', '行为', '偏好', '渠道', '兴趣'];
const PER = 84;
const groupName = (d, i) => `${d}组${mark}-${Math.floor(i / 12)}`;

function csv(last = '') {
  const lines = ['维度,标签组,标签,说明,有效天数,敏感'];
  for (const d of DIMENSIONS) for (let i = 0; i < PER; i++) lines.push(`${d},${groupName(d, i)},${d}${mark}-${i},测试说明,${i % 3 ? '' : 30},${i % 40 ? '' : '是'}`);
  if (last) lines.push(last);
  return Buffer.from(lines.join('\r\n') + '\r\n');
}
const give = (page, buffer) => page.setInputFiles('[data-test=import-file]', { name: 'tags.csv', mimeType: 'text/csv', buffer });

walk('four hundred tags are imported whole or not at all', async (page) => {
  await page.goto(`${url}/tags`);
  const all = async () => number(await page.textContent('h1'));
  await page.click('[data-test=import]');
  await give(page, csv(`兴趣,${groupName('基础', 0)},多余,,,`));
  await page.waitForSelector('[data-test=import-problems] tbody tr');
  expect(await page.isDisabled('[data-test=import-run]'), 'what has problems is not imported');
  await give(page, csv());
  await page.waitForSelector('[data-test=import-good]');
  await page.click('[data-test=import-run]');
  await until('the tags are there', async () => (await all()) >= DIMENSIONS.length * PER);
  await page.click('[data-test=dim-interest]');
  await page.waitForSelector(`[data-test="group-${groupName('兴趣', 0)}"]`);
  expect((await page.locator(`[data-test="group-${groupName('兴趣', 0)}"] li`).count()) === 12, 'a group shows its twelve tags');
  await calm(page);
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/tags.png` });
  await page.getByRole('button', { name: `上移 ${groupName('兴趣', 12)}` }).click();
  await until('the second group is first', async () => (await page.locator('section[data-test^=group-] h2').allTextContents()).indexOf(groupName('兴趣', 12)) === (await page.locator('section[data-test^=group-] h2').allTextContents()).indexOf(groupName('兴趣', 0)) - 1);
});

walk('a tag is archived, brought back and merged', async (page) => {
  await page.goto(`${url}/tags?q=${encodeURIComponent(`偏好${mark}-1`)}`);
  const name = `偏好${mark}-1`, into = `偏好${mark}-2`;
  const tag = () => page.getByRole('button', { name, exact: true });
  await tag().click();
  await page.click('[data-test=archive]');
  await until('it has left the page', async () => (await tag().count()) === 0);
  await page.locator('[data-test=undo] .link').first().click();
  await tag().click();
  await page.click('[data-test=merge-tag]');
  await page.click('[data-test=merge-into]');
  await page.keyboard.type(into);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: into }).first().click();
  expect(await page.isDisabled('[data-test=merge-start]'), 'a merge asks for the name');
  await page.fill('[data-test=merge-confirm]', name);
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/tags-merge.png` });
  await page.click('[data-test=merge-start]');
  await until('the job is done', async () => (await tag().count()) === 0);
});

walk('a chip tells who set the tag, and a refusal can be lifted', async (page) => {
  await page.goto(`${url}/customers`);
  await page.locator('[data-test=table] tbody tr a').first().click();
  await page.waitForSelector('[data-test=tags]');
  const chips = page.locator('[data-test=tags] .chip');
  await page.click('[data-test=edit-tags]');
  await page.locator('main .el-select').first().click();
  await page.keyboard.type(`行为${mark}-5`);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: `行为${mark}-5` }).first().click();
  await page.keyboard.press('Escape');
  await page.click('[data-test=save-tags]');
  const chip = chips.filter({ hasText: `行为${mark}-5` }).first();
  await chip.hover();
  await until('the chip tells', async () => (await page.locator('[data-test=mark]:visible').first().textContent().catch(() => ''))?.includes('手工'));
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/tags-chip.png` });
  await page.mouse.move(0, 0);
  await page.click('[data-test=edit-tags]');
  await page.locator('main .el-select').first().click();
  await page.keyboard.type(`行为${mark}-5`);
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item', { hasText: `行为${mark}-5` }).first().click();
  await page.keyboard.press('Escape');
  await page.click('[data-test=save-tags]');
  await page.locator('[data-test=refused] .link').first().click();
  await until('the refusal is lifted', async () => (await page.locator('[data-test=refused]').count()) === 0);
});

walk('the tags page fits a phone', async (page) => {
  await page.goto(`${url}/tags?dim=interest`);
  await page.waitForSelector('section[data-test^=group-]');
  const wide = await sideways(page);
  expect(wide <= 0, `nothing stands out by ${wide} px`);
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/tags-phone.png` });
  await page.locator('section[data-test^=group-] .name:enabled').first().click();
  await page.waitForSelector('[data-test=tag-form]');
  await until('the drawer has arrived', async () => (await page.locator('[data-test=tag-form]').boundingBox())?.x < 60);
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/tags-phone-drawer.png` });
}, PHONE);
