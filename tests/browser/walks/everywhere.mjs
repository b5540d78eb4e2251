// What must hold on every page: nothing for axe to find, no sideways scrolling on a phone, cards instead of tables.
import { axe, expect, PHONE, quiet, sideways, url, walk } from '../harness.mjs';

const routes = [
  '/', '/customers', '/tags', '/tags/rules', '/tags/rules/new', '/livecodes', '/livecodes?new=1', '/audiences', '/audiences/new',
  '/broadcasts', '/broadcasts/new', '/orders', '/orders?tab=imports', '/orders/import', '/jobs', '/exports', '/settings', '/settings?tab=wecom',
  '/settings?tab=users', '/settings?tab=keys', '/value', '/value?risk=lost', '/recommend', '/settings?tab=account', '/audit', '/setup',
  '/setup?step=2', '/setup?step=3', '/setup?step=4', '/setup?step=5', '/setup?step=6', '/setup?step=7', '/nothing', '/lifecycle', '/rfm',
  '/rfm?m=5&grid=8&by=gmv', '/layers', '/followup', '/lookalike', '/phone-lists', '/leads', '/sms', '/official-account', '/channels', '/channels?tab=mail', '/hooks',
  '/groups', '/groups/codes', '/groups/invites', '/groups/welcomes', '/groups/several',
  '/staff-tasks', '/staff-tasks?tab=rates', '/staff-tasks?tab=notices', '/letters', '/groups/casts', '/calendar', '/calendar?view=month', '/livings', '/inspect', '/keywords',
  '/journeys', '/journeys?tab=templates', '/sops', '/sops?tab=group', '/broadcasts/repeats', '/arrivals',
  '/stores', '/areas', '/lucky', '/cards', '/attributes',
  '/experiments', '/experiments/new', '/restraint', '/restraint?tab=blocks', '/restraint?tab=refusals',
];

async function visit(page, route) {
  await page.goto(url + route);
  await page.waitForSelector('h1');
  await quiet(page);
}

/** What is wrong with the page as it stands: findings of axe, titles, alerts, sideways scrolling. */
async function faults(page) {
  const found = await axe(page);
  const titles = await page.locator('h1').count();
  if (titles !== 1) found.push(`${titles} titles`);
  const alerts = await page.locator('main [role=alert]').allTextContents();
  if (alerts.length) found.push(alerts.join(' ').trim().slice(0, 120));
  const by = await sideways(page);
  if (by > 1) found.push(`${by}px wider than the screen`);
  return found;
}

for (const [device, size] of [['desk', undefined], ['phone', PHONE]]) {
  walk(`every page has one title, no failure, nothing for axe and nothing sideways (${device})`, async (page) => {
    const found = [];
    for (const route of routes) {
      await visit(page, route);
      for (const fault of await faults(page)) found.push(`${route} ${fault}`);
    }
    await visit(page, '/customers');
    await page.locator('main a[href^="/customers/"]').first().click();
    await page.waitForSelector('[data-test=timeline]', { state: 'attached' });
    await quiet(page);
    for (const fault of await faults(page)) found.push(`customer ${fault}`);
    expect(!found.length, found.join('\n'));
  }, size);
}

walk('a phone shows cards and leads by its menu', async (page) => {
  await visit(page, '/customers');
  await page.waitForSelector('[data-test=cards] li');
  expect((await page.locator('[data-test=table]').count()) === 0, 'no table on a phone');
  await page.click('[data-test=menu]');
  const link = page.getByRole('link', { name: '渠道活码' });
  expect((await link.count()) === 0, 'only the group of the page is open');
  await page.getByRole('button', { name: '引流获客' }).click();
  await link.click();
  await page.waitForURL('**/livecodes');
}, PHONE);

walk('the menu shows the entry of the page, opens one group at a time and needs no scrolling', async (page) => {
  const groups = async () => page.locator('nav .title[aria-expanded=true]').allTextContents();
  for (const [route, group] of [['/journeys', '触达运营'], ['/deletions', '客户中心'], ['/audit', '系统']]) {
    await visit(page, route);
    expect(String((await groups()).map((text) => text.trim())) === group, `${route} opens ${await groups()}`);
    const place = await page.locator('nav .entry.on').boundingBox();
    expect(place && place.y + place.height <= 900, `${route}: the entry is seen`);
    const hidden = await page.evaluate(() => document.querySelector('nav.menu').scrollHeight - window.innerHeight);
    expect(hidden <= 0, `${route}: ${hidden} px of the menu are out of sight`);
  }
  await page.locator('nav .title', { hasText: '引流获客' }).click();
  expect((await groups()).length === 1, 'one group');
  await visit(page, '/');
  expect((await groups())[0].trim() === '引流获客', 'the group opened last is remembered where the page is in none');
});

walk('a list keeps its filters and place over a reload', async (page) => {
  await visit(page, '/customers?sort=spent');
  const next = page.locator('[data-test=next]');
  if (await next.isEnabled()) await next.click();
  await quiet(page);
  const first = await page.locator('[data-test=table] tbody tr').first().textContent();
  const at = page.url();
  expect(at.includes('sort=spent'), 'the sort is in the address');
  await page.reload();
  await page.waitForSelector('[data-test=table] tbody tr');
  expect(page.url() === at, 'the address stays');
  expect((await page.locator('[data-test=table] tbody tr').first().textContent()) === first, 'and shows the same rows');
});
