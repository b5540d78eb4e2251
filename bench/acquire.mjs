// Acquisition and groups at the size of a big corp: callbacks, a relay code's page, the first reading, and the lists.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AES_KEY, MINUTE, Server, Sim, T0, TOKEN, World, freePort, request, tempDir } from '../tests/scenario/lib.mjs';
import { compareMirror, simRows } from '../tests/scenario/mirror.mjs';
import { callback, cpuMs, exitCode, figure, get, hammer, load, note, option, pause, peakMemory, percentile, steadily, threadsMs, withPostgres } from './common.mjs';

const SCALE = Number(option('--scale', 1));
const SECONDS = Number(option('--seconds', 60));
const RATE = Number(option('--rate', 2000));
const CODED = Number(option('--coded', 50)); // of them adds that carry a welcome code
const KNOWN = Number(option('--known', 20_000)); // friends there before
const STORES = option('--store', 'sqlite,postgres').split(',');
const wanted = option('--only')?.split(',');
const RATES = option('--rates', '100,200,400,800,1200,1600,2000').split(',').map(Number); // tried one after the other
const RATE_SECONDS = Number(option('--rate-seconds', 20));
const CONNECTIONS = 64;
const LIVES_MS = 20_000; // of a welcome code

const sized = (whole) => Math.max(1, Math.round(whole * SCALE));
const settled = async (server) => (await request(server.local, 'GET', '/settled')).json?.settled === true;
const seconds = (began) => ((performance.now() - began) / 1000).toFixed(1);

async function connect(server, sim) {
  const api = await server.admin();
  await api.put('setup/wecom', { corpid: sim.corpid, agentid: sim.agentid, secret: sim.secret, token: TOKEN, aeskey: AES_KEY });
  const path = new URL((await api.get('corp')).callback_url).pathname;
  await sim.post('corp', { url: `http://${server.addr}${path}`, token: TOKEN, aes_key: AES_KEY });
  return { api, path };
}

async function untilDone(server, api) {
  for (const end = Date.now() + 300_000; Date.now() < end; await pause(200)) {
    const jobs = (await api.get('jobs?limit=50')).data;
    if (jobs.some((job) => job.state === 'failed')) throw new Error(JSON.stringify(jobs));
    if (jobs.every((job) => job.state === 'done') && await settled(server)) return;
  }
  throw new Error('it does not come to rest');
}

// ---- callbacks ----

/** What arrives beside the adds with a code: edits of friends, groups' joins, adds without a code, deletions. Each tells its
 * own second: two that are the same to the letter are one. */
async function crowd(sim, path, count, known, rate) {
  const friends = [], chats = [], requests = [], now = Date.now();
  for await (const row of simRows(sim, 'relation')) friends.push(row);
  for await (const row of simRows(sim, 'chat')) chats.push(row.chat_id);
  for (let i = 0, fresh = known; i < count; i++) {
    const kind = i % 10, who = (row) => ({ UserID: row.userid, ExternalUserID: row.external_userid });
    const old = friends[(i * 7919) % known], made = (...args) => callback(path, sim.corpid, now + 1000 * Math.floor(i / rate), `n${i}`, ...args);
    if (kind < 4) requests.push(made('change_external_contact', 'edit_external_contact', who(old)));
    else if (kind < 7) requests.push(made('change_external_chat', 'update', { ChatId: chats[(i * 31) % chats.length], UpdateDetail: 'add_member', JoinScene: 0, MemChangeCnt: 1 }));
    else if (kind < 9 && fresh < friends.length) requests.push(made('change_external_contact', 'add_external_contact', who(friends[fresh++])));
    else requests.push(made('change_external_contact', 'del_follow_user', who(old)));
  }
  return requests;
}

