// The rules of reaching people, and what they say of one customer and of one broadcast.
import { expect, until, url, walk } from '../harness.mjs';

walk('contact rules are played over last week, saved, and heeded', async (page) => {
  await page.goto(`${url}/restraint`);
  await page.waitForSelector('[data-test=day-max] input, input[data-test=day-max]');
  await page.click('[data-test=play]');
  await page.waitForSelector('[data-test=played]');
  expect((await page.textContent('[data-test=played]')).trim().length > 10, 'last week is told in words');
  await page.click('[data-test=save-rules]');
  await page.waitForSelector('.el-message');
});

walk('a customer goes on the black list and off, and her contacts are listed', async (page) => {
  await page.goto(`${url}/customers`);
  await page.locator('tbody tr a[href*="/customers/"]').first().click();
  await page.waitForSelector('[data-test=budget]');
  await page.goto(`${page.url().split('?')[0]}?tab=touches`);
  await page.waitForSelector('[data-test=says]');
  await page.click('[data-test=block]');
  await until('the black list has her', async () => (await page.locator('[data-test=says] .bad').count()) > 0);
  await page.click('[data-test=block]');
  await until('she is off it', async () => (await page.locator('[data-test=says] .bad').count()) === 0);
  const why = page.locator('[data-test=why]');
  if (await why.count()) {
    await why.first().click();
    await page.waitForSelector('[data-test=touch-why]');
  }
});

walk('a broadcast with a hold-out names who will not get it', async (page) => {
  await page.goto(`${url}/broadcasts/new?expr=friend`);
  await until('there are people', async () => page.locator('[data-test=next-step]').isEnabled());
  await page.click('[data-test=next-step]');
  await page.fill('#cast-text', '会员日到啦');
  await page.click('[data-test=next-step]');
  await page.locator('[data-test=holdout] label').nth(3).click();
  await page.click('[data-test=next-step]');
  await page.waitForSelector('[data-test=confirm]');
  await page.click('[data-test=left-list]');
  await until('they are listed', async () => (await page.locator('.el-drawer tbody tr').count()) > 0);
});
