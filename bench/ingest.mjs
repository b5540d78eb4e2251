// The write path at ten million events: what is acknowledged is durable and free of duplicates, what was decoded has its
// timeline, and a bare SQLite and PostgreSQL stand beside it in the same run.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { BIN, Console, Server, freePort, request, tempDir } from '../tests/scenario/lib.mjs';

const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
const EVENTS = Number(option('--events', 10_000_000));
const PEOPLE = Number(option('--people', Math.min(100_000, EVENTS / 10)));
const SECONDS = Number(option('--seconds', 15));
const SOAK = Number(option('--soak', 0));
const KEEP = option('--keep');
const ONLY = option('--only'); // rates, stream or soak
const CONNECTIONS = 64; // enough that answers under way wait for the log, not the log for them
const STREAM = 20_000; // events a second in the last part
const TOOL = join(BIN, '..', 'ingest_bench');

const round = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const note = (text) => console.error(`  ${text}`);
let missed = 0;
function figure(name, value, unit, op, goal) {
  const holds = op === '>=' ? value >= goal : value <= goal;
  if (!holds) missed++;
  console.log(`figure ${name} ${round(value)} ${unit} goal ${op} ${round(goal)}${holds ? '' : '   MISSED'}`);
}
const load = () => `load ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`;

/** One of ingest_bench's jobs; its line "word number word number …" as an object. */
function tool(...args) {
  return new Promise((done, fail) => {
    const child = spawn(TOOL, args.map(String), { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data) => { out += data; });
    child.on('close', (code) => {
      if (code !== 0) return fail(new Error(`ingest_bench ${args[0]}: ${code}`));
      const words = out.trim().split(/\s+/);
      done(Object.fromEntries(words.flatMap((word, i) => (i % 2 ? [] : [[word, Number(words[i + 1])]]))));
    });
  });
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const counter = (text, name) => Number(new RegExp(`^${name}(?:\\{\\})? (\\S+)`, 'm').exec(text)?.[1] ?? 0);
const metrics = async (server) => (await request(server.local, 'GET', '/metrics')).text;
const start = (dir, password) => Server.start({ dir, clock: null, password, args: ['--log-level', 'warn'] });
const post = (server, key, seconds, rate, people = PEOPLE) => tool('post', server.addr, key, seconds, CONNECTIONS, rate, people);

/** A fresh directory: its password and a write key. */
async function fresh(dir) {
  const server = await start(dir);
  const key = (await (await server.admin()).post('write-keys', { name: 'bench' })).key;
  const { password } = server;
  await server.stop();
  return { dir, password, key };
}

const settled = async (server) => (await request(server.local, 'GET', '/settled')).json?.settled === true;

async function withPostgres(act) {
  const bin = '/usr/lib/postgresql/15/bin', dir = join('/tmp', `yutang-ingest-pg-${process.pid}`), port = await freePort();
  const as = (command, ...args) => (process.getuid() === 0
    ? execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    : execFileSync(command, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }));
  as(join(bin, 'initdb'), '-D', dir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8');
  try {
    as(join(bin, 'pg_ctl'), '-D', dir, '-l', join(dir, 'log'), '-w', '-o', `-h 127.0.0.1 -p ${port} -c unix_socket_directories=${dir} `
      + '-c shared_buffers=4GB -c work_mem=256MB -c max_wal_size=8GB -c checkpoint_timeout=15min', 'start');
    return await act(`postgres://postgres@127.0.0.1:${port}/postgres`);
  } finally {
    try { as(join(bin, 'pg_ctl'), '-D', dir, '-m', 'immediate', 'stop'); } catch { /* never came up */ }
    rmSync(dir, { recursive: true, force: true });
  }
}

/** How long from the answer to an event until the count of its audience holds it, again and again. */
async function counted(api, server, key, until, during) {
  const times = [];
  const total = async () => (await api.post('audience/count', { expr: 'did("site.tracked", within 1d)' })).count;
  let known = await total();
  for (let n = 0; during() && Date.now() < until; n++) {
    const began = performance.now(), name = `probe-${process.pid}-${n}`;
    const body = { writeKey: key, userId: name, messageId: name, event: 'Probe' };
    if ((await request(server.to, 'POST', '/v1/track', body)).status !== 200) throw new Error('refused');
    for (;;) {
      const now = await total();
      if (now > known) { known = now; break; }
      if (performance.now() - began > 60_000) break;
      await pause(5);
    }
    times.push(performance.now() - began);
    await pause(100);
  }
  return times.sort((a, b) => a - b);
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Infinity;

/** Everybody who will stream has been seen today, so that only a probe moves the count. */
async function stream(store, rate, seconds) {
  const server = await start(store.dir, store.password);
  try {
    const api = await server.admin();
    const running = { yes: true };
    const people = Math.min(PEOPLE, 20_000);
    await post(server, store.key, Math.ceil(people * 8 / rate), rate, people);
    for (let i = 0; i < 1200 && !(await settled(server)); i++) await pause(100);
    const posting = post(server, store.key, seconds, rate, people).finally(() => { running.yes = false; });
    await pause(2000);
    const times = await counted(api, server, store.key, Date.now() + seconds * 1000, () => running.yes);
    const sent = await posting, text = await metrics(server);
    const began = Date.now();
    for (let i = 0; i < 3000 && !(await settled(server)); i++) await pause(100);
    return { ...sent, times, after: (Date.now() - began) / 1000, wal: counter(text, 'yutang_store_wal_bytes') };
  } finally {
    await server.stop('SIGKILL');
  }
}

/** Minutes of posting with readers at the console; the log's length and the longest wait. */
async function soak(store, seconds) {
  const server = await start(store.dir, store.password);
  const state = { yes: true, wal: 0, reads: 0, slowest: 0 };
  try {
    const api = await server.admin();
    const watch = (async () => {
      while (state.yes) {
        const file = join(store.dir, 'yutang.db-wal');
        state.wal = Math.max(state.wal, existsSync(file) ? statSync(file).size : 0);
        await pause(200);
      }
    })();
    const reader = async () => {
      while (state.yes) {
        const began = performance.now();
        await api.get('customers?limit=50');
        state.reads++;
        state.slowest = Math.max(state.slowest, performance.now() - began);
        await pause(20);
      }
    };
    const readers = [reader(), reader(), reader(), reader()];
    const sent = await post(server, store.key, seconds, 5000);
    state.yes = false;
    await Promise.all([watch, ...readers]);
    return { ...sent, ...state };
  } finally {
    await server.stop('SIGKILL');
  }
}

/** A store that holds EVENTS of PEOPLE; made once where --keep names a folder. */
async function filled(dir) {
  const known = join(dir, 'full.json');
  if (existsSync(known)) return JSON.parse(readFileSync(known));
  const store = await fresh(join(dir, 'full'));
  const made = await tool('people', store.dir, PEOPLE);
  const put = await tool('fill', store.dir, EVENTS, PEOPLE);
  note(`${PEOPLE} persons in ${made.seconds} s, ${EVENTS} events in ${put.seconds} s: ${Math.round(EVENTS / put.seconds)}/s through inbox and decoder; ${load()}`);
  if (KEEP) writeFileSync(known, JSON.stringify(store));
  return store;
}

/** How fast answers come with nothing there, with EVENTS there, and what a bare SQLite and PostgreSQL take beside it. */
async function rates(dir, store) {
  const small = await fresh(join(dir, 'empty'));
  await tool('people', small.dir, Math.min(PEOPLE, 1000));
  let server = await start(small.dir, small.password);
  const empty = await post(server, small.key, SECONDS, 0, 1000);
  await server.stop('SIGKILL');
  note(`empty: ${Math.round(empty.rate)} events/s, p99 ${empty.p99_us / 1000} ms; ${load()}`);
  const bareBefore = await tool('bare', tempDir(), Math.ceil(SECONDS / 2));

  const pages = await tool('pages', store.dir);
  note(`timeline of ${pages.events} events: first page ${pages.first_us} us, mean ${pages.mean_us} us, worst ${pages.worst_us} us`);
  const opened = Date.now();
  server = await start(store.dir, store.password);
  note(`started in ${((Date.now() - opened) / 1000).toFixed(1)} s`);
  const runs = [];
  for (let i = 0; i < 3; i++) runs.push(await post(server, store.key, Math.ceil(SECONDS / 3), 0));
  await server.stop('SIGKILL');
  runs.sort((a, b) => a.rate - b.rate);
  const full = runs[1];
  const bareAfter = await tool('bare', tempDir(), Math.ceil(SECONDS / 2));
  const bare = Math.max(bareBefore.rate, bareAfter.rate);
  note(`full: ${runs.map((r) => Math.round(r.rate)).join(', ')} events/s, p99 ${full.p99_us / 1000} ms; bare SQLite ${Math.round(bareBefore.rate)}, ${Math.round(bareAfter.rate)} rows/s; ${load()}`);
  const theirs = await withPostgres((url) => tool('postgres', url, EVENTS, Math.ceil(SECONDS / 3)));
  note(`PostgreSQL COPY + ON CONFLICT: ${Math.round(theirs.batch100)}, ${Math.round(theirs.batch1000)}, ${Math.round(theirs.batch10000)} rows/s in 100, 1,000, 10,000; ${load()}`);

  figure('ingest_acknowledged_postgres', full.rate, 'events/s', '>=', 2 * theirs.best);
  figure('ingest_acknowledged_bare', full.rate, 'events/s', '>=', 0.6 * bare);
  figure('ingest_acknowledged_empty', full.rate, 'events/s', '>=', 0.8 * empty.rate);
  figure('ingest_worst_answer', full.worst_us / 1000, 'ms', '<=', 1000);
  figure('timeline_page_mean', pages.mean_us / 1000, 'ms', '<=', 5);
  figure('timeline_page_worst', pages.worst_us / 1000, 'ms', '<=', 100);

  server = await start(store.dir, store.password);
  const waiting = Date.now(), posted = runs.reduce((sum, r) => sum + r.events, 0);
  for (let i = 0; i < 12000 && !(await settled(server)); i++) await pause(100);
  note(`${posted} events decoded and read by every module in ${((Date.now() - waiting) / 1000).toFixed(0)} s behind the answers; ${load()}`);
  await server.stop();
}

async function flow(store) {
  const run = await stream(store, STREAM, Number(option('--stream-seconds', 30)));
  note(`stream of ${Math.round(run.rate)} events/s: ${run.times.length} probes, p50 ${percentile(run.times, 0.5).toFixed(0)} ms, p99 ${percentile(run.times, 0.99).toFixed(0)} ms; quiet ${run.after.toFixed(0)} s after the end; ${load()}`);
  figure('event_to_count_p99', percentile(run.times, 0.99), 'ms', '<=', 1000);
}

async function endure(store) {
  const long = await soak(store, SOAK);
  note(`soak of ${SOAK} s at ${Math.round(long.rate)} events/s: ${long.reads} reads, slowest ${long.slowest.toFixed(0)} ms; answers p99 ${long.p99_us / 1000} ms; ${load()}`);
  figure('soak_worst_answer', long.worst_us / 1000, 'ms', '<=', 1000);
  figure('soak_wal', long.wal / 1e6, 'MB', '<=', 64);
}

const dir = KEEP ?? tempDir();
mkdirSync(dir, { recursive: true });
note(`${EVENTS} events, ${PEOPLE} persons; ${load()}`);
const store = await filled(dir), asked = (part) => !ONLY || ONLY === part;
if (asked('rates')) await rates(dir, store);
if (asked('stream')) await flow(store);
if (SOAK && asked('soak')) await endure(store);
process.exitCode = missed ? 1 : 0;