/** Adds with a code come from the simulator, which delivers their callbacks itself; how many stood in the list when. */
async function coded(api, sim, config, perSecond, until) {
  const seen = [], state = { running: true };
  const watch = (async () => {
    while (state.running) {
      const { total } = await api.get(`customers?limit=1&expr=${encodeURIComponent('channel = "开业"')}`);
      while (seen.length < total) seen.push(Date.now());
      await pause(40);
    }
  })();
  const began = performance.now(), scans = [];
  for (let n = 0; performance.now() < until; n++) {
    scans.push(sim.post('scan', { config_id: config, person: { name: `新客${n}` } }));
    await pause(Math.max(0, began + (n + 1) * (1000 / perSecond) - performance.now()));
  }
  await Promise.all(scans);
  return { seen, end: async () => { state.running = false; await watch; } };
}

/** Milliseconds from each event with a code to what the log and the list say of it. */
function timesOf(log, seen) {
  const told = new Map(), welcomed = new Map();
  for (const line of log) {
    if (line.kind === 'event' && line.params.WelcomeCode && line.params.State) told.set(line.params.WelcomeCode, line.time);
    if (line.api === 'externalcontact/send_welcome_msg') welcomed.set(line.params.welcome_code, line.time);
  }
  const listed = [...told.values()].sort((a, b) => a - b).map((at, n) => (seen[n] ?? Infinity) - at);
  const welcome = [...told].map(([code, at]) => (welcomed.get(code) ?? Infinity) - at);
  return { listed, welcome, missed: welcome.filter((ms) => ms > LIVES_MS).length };
}

/** Callbacks at that rate for so many seconds, and all that follows; what came of them. */
async function flooded(args, rate, duration) {
  const known = KNOWN, perSecond = Math.min(CODED, rate / 4), others = Math.round((rate - perSecond) * duration);
  const sim = await Sim.start({ clock: null, brand: false });
  const server = await Server.start({ dir: tempDir(), clock: null, sim, args: ['--log-level', 'error', ...args] });
  try {
    await sim.post('whole', { staff: 50, relations: known, groups: 500, seats: 5000 });
    const { api, path } = await connect(server, sim);
    await api.post('setup/sync');
    await untilDone(server, api);
    const staff = (await api.rows('staff')).slice(0, 50).map((one) => one.id);
    await api.post('livecodes', { name: '开业', channel: '开业', skip_verify: true, welcome: { text: '欢迎' }, staff_ids: staff, tag_ids: [] }, 202);
    await untilDone(server, api);
    const config = (await sim.log()).find((line) => line.api === 'externalcontact/add_contact_way').result.config_id;
    await sim.post('whole', { staff: 0, relations: Math.ceil(others * 0.2), groups: 0, seats: 0 });
    const requests = await crowd(sim, path, others, known, rate);
    const pid = server.program.child.pid, before = cpuMs(pid), threads = threadsMs(pid);
    const flood = steadily(server.to, CONNECTIONS, rate - perSecond, requests);
    const adds = await coded(api, sim, config, perSecond, performance.now() + duration * 1000);
    const times = await flood;
    await untilDone(server, api); // everything that followed counts
    const cpu = cpuMs(pid) - before;
    const busiest = Math.max(...Object.entries(threadsMs(pid)).map(([tid, ms]) => ms - (threads[tid] ?? 0)));
    await pause(LIVES_MS);
    await adds.end();
    return { times, cpu, busiest, ...timesOf(await sim.log(), adds.seen) };
  } finally {
    await server.stop('SIGKILL');
    await sim.stop();
  }
}

function tellOf(store, rate, { times, cpu, welcome, listed }) {
  note(`${store}, ${rate}/s: ${times.length} callbacks answered, p50 ${percentile(times, 0.5).toFixed(1)} ms, worst ${percentile(times, 1).toFixed(0)} ms, ${(cpu * 1000 / times.length).toFixed(0)} us of `
    + `processor each with all that follows while they came; ${welcome.length} with a code, listed p50 ${percentile(listed, 0.5)} ms, welcomed p50 ${percentile(welcome, 0.5)} ms, worst ${percentile(welcome, 1)} ms; ${load()}`);
}

