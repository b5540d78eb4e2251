// Getting in, finding one's way, and switching the language.
import { call, expect, newPage, number, signIn, until, url, walk } from '../harness.mjs';

const PASSWORD = 'correct horse battery';

walk('staff find the way in by WeCom on the login page', async (page) => {
  await page.context().clearCookies();
  await page.goto(`${url}/login?back=/customers`);
  const way = page.locator('[data-test=by-wecom]');
  await way.waitFor();
  const to = await way.getAttribute('href');
  expect(to.startsWith('/h5/api/guest/staff?corp=') && to.includes('qr=1') && to.includes('customers'), `leads to WeCom: ${to}`);
  const answer = await page.request.get(url + to, { maxRedirects: 0 });
  expect(answer.status() === 302 && /login|oauth|sso/.test(answer.headers().location), 'WeCom asks who she is');
});

walk('a wrong password is refused in words', async () => {
  const page = await newPage();
  await page.goto(`${url}/login`);
  await page.fill('#login', 'nobody');
  await page.fill('#password', 'not the password');
  await page.click('[data-test=enter]');
  const text = await page.textContent('[role=alert]');
  expect(text.trim().length > 4, 'the refusal says something');
  expect(page.url().includes('/login'), 'stays on the login page');
  await page.context().close();
});

walk('a deep link asks for the login and then opens', async (page) => {
  const fresh = await newPage();
  await fresh.goto(`${url}/customers?sort=spent`);
  await fresh.waitForSelector('#login');
  expect(fresh.url().includes('back='), 'remembers where to');
  await fresh.fill('#login', process.env.YUTANG_LOGIN);
  await fresh.fill('#password', process.env.YUTANG_PASSWORD);
  await fresh.click('[data-test=enter]');
  await fresh.waitForURL('**/customers?sort=spent');
  await fresh.context().close();
  await page.goto(`${url}/nothing/here`);
  await page.waitForSelector('h1');
});

walk('home shows figures that lead to people', async (page) => {
  await page.goto(`${url}/`);
  await page.waitForSelector('[data-test=home]');
  const total = number(await page.textContent('.kpi .value'));
  expect(total > 0, 'there are customers');
  await page.waitForSelector('.chart svg');
  expect((await page.locator('.chart path.open').count()) === 3, 'the day that is not over is dashed in every line');
  const [staff] = await page.locator('[data-test=home] table.plain').all();
  const added = (await staff.locator('tbody td:nth-child(2)').allTextContents()).map(number);
  expect(added.length > 0 && added.length <= 10 && added.every((n, i) => !i || n <= added[i - 1]), `the staff with the most come first, ten of them: ${added}`);
  await page.locator('[data-test=as-table]').click({ force: true });
  const days = await page.locator('.table tbody tr').count();
  expect(days >= 7, `the trend has a row per day, not ${days}`);
  await page.locator('.kpi .value').first().click();
  await page.waitForURL('**/customers**');
  await page.waitForSelector('[data-test=table] tbody tr');
});

walk('the command palette finds pages and customers by keyboard', async (page) => {
  await page.goto(`${url}/customers`);
  const name = (await page.locator('[data-test=table] tbody tr td:nth-child(2) b').first().textContent()).trim();
  await page.keyboard.press('Control+k');
  const palette = page.locator('[data-test=palette]');
  await until('the palette has the focus', () => palette.evaluate((box) => box === document.activeElement).catch(() => false));
  await page.keyboard.type('hm');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/livecodes**');
  await page.keyboard.press('Control+k');
  await palette.fill(name);
  await page.locator('[role=option]', { hasText: name }).first().click();
  await page.waitForURL(/\/customers\/[^/?]+/);
});

walk('the language switches and is remembered', async (operator) => {
  // It is kept with the account, and other walks use the operator's meanwhile.
  const login = `reader-${Date.now()}`;
  await call(operator, 'POST', 'users', { login, password: PASSWORD, name: '双语', role: 'operator', scope: 'all' });
  const page = await newPage();
  await signIn(page, login, PASSWORD);
  await page.goto(`${url}/customers`);
  await page.click('[data-test=language]');
  await until('the title is English', async () => (await page.textContent('h1')).includes('Customers'));
  expect((await page.getAttribute('html', 'lang')) === 'en-US', 'html says en-US');
  await page.reload();
  await until('still English', async () => (await page.textContent('h1')).includes('Customers'));
  await page.click('[data-test=language]');
  await until('Chinese again', async () => (await page.textContent('h1')).includes('客户'));
  await page.context().close();
});

walk('the keyboard alone reaches the content', async (page) => {
  await page.goto(`${url}/tags`);
  await page.waitForSelector('h1');
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  expect(focused === 'H1', `the title has the focus, not ${focused}`);
  const first = await page.evaluate(() => {
    const stop = document.querySelector('a[href], button, input, [tabindex="0"]');
    stop?.focus();
    return stop?.className;
  });
  expect(first === 'skip', `the first stop of Tab is the skip link, not ${first}`);
  await page.keyboard.press('Enter');
  const id = await page.evaluate(() => document.activeElement?.id);
  expect(id === 'main', `the skip link leads to the content, not to ${id}`);
});

walk('who asks for no motion sees none, and a colour is at once what it becomes', async (page) => {
  for (const address of ['/customers', '/h5/survey?t=nobody']) {
    await page.goto(url + address);
    await page.waitForSelector('h1, main, .t-empty, p');
    const seen = await page.evaluate(() => {
      const one = document.body.appendChild(document.createElement('p'));
      one.style.cssText = 'color: rgb(255, 0, 0); transition: color 1s';
      const before = getComputedStyle(one).color;
      one.style.color = 'rgb(0, 0, 255)';
      return [before, getComputedStyle(one).color, one.getAnimations().length];
    });
    expect(String(seen) === 'rgb(255, 0, 0),rgb(0, 0, 255),0', `${address}: ${seen}`);
  }
});
