// What is done again and again: repeating broadcasts, arrivals told once, SOPs for customers and groups.
import { calm, expect, PHONE, until, url, walk } from '../harness.mjs';

const once = () => String(Date.now() % 1_000_000);
/** Many people are confirmed by typing their number. */
async function confirm(page) {
  const box = page.locator('.el-message-box'), typed = box.locator('input');
  await box.waitFor();
  if (await typed.isVisible()) await typed.fill(await typed.getAttribute('placeholder'));
  await box.locator('.el-button--primary').last().click();
}
const row = (page, name) => page.locator('tbody tr', { hasText: name });

walk('a broadcast repeats: estimated, confirmed, its next time skipped, paused and gone on with', async (page) => {
  const name = `每周上新 ${once()}`;
  await page.goto(`${url}/broadcasts/repeats`);
  await page.locator('[data-test=new-repeat]').click();
  await page.fill('[data-test=repeat-name] input, input[data-test=repeat-name]', name);
  await page.locator('.el-drawer label', { hasText: '直接写条件' }).click();
  await page.fill('textarea[data-test=repeat-expr], [data-test=repeat-expr] textarea', 'friend');
  await page.fill('#repeat-text', '本周上新');
  await page.click('[data-test=repeat-estimate]');
  await page.waitForSelector('[data-test=repeat-sum]');
  await calm(page);
  await page.click('[data-test=repeat-save]');
  await confirm(page);
  await until('it is listed', async () => (await row(page, name).count()) === 1);
  await row(page, name).locator('[data-test=skip]').click();
  await until('the next one is skipped', async () => (await row(page, name).textContent()).includes('已跳过'));
  await row(page, name).locator('[data-test=pause]').click();
  await until('it is paused', async () => (await row(page, name).textContent()).includes('已暂停'));
  await row(page, name).locator('[data-test=resume]').click();
  await until('it goes on', async () => (await row(page, name).textContent()).includes('进行中'));
  await row(page, name).locator('button.link').first().click();
  await page.waitForSelector('.el-drawer:visible');
});

walk('a product arrives and who waits is told with one tap', async (page) => {
  const sku = `MASK-${once()}`;
  await page.goto(`${url}/arrivals`);
  await page.locator('[data-test=new-product]').first().click();
  await page.fill('[data-test=product-sku] input, input[data-test=product-sku]', sku);
  await page.fill('[data-test=product-name] input, input[data-test=product-name]', '口罩到货');
  await page.locator('.el-drawer label', { hasText: '直接写条件' }).click();
  await page.fill('textarea[data-test=product-expr], [data-test=product-expr] textarea', 'friend and spent >= 200');
  await page.fill('#product-text', '您要的口罩到了');
  await page.click('[data-test=product-save]');
  await until('it is listed', async () => (await row(page, sku).count()) === 1);
  await row(page, sku).locator('[data-test=tell]').click();
  await page.waitForSelector('[data-test=arrival-total]');
  await calm(page);
  const go = page.locator('[data-test=arrival-go]');
  if (await go.isEnabled()) {
    await go.click();
    await page.waitForURL('**/broadcasts');
    await until('a broadcast was made', async () => (await page.locator('tbody tr', { hasText: '口罩到货' }).count()) > 0);
  }
});

walk('a customer SOP begins with a template, is written on a phone and started', async (page) => {
  await page.goto(`${url}/sops`);
  await page.locator('[data-test=template-newFriend]').click();
  await page.waitForSelector('[data-test=sop-step]');
  expect((await page.locator('[data-test=sop-step]').count()) === 4, 'a template of four steps');
  const name = `新客 ${once()}`;
  await page.fill('[data-test=sop-name] input, input[data-test=sop-name]', name);
  await page.locator('[data-test=sop-add]').click();
  await page.fill('#sop-text-4', '最后一条');
  await calm(page);
  await page.click('[data-test=sop-publish]');
  const card = page.locator('li, article, .item', { hasText: name }).first();
  await until('it is running', async () => (await page.locator('main').textContent()).includes(name) && (await card.textContent()).includes('进行中'));
}, PHONE);

walk('a group SOP names its groups and is started', async (page) => {
  await page.goto(`${url}/sops?tab=group`);
  await page.locator('[data-test=template-newGroup]').click();
  await page.waitForSelector('[data-test=group-step]');
  const name = `新群 ${once()}`;
  await page.fill('[data-test=group-sop-name] input, input[data-test=group-sop-name]', name);
  await page.locator('[data-test=group-sop-owners]').click();
  await page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-disabled)').first().click();
  await page.keyboard.press('Escape');
  await page.click('[data-test=group-sop-look]');
  await page.waitForSelector('.el-drawer [role=status]');
  await calm(page);
  await page.click('[data-test=group-sop-save]');
  await page.locator('.el-message-box__btns .el-button').last().click();
  await until('it is listed', async () => (await row(page, name).count()) === 1);
  await row(page, name).locator('[data-test=duties]').click();
  await until('nothing was asked yet', async () => (await page.locator('.el-drawer:visible').textContent()).includes('还没有下发过任务'));
  await page.keyboard.press('Escape');
  await page.waitForSelector('.el-drawer', { state: 'hidden' });
  await row(page, name).locator('[data-test=pause]').click();
  await page.waitForSelector('.el-message-box:visible');
  expect((await page.textContent('.el-message-box')).includes('7 天内'), 'a pause says what stops');
  if (process.env.YUTANG_SHOTS) await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/sop-pause.png` });
  await page.locator('.el-message-box__btns .el-button').last().click();
  await until('it is paused', async () => (await row(page, name).textContent()).includes('已暂停'));
  await page.locator('[data-test=undo] .link').last().click();
  await until('as if it had not been', async () => (await row(page, name).textContent()).includes('进行中'));
});