async function benchCallbacks(store, args) {
  const all = await flooded(args, RATE, SECONDS);
  tellOf(store, RATE, all);
  figure(`callback_capacity_${store}`, all.times.length * 1000 / all.busiest, 'callbacks/s', '>=', 2000); // of the busiest thread, had it a processor of its own
  figure(`callback_answered_p99_${store}`, percentile(all.times, 0.99), 'ms', '<', 200);
  figure(`callback_listed_p99_${store}`, percentile(all.listed, 0.99), 'ms', '<', 1000);
  figure(`callback_welcomed_p99_${store}`, percentile(all.welcome, 0.99), 'ms', '<', 1000);
  figure(`callback_welcome_missed_${store}`, all.missed, 'codes', '=', 0);
}

const onStores = async (act) => {
  if (STORES.includes('sqlite')) await act('sqlite', (of) => of([]));
  if (STORES.includes('postgres')) await act('postgres', (of) => withPostgres((url) => of(['--store', url])));
};

const keepsUp = ({ times, listed, welcome, missed }) => percentile(times, 0.99) < 200 && percentile(listed, 0.99) < 1000 && percentile(welcome, 0.99) < 1000 && missed === 0;

/** The highest of these rates at which everything is in time, each on a store of its own. */
async function rates() {
  await onStores(async (store, on) => {
    let highest = 0;
    for (const rate of RATES) {
      const all = await on((args) => flooded(args, rate, RATE_SECONDS));
      tellOf(store, rate, all);
      note(`${rate}/s: p99 answered ${percentile(all.times, 0.99).toFixed(0)}, listed ${percentile(all.listed, 0.99)}, welcomed ${percentile(all.welcome, 0.99)} ms`);
      if (!keepsUp(all)) break;
      highest = rate;
    }
    figure(`callback_rate_${store}`, highest, 'callbacks/s', '>=', 2000);
  });
}

async function callbacks() {
  await onStores((store, on) => on((args) => benchCallbacks(store, args)));
}

// ---- the landing page ----

async function nginxWith(page, type, act) {
  const dir = tempDir(), port = await freePort(), conf = join(dir, 'nginx.conf');
  writeFileSync(join(dir, 'page.html'), page);
  writeFileSync(conf, `${process.getuid() === 0 ? 'user root;\n' : ''}daemon off;\nworker_processes 1;\npid ${dir}/pid;\nerror_log ${dir}/error.log;
events { worker_connections 512; }
http { access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000; open_file_cache max=16; default_type "${type}";
  server { listen 127.0.0.1:${port}; root ${dir}; } }\n`);
  const master = spawn('nginx', ['-p', dir, '-c', conf], { stdio: 'ignore' });
  try {
    for (let i = 0; ; i++) {
      const up = await request({ host: '127.0.0.1', port }, 'GET', '/page.html').catch(() => null);
      if (up?.status === 200) break;
      if (i === 100) throw new Error('nginx does not come up');
      await pause(50);
    }
    const worker = Number(execFileSync('pgrep', ['-P', String(master.pid)]).toString().trim().split('\n')[0]);
    return await act({ host: '127.0.0.1', port }, worker);
  } finally {
    master.kill('SIGTERM');
  }
}

