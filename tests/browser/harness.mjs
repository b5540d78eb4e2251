// What every walk needs: a browser, a logged-in page, waiting for a condition, axe, and a count of what passed.
// A failed walk leaves a screenshot in YUTANG_SHOTS (when given) and the others go on.
import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const need = (name) => {
  const value = process.env[name];
  if (!value) {
    console.error(`set ${name}: the tests walk through a running demo (YUTANG_URL, YUTANG_SIM, YUTANG_LOGIN, YUTANG_PASSWORD)`);
    process.exit(2);
  }
  return value;
};
export const url = need('YUTANG_URL').replace(/\/$/, '');
/** The simulated WeCom's control API: there members and customers act. */
export const sim = need('YUTANG_SIM').replace(/\/$/, '');
const login = need('YUTANG_LOGIN');
const password = need('YUTANG_PASSWORD');
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const DESK = { viewport: { width: 1440, height: 900 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const STEP_MS = 15_000;

let browser;
export async function open() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
}
export const close = () => browser?.close();

/** Everything a page asked for outside its own origin, and every error it wrote to its console. */
export const strangers = new Set();
export const complaints = new Set();

export async function newPage(size = DESK) {
  const context = await browser.newContext({
    ...size, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', bypassCSP: true, acceptDownloads: true,
  });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(url + '/') && !to.startsWith('data:') && !to.startsWith('blob:')) strangers.add(to);
  });
  page.on('pageerror', (e) => complaints.add(`${page.url()}: ${e.message}`));
  return page;
}

export async function signIn(page) {
  await page.goto(`${url}/login`);
  await page.fill('#login', login);
  await page.fill('#password', password);
  await page.click('[data-test=enter]');
  await page.waitForSelector('[data-test=account]');
  const lang = await page.getAttribute('html', 'lang');
  if (lang !== 'zh-CN') await page.click('[data-test=language]');
}

export function expect(truth, text) {
  if (!truth) throw new Error(text);
}

/** Asks again until it holds; lists that poll need no sleeping tests. */
export async function until(text, ask, ms = STEP_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never: ${text}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** Serious and critical findings of axe on the page as it is. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }));
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} x${v.nodes.length}: ${v.nodes[0].html.slice(0, 140)}`);
}

export const number = (text) => Number((text ?? '').replace(/[^\d.-]/g, ''));

const walks = [];
export const walk = (name, steps, size) => walks.push({ name, steps, size });

export async function runAll(only) {
  let passed = 0;
  let failed = 0;
  for (const { name, steps, size } of walks.filter((w) => !only || w.name.includes(only))) {
    const page = await newPage(size);
    const start = Date.now();
    try {
      await signIn(page);
      await steps(page);
      passed++;
      console.log(`ok   ${name} (${Date.now() - start} ms)`);
    } catch (e) {
      failed++;
      console.log(`FAIL ${name}\n     at ${page.url()}\n     ${String(e.message).split('\n').slice(0, 12).join('\n     ')}`);
      if (process.env.YUTANG_SHOTS) {
        await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/${name.replace(/\W+/g, '-')}.png` }).catch(() => undefined);
      }
    }
    await page.context().close();
  }
  return { passed, failed };
}
