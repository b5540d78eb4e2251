// A tag rule from its first condition to its undoing: tried on history, applied, and taken back.
import { expect, number, PHONE, until, url, walk } from '../harness.mjs';

/** Opens a box and takes the option of that name, the first without one. */
async function choose(page, box, name) {
  await page.locator(box).first().click();
  const options = page.locator('.el-select-dropdown:visible .el-select-dropdown__item:not(.is-disabled)');
  await (name ? options.filter({ hasText: name }) : options).first().click();
}

walk('a tag rule is tried, applied and undone', async (page) => {
  const name = `大单客户${Date.now() % 1_000_000}`;
  await page.goto(`${url}/tags/rules/new`);
  await page.fill('[data-test=rule-name]', name);
  await choose(page, '[data-test=event]', '下单');
  await page.click('[data-test=add-filter]');
  await choose(page, '[data-test=filter] .op', '不少于');
  await page.fill('[data-test=filter-value]', '300');
  await choose(page, '[data-test=put]');
  await page.keyboard.press('Escape');
  await page.click('[data-test=save-rule]');
  await page.waitForURL(/\/tags\/rules\/\d+/);

  await page.fill('[data-test=try-from]', `${new Date().getFullYear() - 2}-01-01`);
  await page.click('[data-test=try]');
  const result = page.locator('[data-test=result] .big');
  await result.waitFor({ timeout: 60_000 });
  const people = number(await result.textContent());
  expect(people > 0, 'somebody has ordered for so much');
  await page.getByRole('button', { name: '看名单' }).click();
  await page.locator('.el-drawer [data-test=table] tbody tr').first().waitFor();
  await page.keyboard.press('Escape');

  await page.click('[data-test=apply]');
  const box = page.locator('.el-message-box');
  await box.waitFor();
  if (await box.locator('input').isVisible()) await box.locator('input').fill(String(people));
  await box.locator('.el-message-box__btns button').last().click();
  const undo = page.locator('[data-test=undo-go]');
  await undo.waitFor({ timeout: 60_000 });
  await page.locator('[data-test=table] tbody tr').first().waitFor();

  await undo.click();
  await box.waitFor();
  if (await box.locator('input').isVisible()) await box.locator('input').fill(name);
  await box.locator('.el-message-box__btns button').last().click();
  await until('nothing of it is left', async () => (await undo.count()) === 0 && (await page.textContent('[data-test=undo]')).includes('没有打着'), 60_000);
});

walk('a text says which rules it would hit', async (page) => {
  const name = `退货${Date.now() % 1_000_000}`;
  await page.goto(`${url}/tags/rules/new`);
  await page.fill('[data-test=rule-name]', name);
  await page.getByText('文字里有关键词').click();
  await page.fill('[data-test=keywords]', '退货，退款\n换货');
  await choose(page, '[data-test=put]');
  await page.keyboard.press('Escape');
  await page.click('[data-test=save-rule]');
  await page.waitForURL(/\/tags\/rules\/\d+/);
  await page.goto(`${url}/tags/rules`);
  await page.fill('[data-test=test-text]', '请问可以换货吗');
  await page.click('[data-test=test-go]');
  await until('it names the rule and the word', async () => {
    const said = await page.textContent('[data-test=test-answer]').catch(() => '');
    return said.includes(name) && said.includes('换货');
  });
});

walk('rules are cards on a phone', async (page) => {
  await page.goto(`${url}/tags/rules`);
  await page.waitForSelector('[data-test=cards] li');
  expect((await page.locator('[data-test=table]').count()) === 0, 'no table on a phone');
}, PHONE);