async function landing() {
  const clock = Date.now(), sim = await Sim.start({ clock }), slice = Number(option('--slice', 3));
  const server = await Server.start({ dir: tempDir(), clock: null, sim, args: ['--log-level', 'error'] });
  try {
    const { api } = await connect(server, sim);
    await api.post('setup/sync');
    await untilDone(server, api);
    const staff = (await api.rows('staff')).slice(0, 3).map((one) => one.id);
    const made = await api.post('livecodes', { name: '立牌', kind: 'relay', skip_verify: true, welcome: { text: '欢迎' }, staff_ids: staff, tag_ids: [] }, 202);
    await untilDone(server, api);
    const path = new URL((await api.get(`livecodes/${made.id}`)).url).pathname;
    const page = await request(server.to, 'GET', path);
    if (page.status !== 200) throw new Error(`page: ${page.status} ${page.text.slice(0, 200)}`);
    await nginxWith(page.raw, page.headers['content-type'], async (theirs, worker) => {
      const ours = [], nginx = [], pid = server.program.child.pid;
      const each = async (to, of, target) => {
        const before = cpuMs(of), answers = await hammer(to, 32, get(target), slice);
        return (cpuMs(of) - before) * 1000 / answers;
      };
      for (let i = 0; i < 7; i++) {
        ours.push(await each(server.to, pid, path));
        nginx.push(await each(theirs, worker, '/page.html'));
      }
      const ratios = ours.map((us, i) => us / nginx[i]);
      note(`page of ${page.raw.length} bytes: ${percentile(ours, 0.5).toFixed(1)} us of processor, nginx ${percentile(nginx, 0.5).toFixed(1)} us; ratios ${ratios.map((r) => r.toFixed(2)).join(' ')}; ${load()}`);
      figure('landing_cpu_nginx', percentile(ratios, 0.5), 'x', '<=', 1.5);
    });
  } finally {
    await server.stop('SIGKILL');
    await sim.stop();
  }
}

// ---- the first reading ----

const PAGES = { customers: 100, groups: 1000 };
const PROCESSOR_US = { sqlite: 1000, postgres: 3000 }; // each relation with its seat and all that follows; every row asked of a server costs its way

/** Calls that no reading of a corp of this size can do without. */
const leastCalls = (there) => 3 + Math.ceil(there.staff / 50) + 1 + Math.ceil(there.relations / PAGES.customers) + Math.ceil(there.groups / PAGES.groups) + there.groups;

/** Lives until every job is done, killed and started again after a third of the calls; what it took, its two lives together. */
async function readAll(world, sim, killAfter) {
  const took = { cpu: 0, memory: 0, killed: false }, began = performance.now();
  const ended = () => {
    const { pid } = world.server.program.child;
    took.cpu += cpuMs(pid);
    took.memory = Math.max(took.memory, peakMemory(pid));
  };
  for (;; await pause(200)) {
    const { json: calls } = await request(sim.to, 'GET', '/sim/calls');
    const read = (calls['externalcontact/groupchat/get'] ?? 0) + (calls['externalcontact/batch/get_by_user'] ?? 0);
    if (!took.killed && read > killAfter) {
      ended();
      await world.server.stop('SIGKILL');
      await world.restart({});
      took.killed = true;
      note(`killed after ${read} calls, ${seconds(began)} s`);
    }
    const [ours, theirs] = await Promise.all([world.server.clock(), sim.next()]);
    if (!ours.idle || !theirs.idle) continue;
    const api = await world.server.admin();
    const some = async (state) => (await api.get(`jobs?limit=1&state=${state}`)).data[0];
    const failed = await some('failed');
    if (failed) throw new Error(JSON.stringify(failed));
    if (!(await some('queued')) && !(await some('running'))) break;
    world.now = Math.min(ours.next_due ?? Infinity, world.now + MINUTE); // the simulator first: a limit opens there before it is asked again
    await sim.post('clock', { to: world.now });
    await world.server.clock(world.now);
  }
  ended();
  return { ...took, seconds: (performance.now() - began) / 1000 };
}

