// The figures of the first thread, each beside what it is measured against.
import { execFileSync, spawnSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { cdnowLike } from '../tests/scenario/fixtures.mjs';
import { AES_KEY, BIN, DAY, Server, Sim, TOKEN, freePort, run, tempDir } from '../tests/scenario/lib.mjs';

const CDNOW_ROWS = 69659;
const PEOPLE = Number(process.env.YUTANG_BENCH_PEOPLE ?? 1_000_000);
const TAGS = 100;
const SECONDS = 6;
const option = (name) => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const wanted = option('--only')?.split(',');

const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
const seconds = (since) => Number(process.hrtime.bigint() - since) / 1e9;
const round = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const note = (text) => console.error(`  ${text}`);
let missed = 0;
function figure(name, value, unit, op, goal) {
  const holds = op === '>=' ? value >= goal : value <= goal;
  if (!holds) missed++;
  console.log(`figure ${name} ${round(value)} ${unit} goal ${op} ${round(goal)}${holds ? '' : '   MISSED'}`);
}
const sql = (db, text) => execFileSync('sqlite3', [db], { input: text, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 28 }).toString();

// ---- import ----

async function benchImport() {
  const dir = tempDir(), path = option('--file') ?? join(dir, 'cdnow.txt');
  if (!option('--file')) writeFileSync(path, cdnowLike(CDNOW_ROWS).text);
  const seen = new Map();
  const rows = readFileSync(path, 'latin1').trim().split(/\r?\n/).slice(1).map((line) => {
    const cells = line.trim().split(/\s+/), times = seen.get(line) ?? 0;
    seen.set(line, times + 1);
    const id = createHash('sha256').update(`${line}#${times}`).digest().readBigUInt64BE() >> 1n;
    return [0, 1, Number(cells[0]), id, ...cells.slice(1)].join(',');
  });
  const csv = join(dir, 'same.csv');
  writeFileSync(csv, rows.join('\n') + '\n');
  const ours = [], theirs = [];
  for (let i = 0; i < 3; i++) {
    const data = join(dir, `data${i}`), db = join(dir, `plain${i}.db`);
    let began = process.hrtime.bigint();
    const { code, out, err } = await run(['import', 'orders', path, '--preset', 'cdnow', '--data', data, '--json', '--log-level', 'error']);
    ours.push(seconds(began));
    const made = JSON.parse(out.trim().split('\n').at(-1));
    if (code !== 0 || made.orders !== rows.length) throw new Error(`import: ${code} ${out} ${err}`);
    began = process.hrtime.bigint();
    sql(db, `PRAGMA journal_mode=wal;
CREATE TABLE orders (slot INT, corp INT, customer INT, id INT, day TEXT, items INT, paid TEXT, PRIMARY KEY (slot, corp, customer, id)) WITHOUT ROWID;
.mode csv
.import ${csv} orders
`);
    theirs.push(seconds(began));
    if (Number(sql(db, 'SELECT count(*) FROM orders')) !== rows.length) throw new Error('.import lost rows');
    rmSync(data, { recursive: true });
  }
  note(`import ${median(ours).toFixed(2)} s, .import ${median(theirs).toFixed(2)} s, ${rows.length} rows`);
  figure('import_cdnow', median(ours), 's', '<=', 5 * median(theirs));
}

// ---- audiences ----

/** People with tags (t1 has everybody in two, t100 one in a hundred and one), facts and days of orders. */
function fillPeople(dir) {
  const db = join(dir, 'yutang.db'), now = Date.now(), today = Math.floor((now + 8 * 3600_000) / DAY);
  const kind = Number(/\| (\d+) \| order\.placed /.exec(execFileSync(BIN, ['events']).toString())[1]);
  const [slot] = sql(db, 'SELECT base FROM corp_slot WHERE corp = 1').trim().split('\n');
  /* Squared, so that neighbours and multiples are no longer related. */
  const line = (n, salt) => `((${n} * 2654435761 + ${salt} * 40503) % 2147483647)`;
  const hash = (n, salt) => `(${line(n, salt)} * ${line(n, salt)} % 2147483629)`;
  sql(db, `PRAGMA synchronous=off; PRAGMA cache_size=-400000; PRAGMA temp_store=memory;
BEGIN;
INSERT INTO tag_group (corp, id, name, sort, source, removed) VALUES (1, 1, 'bench', 0, 'own', 0);
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${TAGS})
  INSERT INTO tag (corp, id, group_id, name, sort, sync, source, removed) SELECT 1, n, 1, 't' || n, 0, 0, 'own', 0 FROM t;
CREATE TEMP TABLE p (n INTEGER PRIMARY KEY, id INT, a INT, b INT, c INT);
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${PEOPLE})
  INSERT INTO p SELECT n, (1 << 32) + n, ${hash('n', 1)}, ${hash('n', 2)}, ${hash('n', 3)} FROM t;
INSERT INTO customer (slot, corp, id, root, name, origin, created, erased, version)
  SELECT ${slot}, 1, id, id, 'p' || n, 'order', ${now}, 0, 1 FROM p;
INSERT INTO customer_fact (slot, corp, customer, name, added, friend, orders, spent, first_order, last_order, last_reached, last_active, reach_wecom, reach_sms, bound, erased)
  SELECT ${slot}, 1, id, 'p' || n, ${now} - a % 31536000000, a % 3 > 0, CASE WHEN b % 2 THEN 1 + b % 9 ELSE 0 END, CASE WHEN b % 2 THEN 1000 + b % 200000 ELSE 0 END,
    CASE WHEN b % 2 THEN ${now} - 7776000000 - c % 7776000 * 1000 END, CASE WHEN b % 2 THEN ${now} - c % 7776000 * 1000 END,
    CASE WHEN c % 3 = 0 THEN ${now} - a % 2592000 * 1000 END, ${now} - a % 31536000 * 1000, a % 3 > 0, b % 5 = 0, b % 5 = 0, 0 FROM p;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${TAGS})
  INSERT INTO tag_mark (slot, corp, customer, tag, why, at) SELECT ${slot}, 1, p.id, t.n, 'manual', ${now} FROM p CROSS JOIN t WHERE ${hash('(p.n + t.n * 7919)', 5)} % (t.n + 1) = 0;
INSERT INTO event_day (slot, corp, customer, kind, day, times) SELECT ${slot}, 1, id, ${kind}, ${today} - c % 90, 1 + a % 3 FROM p WHERE b % 2;
INSERT INTO event_day (slot, corp, customer, kind, day, times) SELECT ${slot}, 1, id, ${kind}, ${today} - 100 - a % 200, 1 FROM p WHERE b % 4 = 1;
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);`);
  return Number(sql(db, 'SELECT count(*) FROM tag_mark'));
}

async function benchAudience() {
  const dir = tempDir(), data = join(dir, 'data');
  await (await Server.start({ dir: data, clock: null })).stop();
  const began = process.hrtime.bigint(), marks = fillPeople(data);
  note(`${PEOPLE} people with ${marks} tags written in ${seconds(began).toFixed(0)} s`);
  const bench = spawnSync(join(BIN, '..', 'audience_bench'), [data], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (bench.status !== 0) throw new Error(`audience_bench: ${bench.status}`);
  const ratios = [], slowest = [];
  for (const line of bench.stdout.trim().split('\n')) {
    const [kind, , index, , slow, , count, , bySql] = line.split(' ');
    note(line);
    if (kind === 'load') continue;
    if (count !== bySql) throw new Error(`${kind}: ${count} by the index, ${bySql} by SQL`);
    const micros = Math.max(1, Number(index));
    ratios.push(Number(slow) / micros);
    slowest.push(micros);
    figure(`audience_${kind}`, micros / 1000, 'ms', '<=', 20);
  }
  figure('audience_speedup_geomean', Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length), 'x', '>=', 100);
  figure('audience_speedup_least', Math.min(...ratios), 'x', '>=', 5);
}

// ---- ingest ----

/** Keeps each connection busy with one request at a time for some seconds; answers per second. */
function hammer(to, connections, make, seconds) {
  return new Promise((done, fail) => {
    const end = Date.now() + seconds * 1000;
    let answers = 0, open = connections;
    for (let i = 0; i < connections; i++) {
      const socket = net.connect(to.port, to.host);
      let rest = '';
      socket.setNoDelay(true);
      socket.on('error', fail);
      socket.on('connect', () => socket.write(make()));
      socket.on('data', (data) => {
        rest += data.toString('latin1');
        const head = rest.indexOf('\r\n\r\n');
        if (head < 0) return;
        const length = Number(/content-length: (\d+)/i.exec(rest)[1]);
        if (rest.length < head + 4 + length) return;
        if (!rest.startsWith('HTTP/1.1 200')) return fail(new Error(rest.slice(0, 400)));
        rest = '';
        answers++;
        if (Date.now() < end) return socket.write(make());
        socket.end();
        if (--open === 0) done(answers / (seconds + (Date.now() - end) / 1000));
      });
    }
  });
}

let serial = 0;
const one = (key) => `{"writeKey":"${key}","type":"track","userId":"u${serial % 50000}","messageId":"m-${process.pid}-${serial++}","event":"Product Viewed","properties":{"sku":"A-${serial % 977}","price":12.5}}`;
const post = (path, body) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function syncRate(dir) {
  const fd = openSync(join(dir, 'sync'), 'w'), block = Buffer.alloc(4096, 1), began = process.hrtime.bigint();
  let n = 0;
  for (; seconds(began) < 2; n++) {
    writeSync(fd, block, 0, block.length, (n % 256) * 4096);
    fdatasyncSync(fd);
  }
  closeSync(fd);
  return n / seconds(began);
}

async function withPostgres(act) {
  const bin = '/usr/lib/postgresql/15/bin', dir = join('/tmp', `yutang-bench-pg-${process.pid}`), port = await freePort();
  const as = (command, ...args) => process.getuid() === 0
    ? execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    : execFileSync(command, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  as(join(bin, 'initdb'), '-D', dir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8');
  try {
    as(join(bin, 'pg_ctl'), '-D', dir, '-l', join(dir, 'log'), '-w', '-o', `-h 127.0.0.1 -p ${port} -c unix_socket_directories=${dir}`, 'start');
    return await act({ psql: (text) => execFileSync('psql', ['-qh', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-c', text]),
      pgbench: (script, clients) => Number(/tps = ([\d.]+)/.exec(execFileSync('pgbench', ['-n', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-M', 'prepared',
        '-c', String(clients), '-j', '2', '-T', String(SECONDS), '-f', script, 'postgres'], { stdio: ['ignore', 'pipe', 'pipe'] }).toString())[1]) });
  } finally {
    try { as(join(bin, 'pg_ctl'), '-D', dir, '-m', 'immediate', 'stop'); } catch { /* never came up */ }
    rmSync(dir, { recursive: true, force: true });
  }
}

async function benchIngest() {
  const dir = tempDir(), server = await Server.start({ dir: join(dir, 'data'), clock: null, args: ['--log-level', 'error'] });
  const batches = [], singles = [];
  let sync;
  try {
    const key = (await (await server.admin()).post('write-keys', { name: 'bench' })).key;
    sync = syncRate(dir);
    for (let i = 0; i < 3; i++) {
      batches.push(100 * await hammer(server.to, 8, () => post('/v1/batch', `{"writeKey":"${key}","batch":[${Array.from({ length: 100 }, () => one(key)).join(',')}]}`), SECONDS / 2));
      singles.push(await hammer(server.to, 64, () => post('/v1/track', one(key)), SECONDS / 2));
    }
  } finally {
    await server.stop('SIGKILL');
  }
  const theirs = await withPostgres(async ({ psql, pgbench }) => {
    const body = '{"type":"track","event":{"userId":"u","event":"Product Viewed","properties":{"sku":"A-1","price":12.5}}}';
    psql('CREATE TABLE inbox (slot BIGINT, corp BIGINT, source TEXT, key TEXT, id BIGINT, received BIGINT, due BIGINT, attempts BIGINT, state BIGINT, body TEXT, PRIMARY KEY (slot, corp, source, key)); CREATE INDEX inbox_due ON inbox (due, id) WHERE state = 0');
    const script = (rows) => {
      const path = join(dir, `insert${rows}.sql`);
      writeFileSync(path, `\\set base random(1, 4000000000000000)\n${'INSERT INTO inbox VALUES '}${Array.from({ length: rows }, (_, i) => `(0, 1, 'segment', (:base::bigint + ${i})::text, :base::bigint + ${i}, 1, 1, 0, 0, '${body}')`).join(',')} ON CONFLICT DO NOTHING;\n`);
      return path;
    };
    return { batch: 100 * pgbench(script(100), 8), single: pgbench(script(1), 64) };
  });
  note(`fdatasync ${sync.toFixed(0)}/s; PostgreSQL ${theirs.batch.toFixed(0)} rows/s in hundreds, ${theirs.single.toFixed(0)}/s one by one on 64 connections`);
  figure('ingest_batch', median(batches), 'events/s', '>=', theirs.batch);
  figure('ingest_single', median(singles), 'events/s', '>=', 10 * sync);
  figure('ingest_single_postgres', median(singles), 'events/s', '>=', theirs.single);
}

// ---- callbacks ----

function sealed(xml, corpid) {
  const key = Buffer.from(`${AES_KEY}=`, 'base64'), length = Buffer.alloc(4), text = Buffer.from(xml);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(corpid)]), pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

async function benchCallback() {
  const rate = 500, total = rate * 10, connections = 32;
  const now = Date.now(), sim = await Sim.start({ clock: now });
  const server = await Server.start({ dir: join(tempDir(), 'data'), clock: null, sim, args: ['--log-level', 'error'] });
  try {
    const api = await server.admin();
    await api.put('setup/wecom', { corpid: sim.corpid, agentid: sim.agentid, secret: sim.secret, token: TOKEN, aeskey: AES_KEY });
    const path = new URL((await api.get('corp')).callback_url).pathname;
    const requests = Array.from({ length: total }, (_, i) => {
      const text = sealed(`<xml><ToUserName>${sim.corpid}</ToUserName><FromUserName>sys</FromUserName><CreateTime>${Math.floor(now / 1000)}</CreateTime><MsgType>event</MsgType>`
        + `<Event>change_external_contact</Event><ChangeType>add_external_contact</ChangeType><UserID>zhangli</UserID><ExternalUserID>wmBENCH${String(i).padStart(20, '0')}</ExternalUserID></xml>`, sim.corpid);
      const timestamp = String(Math.floor(now / 1000)), nonce = String(i);
      const signature = createHash('sha1').update([TOKEN, timestamp, nonce, text].sort().join('')).digest('hex');
      return post(`${path}?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`, `<xml><ToUserName>${sim.corpid}</ToUserName><Encrypt>${text}</Encrypt><AgentID></AgentID></xml>`);
    });
    const times = await new Promise((done, fail) => {
      const all = [], idle = [], waiting = [];
      let next = 0;
      const began = performance.now();
      const send = (socket, due) => {
        socket.due = due;
        socket.write(requests[socket.number = next++]);
      };
      for (let i = 0; i < connections; i++) {
        const socket = net.connect(server.to.port, server.to.host);
        socket.setNoDelay(true);
        socket.on('error', fail);
        socket.on('connect', () => idle.push(socket));
        socket.on('data', (data) => {
          if (!data.toString('latin1').startsWith('HTTP/1.1 200')) return fail(new Error(data.toString().slice(0, 300)));
          all.push(performance.now() - socket.due);
          if (all.length === total) return done(all);
          if (waiting.length) send(socket, waiting.shift());
          else idle.push(socket);
        });
      }
      let due = 0;
      const timer = setInterval(() => {
        for (; due < total && began + 200 + due * (1000 / rate) <= performance.now(); due++) {
          const at = began + 200 + due * (1000 / rate);
          if (idle.length) send(idle.pop(), at);
          else waiting.push(at);
        }
        if (due === total) clearInterval(timer);
      }, 1);
    });
    times.sort((a, b) => a - b);
    note(`callbacks: p50 ${times[total >> 1].toFixed(1)} ms, p99 ${times[Math.floor(total * 0.99)].toFixed(1)} ms, worst ${times.at(-1).toFixed(1)} ms`);
    figure('callback_p99', times[Math.floor(total * 0.99)], 'ms', '<=', 200);
  } finally {
    await server.stop('SIGKILL');
    await sim.stop();
  }
}

// ---- idle ----

async function benchIdle() {
  const server = await Server.start({ dir: join(tempDir(), 'data'), clock: null });
  const pid = server.program.child.pid, pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const ticks = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((sum, n) => sum + Number(n), 0);
  await pause(3000);
  const before = ticks();
  await pause(20_000);
  figure('idle_memory', Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024, 'MB', '<=', 64);
  figure('idle_cpu', (ticks() - before) * 10, 'ms/20s', '<=', 0);
  await server.stop();
}

for (const [name, bench] of Object.entries({ idle: benchIdle, import: benchImport, audience: benchAudience, ingest: benchIngest, callback: benchCallback })) {
  if (wanted && !wanted.includes(name)) continue;
  note(`${name}…`);
  await bench();
}
process.exitCode = missed ? 1 : 0;
