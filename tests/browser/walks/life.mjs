// Stages, segments and the follow-up board as an operator uses them.
import { calm, expect, number, PHONE, until, url, walk } from '../harness.mjs';

walk('a stage leads to its people and thresholds are seen before they are saved', async (page) => {
  await page.goto(`${url}/lifecycle`);
  await page.waitForSelector('[data-test=stages] article');
  const growing = page.locator('[data-test=stages] article').nth(1);
  const people = number(await growing.locator('.big').textContent());
  expect(people > 0, 'somebody is growing');
  await page.waitForSelector('.chart svg');
  await growing.locator('.big').click();
  await page.waitForURL('**/customers?expr=stage*');
  await page.goto(`${url}/lifecycle`);
  await page.click('[data-test=edit-rule]');
  const save = page.locator('[data-test=save-rule]');
  expect(await save.isDisabled(), 'not saved unseen');
  await page.fill('[data-test=dormant] input', '20');
  await page.keyboard.press('Tab');
  await page.click('[data-test=preview-run]');
  await page.waitForSelector('[data-test=preview] tbody tr');
  expect(await save.isEnabled(), 'seen, it can be saved');
  await calm(page);
  await page.fill('[data-test=dormant] input', '21');
  await page.keyboard.press('Tab');
  expect(await save.isDisabled(), 'other thresholds are unseen again');
});

walk('a square of the RFM map opens as an audience', async (page) => {
  await page.goto(`${url}/rfm`);
  await page.waitForSelector('[data-test=rfm-map] td a');
  expect((await page.locator('[data-test=rfm-map] td').count()) === 25, 'five by five');
  expect((await page.locator('[data-test=segments] tbody tr').count()) === 11, 'eleven cells');
  const square = page.locator('[data-test=rfm-map] td a').first();
  const people = number(await square.locator('b').textContent());
  await square.click();
  await page.waitForURL('**/audiences/new?expr=*');
  await until('the audience counts the same', async () => (await page.textContent('main')).replace(/,/g, '').includes(String(people)));
});

/** The number of people a column says it holds. */
const held = async (column) => number(await column.locator('header span').first().textContent());

walk('a card is dragged to another column and taken back', async (page) => {
  await page.goto(`${url}/followup`);
  const columns = page.locator('[data-test=board] > section');
  await page.waitForSelector('[data-test=board-card]');
  const [from, to] = [columns.nth(0), columns.nth(1)];
  const before = [await held(from), await held(to)];
  const card = from.locator('[data-test=board-card]').first();
  const name = (await card.locator('a').first().textContent()).trim();
  await card.dragTo(to.locator('header'));
  await until('she is the first of the other column', async () => (await held(to)) === before[1] + 1 && (await to.locator('[data-test=board-card] a').first().textContent()).trim() === name);
  await page.getByRole('button', { name: '撤销' }).first().click();
  await until('she is back', async () => (await held(from)) === before[0] && (await held(to)) === before[1]);
});

walk('a phone shows one column and moves by the menu of a card', async (page) => {
  await page.goto(`${url}/followup`);
  await page.waitForSelector('[data-test=board-card]');
  expect((await page.locator('[data-test=board] > section').count()) === 1, 'one column');
  const column = page.locator('[data-test=board] > section');
  const before = await held(column);
  await page.locator('[data-test=board-card] button').first().click();
  await page.getByRole('menuitem', { name: '移到“沟通中”' }).click();
  await until('one fewer', async () => (await held(column)) === before - 1);
  await page.getByRole('button', { name: '撤销' }).first().click();
  await until('as before', async () => (await held(column)) === before);
}, PHONE);