async function benchSync(store, scale, args, where) {
  const of = (whole) => Math.round(whole * scale);
  const sim = await Sim.start({ clock: T0, brand: false });
  let began = performance.now();
  const made = await request(sim.to, 'POST', '/sim/whole', { staff: of(500), relations: of(1_000_000), groups: of(40_000), seats: of(1_000_000) });
  if (made.status !== 200) throw new Error(made.text);
  const there = JSON.parse(made.text), least = leastCalls(there);
  note(`${store}: simulator: ${made.text} in ${seconds(began)} s`);
  const server = await Server.start({ dir: tempDir(), sim, args: ['--log-level', 'error', ...args] });
  const world = new World(server, sim);
  try {
    const { api } = await connect(server, sim);
    await api.post('setup/sync');
    const took = await readAll(world, sim, least / 3);
    const { json: calls } = await request(sim.to, 'GET', '/sim/calls');
    delete calls.gettoken;
    const total = Object.values(calls).reduce((sum, n) => sum + n, 0);
    note(`${store}: read in ${took.seconds.toFixed(1)} s, in ${(world.now - T0) / MINUTE} min of the simulator's clock; ${JSON.stringify(calls)}; ${load()}`);
    if (!took.killed) throw new Error('it was never killed');
    figure(`sync_calls_${store}`, total, `calls of ${least} at least`, '<=', Math.floor(least * 1.05));
    figure(`sync_processor_${store}`, took.cpu / 1000 / there.relations * 1e6, 'us/relation', '<=', PROCESSOR_US[store]);
    figure(`sync_time_${store}`, took.seconds, 's', '<=', 3600);
    figure(`sync_memory_${store}`, took.memory / 2 ** 20, 'MiB', '<=', 1024);
    await world.server.stop();
    began = performance.now();
    const { rows, faults } = await compareMirror(sim, where ?? world.server.dir);
    note(`${store}: compared in ${seconds(began)} s: ${JSON.stringify(rows)}${faults.length ? `; ${faults.slice(0, 3).join('; ')}` : ''}`);
    figure(`sync_mirror_differs_${store}`, faults.length, 'rows', '=', 0);
    figure(`sync_mirror_rows_${store}`, rows.relation, 'relations', '=', there.relations);
  } finally {
    await world.server.stop('SIGKILL');
    await sim.stop();
  }
}

async function sync() {
  if (STORES.includes('sqlite')) await benchSync('sqlite', SCALE, []);
  if (STORES.includes('postgres')) await withPostgres((url) => benchSync('postgres', SCALE / 100, ['--store', url], url));
}

// ---- lists ----

const API = JSON.parse(readFileSync(new URL('../docs/api.json', import.meta.url)));

/** Every address that can be read, those of one customer among them; whether it is a list. */
function readable(customer) {
  return Object.entries(API.paths).filter(([path, of]) => of.get && path.startsWith('/api/v1/'))
    .map(([path, of]) => ({ path: path.slice('/api/v1/'.length).replace('customers/{id}', `customers/${customer}`), list: (of.get.parameters ?? []).some((one) => one.name === 'cursor') }))
    .filter(({ path }) => !path.includes('{'));
}

/** The first page of each, three times; what a page needs that was asked before is not counted. */
async function everyList(server, api) {
  const customer = (await api.get('customers?limit=1')).data[0].id, slow = [];
  let asked = 0;
  for (const { path, list } of readable(customer)) {
    const times = [];
    let status;
    for (let i = 0; i < 3; i++) {
      const at = performance.now();
      ({ status } = await api.ask('GET', path));
      times.push(performance.now() - at);
    }
    if (status >= 500) note(`${path}: ${status}`);
    if (status !== 200) continue;
    asked += list;
    slow.push({ path, list, ms: percentile(times, 0.5) });
  }
  slow.sort((a, b) => b.ms - a.ms);
  note(`${asked} lists of ${slow.length} addresses that answer; slowest: ${slow.slice(0, 12).map(({ path, list, ms }) => `${path}${list ? '' : ' (no list)'} ${ms.toFixed(0)} ms`).join(', ')}; ${load()}`);
  figure('list_slowest', slow.find(({ list }) => list).ms, 'ms', '<', 200);
}

const sql = (db, text) => execFileSync('sqlite3', [db], { input: text, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 28 }).toString();

