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
export const SMALL = { ...PHONE, viewport: { width: 360, height: 740 } };
const STEP_MS = 15_000;
const QUIET_MS = 150;
const STILL_MS = 2000;

let browser;
let cookies;
export async function open() {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--force-color-profile=srgb', '--font-render-hinting=none'],
  });
  const page = await newPage();
  await signIn(page, login, password);
  cookies = await page.context().storageState();
  // The walks must hold at any hour: from midnight to midnight nothing waits for the morning.
  for (const name of ['reach.quiet_from', 'reach.quiet_to']) await call(page, 'PUT', `settings/${name}`, { value: '0' });
  await page.context().close();
}
export const close = () => browser?.close();

/** Everything a page asked for outside its own origin, and every error it wrote to its console. */
export const strangers = new Set();
export const complaints = new Set();

/** A page of somebody the server does not know. */
export async function newPage(size = DESK, more = {}) {
  const context = await browser.newContext({
    ...size, ...more, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', bypassCSP: true, acceptDownloads: true,
  });
  context.setDefaultTimeout(STEP_MS);
  const page = await context.newPage();
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(url + '/') && !to.startsWith('data:') && !to.startsWith('blob:')) strangers.add(to);
  });
  page.on('pageerror', (e) => complaints.add(`${page.url()}: ${e.message}`));
  watch(page);
  return page;
}
/** A page of the operator, who has logged in once for all walks. */
export const operatorPage = (size) => newPage(size, { storageState: cookies });

export async function signIn(page, name, word) {
  await page.goto(`${url}/login`);
  await page.fill('#login', name);
  await page.fill('#password', word);
  await page.click('[data-test=enter]');
  await page.waitForSelector('[data-test=account]');
  if ((await page.getAttribute('html', 'lang')) !== 'zh-CN') await page.click('[data-test=language]');
}

/** One call of the console's own API in the page's session. */
export async function call(page, method, path, body, headers) {
  const { csrf } = await (await page.request.get(`${url}/api/v1/session`)).json();
  const answer = await page.request.fetch(`${url}/api/v1/${path}`, {
    method, data: body, headers: { 'x-yt-csrf': csrf, 'idempotency-key': `walk-${Date.now()}-${Math.random()}`, ...headers },
  });
  return { status: answer.status(), body: await answer.json().catch(() => null) };
}
/** The same for who only wants the answer. */
export const ask = async (page, method, path, body) => (await call(page, method, path, body)).body;

/** Somebody in the simulated WeCom does something. */
export async function say(path, body) {
  const answer = await fetch(`${sim}/sim/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return answer.json();
}

/** Lets somebody new add a member as a friend, through a code. */
export async function newFriend(page) {
  const code = (await ask(page, 'GET', 'livecodes')).data.find((c) => c.state === 'active' && c.skip_verify);
  return ask(page, 'POST', `livecodes/${code.id}/simulate-scan`, {});
}

export function expect(truth, text) {
  if (!truth) throw new Error(text);
}

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks again until it holds; lists that poll need no sleeping tests. */
export async function until(text, ask, ms = STEP_MS) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never: ${text}`);
    await sleep(100);
  }
}

const traffic = new WeakMap();
function watch(page) {
  const state = { pending: new Set(), last: Date.now() };
  traffic.set(page, state);
  const moved = (change) => (request) => {
    state.pending[change](request);
    state.last = Date.now();
  };
  page.on('request', moved('add'));
  page.on('requestfinished', moved('delete'));
  page.on('requestfailed', moved('delete'));
}
/** Waits until everything the page asked for has arrived and nothing more was asked for a moment. Pages poll, so what the browser
 *  itself calls a silent network never comes. */
export async function quiet(page) {
  const state = traffic.get(page);
  await until('the page is quiet', () => !state.pending.size && Date.now() - state.last >= QUIET_MS);
}

/** Waits, a bounded time, until what moves has come to rest: a colour in the middle of its fade is no colour of ours. The walks ask for
 *  no motion, which the styles of the product obey; a script may move something all the same. What never ends is not waited for. */
export const still = (page) => page.evaluate(async (most) => {
  const ends = document.getAnimations().filter((a) => Number.isFinite(Number(a.effect?.getComputedTiming().endTime)));
  await Promise.race([Promise.allSettled(ends.map((a) => a.finished)), new Promise((done) => setTimeout(done, most))]);
}, STILL_MS);

/** Serious and critical findings of axe on the page as it is. */
export async function axe(page) {
  await still(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] }));
  return found.violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} x${v.nodes.length}: ${v.nodes[0].html.slice(0, 140)}`);
}
/** By how many pixels the page is wider than its screen. */
export const sideways = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Nothing for axe to find, and nothing wider than the screen. */
export async function calm(page, what = 'the page') {
  const wide = await sideways(page);
  expect(wide <= 1, `${what} is ${wide} px wider than the screen`);
  const found = await axe(page);
  expect(!found.length, `${what}: ${found.join('\n')}`);
}

export const number = (text) => Number((text ?? '').replace(/[^\d.-]/g, ''));

const walks = [];
let group = 0;
export const walk = (name, steps, size) => walks.push({ name, steps, size, group });

/** Reads the files whose walks go one after another. */
export async function gather(files) {
  group++;
  for (const file of files) await import(`./walks/${file}.mjs`);
  return group;
}

async function run({ name, steps, size }) {
  const page = await operatorPage(size);
  const start = Date.now();
  try {
    await steps(page);
    console.log(`ok   ${name} (${Date.now() - start} ms)`);
    return true;
  } catch (e) {
    console.log(`FAIL ${name}\n     at ${page.url()}\n     ${String(e.message).split('\n').slice(0, 12).join('\n     ')}`);
    if (process.env.YUTANG_SHOTS) {
      await page.screenshot({ path: `${process.env.YUTANG_SHOTS}/${name.replace(/\W+/g, '-')}.png` }).catch(() => undefined);
    }
    return false;
  } finally {
    await page.context().close();
  }
}

/** Runs the groups side by side, and in each its walks one after another. */
export async function runAll(groups, only) {
  const count = { passed: 0, failed: 0 };
  await Promise.all(groups.map(async (own) => {
    for (const one of walks.filter((w) => w.group === own && (!only || w.name.includes(only)))) count[(await run(one)) ? 'passed' : 'failed']++;
  }));
  return count;
}