/** A million customers, 40,000 groups and 100,000 codes, written as the modules keep them. */
function fill(dir) {
  const db = join(dir, 'yutang.db'), now = Date.now();
  const [slot] = sql(db, 'SELECT base FROM corp_slot WHERE corp = 1').trim().split('\n');
  const numbers = (count) => `WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${count})`;
  sql(db, `PRAGMA synchronous=off; PRAGMA cache_size=-400000; PRAGMA temp_store=memory;
BEGIN;
CREATE TEMP TABLE p (n INTEGER PRIMARY KEY, id INT, a INT, b INT);
${numbers(sized(1_000_000))} INSERT INTO p SELECT n, (1 << 32) + n, (n * 2654435761) % 2147483629, (n * 40503 + 77) % 1000003 FROM t;
INSERT INTO customer (slot, corp, id, root, name, origin, created, erased, version) SELECT ${slot}, 1, id, id, 'p' || n, 'wecom', ${now}, 0, 1 FROM p;
INSERT INTO customer_fact (slot, corp, customer, name, added, friend, orders, spent, last_active, reach_wecom, reach_sms, bound, erased)
  SELECT ${slot}, 1, id, 'p' || n, ${now} - a % 31536000 * 1000, 1, b % 9, b % 200000, ${now} - a % 3153600 * 1000, 1, 0, 0, 0 FROM p;
INSERT INTO staff (corp, id, userid, userid_low, name, state, in_scope, customers, seen)
  ${numbers(500)} SELECT 1, 1000 + n, 'u' || n, 'u' || n, '导购' || n, 'active', 1, 0, 0 FROM t;
INSERT INTO group_chat (corp, id, chat_id, name, owner, notice, admins, status, version, members, externals, customers, created, known, fetched)
  ${numbers(sized(40_000))} SELECT 1, n, 'wr' || n, '福利' || n || '群', 1001 + n % 500, '', '', 0, 'v', n % 480, n % 480, n % 470, ${now} - n * 1000, ${now}, ${now} FROM t;
INSERT INTO livecode (corp, id, name, state, wecom_state, config_id, qr_url, channel, skip_verify, welcome, created, version)
  ${numbers(sized(100_000))} SELECT 1, n, '码' || n, 'active', 's' || n, 'c' || n, 'https://qr.example/' || n, '渠道' || n % 40, 1, '{"text":"欢迎"}', ${now}, 1 FROM t;
INSERT INTO livecode_staff (corp, livecode, staff) ${numbers(sized(100_000))} SELECT 1, n, 1001 + n % 500 FROM t;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);`);
}

async function lists() {
  const dir = tempDir(), first = await Server.start({ dir, clock: null });
  await first.stop();
  let began = performance.now();
  fill(dir);
  note(`filled in ${seconds(began)} s`);
  began = performance.now();
  const server = await Server.start({ dir, clock: null, password: first.password, args: ['--log-level', 'error'], env: {} });
  try {
    const api = await server.admin();
    for (let i = 0; i < 600 && (await api.ask('GET', 'customers?limit=1')).status !== 200; i++) await pause(100);
    note(`started, with everybody in memory, in ${seconds(began)} s`);
    const paths = { customers: 'customers', customers_active: 'customers?sort=active', customers_spent: 'customers?sort=spent', customers_chosen: `customers?expr=${encodeURIComponent('orders >= 3')}`,
      groups: 'groups', groups_largest: 'groups?sort=largest', codes: 'livecodes', codes_alarm: 'livecodes?alarm=true', groupcodes: 'groupcodes' };
    for (const [name, path] of Object.entries(paths)) {
      const times = [], before = cpuMs(server.program.child.pid);
      let rows = 0, next;
      for (let i = 0; i < 20; i++) {
        const at = performance.now(), page = await api.get(path);
        times.push(performance.now() - at);
        rows = page.data.length;
        next = page.next_cursor;
      }
      const cpu = (cpuMs(server.program.child.pid) - before) / 20;
      note(`${name}: ${rows} rows, median ${percentile(times, 0.5).toFixed(1)} ms, ${cpu.toFixed(1)} ms of processor${next ? ', more behind' : ''}; ${load()}`);
      figure(`list_${name}`, percentile(times, 0.9), 'ms', '<', 200);
    }
    await everyList(server, api);
  } finally {
    await server.stop('SIGKILL');
  }
}

for (const [name, bench] of Object.entries({ landing, callbacks, rates, lists, sync })) {
  if (wanted && !wanted.includes(name)) continue;
  note(`${name}… ${load()}`);
  await bench();
}
process.exitCode = exitCode();
