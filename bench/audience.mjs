// The audience engine beside DuckDB and PostgreSQL: one function per group of figures, run in the order of the list at
// the end. A group fills `seen` with times and answers; figures are printed when what they compare has been measured.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BIN, Server, freePort } from '../tests/scenario/lib.mjs';

const option = (name, otherwise) => process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise;
const CUSTOMERS = Number(option('--customers', 10_000_000));
const RUNS = Number(option('--runs', 11));
const ONLY = option('--only')?.split(',');
const ENGINE = join(dirname(BIN), 'audience_engine'), EXPORT = join(dirname(BIN), 'audience_export');
const QUESTIONS = ['Q1', 'Q2', 'Q3', 'Q4', 'Q5', 'Q6', 'Q7', 'Q8', 'Q9', 'Q10'];
const STAGES = ['intro', 'growing', 'mature', 'dormant', 'lost'];
const TAGS = 403, TODAY = 20000;

const dir = mkdtempSync(join(option('--dir', tmpdir()), 'yutang-audience-'));
const data = join(dir, 'data');
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const geomean = (list) => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length);
const elapsed = (since) => Number(process.hrtime.bigint() - since) / 1e6;
const round = (value) => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
const note = (text) => console.error(`  ${text}`);
let missed = 0;
function figure(name, value, unit, op, goal) {
  const text = `figure ${name} ${round(value)} ${unit}`;
  if (op === undefined) return console.log(text);
  const holds = op === '>=' ? value >= goal : op === '>' ? value > goal : value <= goal;
  if (!holds) missed++;
  return console.log(`${text} goal ${op} ${goal}${holds ? '' : '   MISSED'}`);
}

/** What has been measured: ours[level][protocol][question] in ms, answers[question], texts, theirs. */
const seen = { ours: {}, answers: {}, texts: {}, http: {}, duckdb: {}, postgres: {} };
const sqlite = (text) => execFileSync('sqlite3', [join(data, 'yutang.db')], { input: text, stdio: ['pipe', 'pipe', 'inherit'] }).toString();

function agree(who, question, answer) {
  const ours = seen.answers[question];
  if (ours !== undefined && ours !== answer) throw new Error(`${question}: ${who} says ${answer.slice(0, 300)}, we say ${ours.slice(0, 300)}`);
}

// ---- ours ----

/** A data directory of the program with the names the questions use. */
async function withNames() {
  if (existsSync(join(data, 'yutang.db'))) return;
  const server = await Server.start({ dir: data, clock: null, args: ['--log-level', 'error'] });
  seen.password = server.password;
  await server.stop();
  sqlite(`INSERT INTO tag_group (corp, id, name, sort, source, removed) VALUES (1, 1, 'bench', 0, 'own', 0);
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ${TAGS})
  INSERT INTO tag (corp, id, group_id, name, sort, sync, source, removed) SELECT 1, n, 1, 't' || (n - 1), 0, 0, 'own', 0 FROM t;
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9100)
  INSERT INTO department (corp, id, wecom_id, name, is_store, store_set, seen) SELECT 1, n, n, 's' || n, 1, 1, 0 FROM t;`);
}

function runEngine(args) {
  const ran = spawnSync(ENGINE, [data, String(CUSTOMERS), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });
  if (ran.status !== 0) throw new Error(`audience_engine ${args.join(' ')}: ${ran.status}`);
  return ran.stdout.trim().split('\n').map((line) => line.split(' '));
}

async function benchEngine() {
  await withNames();
  for (const [what, ...rest] of runEngine(['--simd', 'avx512,avx2,plain', '--runs', String(RUNS), '--snapshot'])) {
    if (what === 'text') seen.texts[rest[0]] = rest.slice(1).join(' ');
    if (what === 'skipped') note(`this processor has no ${rest[0]}`);
    if (what === 'filled') note(`${CUSTOMERS} people made and put into the index in ${(rest[0] / 1e6).toFixed(1)} s`);
    if (what === 'bytes') Object.assign(seen, { tagBytes: rest[1] / CUSTOMERS, allBytes: rest[3] / CUSTOMERS });
    if (what === 'snapshot') Object.assign(seen, { fileBytes: Number(rest[1]), write: rest[3] / 1e3, load: rest[5] / 1e3, read: rest[7] / 1e3 });
    if (what !== 'question') continue;
    const [question, level, protocol, micros, answer] = rest;
    ((seen.ours[level] ??= {})[protocol] ??= {})[question] = Math.max(1, Number(micros)) / 1e3;
    agree(`${level} ${protocol}`, question, answer);
    seen.answers[question] = answer;
  }
  seen.best = Object.keys(seen.ours)[0];
  for (const level of Object.keys(seen.ours))
    for (const protocol of ['cold', 'hot']) {
      note(`${level} ${protocol} ms: ${QUESTIONS.map((q) => `${q} ${round(seen.ours[level][protocol][q])}`).join('  ')}`);
      figure(`audience_${level}_${protocol}_geomean`, geomean(Object.values(seen.ours[level][protocol])), 'ms');
    }
  figure('audience_tag_bytes', seen.tagBytes, 'B/customer', '<=', 6);
  figure('audience_all_bytes', seen.allBytes, 'B/customer', '<=', 32);
  note(`snapshot of ${seen.fileBytes} bytes: written in ${seen.write.toFixed(0)} ms, loaded in ${seen.load.toFixed(0)}, bytes alone in ${seen.read.toFixed(0)}`);
  figure('audience_snapshot_load', seen.load / seen.read, 'x reading', '<=', 3);
}

/** A keep-alive connection that answers one request at a time, without what node's own client adds. */
function rawClient(to) {
  const socket = net.connect(to.port, to.host);
  let rest = '', ended = false, done;
  socket.setNoDelay(true);
  socket.on('error', (error) => { throw error; });
  socket.on('close', () => { if (!ended) throw new Error(`the server closed the connection after ${rest.slice(0, 300)}`); });
  socket.on('data', (part) => {
    rest += part.toString('latin1');
    const head = rest.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(rest)[1]);
    if (rest.length < head + 4 + length) return;
    const answer = { status: Number(rest.slice(9, 12)), body: Buffer.from(rest.slice(head + 4), 'latin1').toString() };
    rest = '';
    done(answer);
  });
  return {
    post: (path, headers, body) => new Promise((then) => {
      done = then;
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }),
    end: () => { ended = true; socket.destroy(); },
  };
}

/** Through the server that has loaded the snapshot: parser, session, scope, live set, words and JSON included. */
async function benchHttp() {
  if (!seen.fileBytes) return note('http needs engine: it loads the snapshot made there');
  const server = await Server.start({ dir: data, clock: null, password: seen.password, args: ['--log-level', 'error'] });
  try {
    const api = await server.admin();
    const client = rawClient(server.to);
    const headers = `Cookie: ${api.cookie}\r\nx-yt-csrf: ${api.csrf}\r\n`;
    for (const question of QUESTIONS) {
      if (['Q5', 'Q6', 'Q9', 'Q7'].includes(question)) continue; // counted by calls below HTTP
      const sample = question === 'Q8';
      const body = JSON.stringify({ expr: seen.texts[question], ...(sample ? { n: 100 } : {}) });
      const times = [];
      for (let i = 0; i < 4 * RUNS; i++) {
        const began = process.hrtime.bigint();
        const answer = await client.post(`/api/v1/audience/${sample ? 'sample' : 'count'}`, headers, body);
        times.push(elapsed(began));
        if (answer.status !== 200) throw new Error(`${question} over HTTP: ${answer.status} ${answer.body.slice(0, 300)}`);
        if (!sample) agree('HTTP', question, String(JSON.parse(answer.body).count));
      }
      if (question === 'Q1') note(`first question over HTTP, with loading: ${times[0].toFixed(0)} ms`);
      seen.http[question] = median(times.slice(1));
    }
    client.end();
    note(`http ms: ${Object.entries(seen.http).map(([q, ms]) => `${q} ${round(ms)}`).join('  ')}`);
    figure('audience_http_geomean', geomean(Object.values(seen.http)), 'ms');
  } finally {
    await server.stop('SIGKILL');
  }
}

/** From the rows of the store: what a start without a snapshot costs. */
async function benchRebuild() {
  await withNames();
  rmSync(join(data, 'audience'), { recursive: true, force: true });
  const [slot] = sqlite('SELECT base FROM corp_slot WHERE corp = 1').trim().split('\n');
  let began = process.hrtime.bigint();
  const rows = spawn(EXPORT, [String(CUSTOMERS), 'store', slot], { stdio: ['ignore', 'pipe', 'inherit'] });
  const into = spawn('sqlite3', [join(data, 'yutang.db')], { stdio: [rows.stdout, 'ignore', 'inherit'] });
  const [code] = await once(into, 'close');
  if (code !== 0) throw new Error(`sqlite3: ${code}`);
  note(`rows of ${CUSTOMERS} people written in ${(elapsed(began) / 1e3).toFixed(0)} s, ${(statSync(join(data, 'yutang.db')).size / 1e9).toFixed(1)} GB`);
  const rebuilt = runEngine(['--rows']).find(([what]) => what === 'rebuilt');
  seen.rebuild = rebuilt[1] / 1e3;
  note(`index made from the rows in ${(seen.rebuild / 1e3).toFixed(1)} s`);
  rmSync(data, { recursive: true, force: true });
  seen.fileBytes = 0;
}

// ---- questions in SQL ----

const storeList = Array.from({ length: 50 }, (_, i) => 1 + i * 181).join(', ');
const any20 = Array.from({ length: 20 }, (_, i) => 60 + i);
const bin = (column, cuts) => `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 + ${cuts.map((cut) => `CASE WHEN ${column} >= ${cut} THEN 1 ELSE 0 END`).join(' + ')} END`;
const cell = `(${bin('last_order', [365, 180, 90, 30].map((days) => TODAY - days))}) * 36 + (${bin('orders', [1, 2, 4, 8])}) * 6 + (${bin('amount', [5000, 20000, 80000, 200000])})`;

/** The ten questions over a table whose conditions on tags are written by has(tag), any(tags) and all([with], [without]). */
function questionsOver(table, { all, any }) {
  return {
    Q1: `SELECT count(*) FROM ${table} WHERE ${all([8, 12], [5])}`,
    Q2: `SELECT count(*) FROM ${table} WHERE ${any(any20)}`,
    Q3: `SELECT count(*) FROM ${table} WHERE ${all([6], [])} AND amount BETWEEN 10000 AND 50000 AND last_order < ${TODAY - 30}`,
    Q4: `SELECT count(*) FROM ${table} WHERE stage = 4 AND store IN (${storeList}) AND ${all([], [400])}`,
    Q5: `SELECT ${cell} AS cell, count(*) FROM ${table} GROUP BY 1 ORDER BY 1`,
    Q7: `SELECT channel, count(*) FROM ${table} WHERE first_seen >= ${TODAY - 6} GROUP BY 1`,
    Q9: `SELECT stage, count(*) FROM ${table} WHERE ${all([3], [])} GROUP BY 1`,
    Q10: `SELECT count(*) FROM ${table} WHERE ${all([401], [402])}`,
  };
}

/** Rows of an answer in our spelling. */
function spelled(question, rows) {
  if (question === 'Q8') return String(rows.length);
  if (question === 'Q5') return rows.map(([at, n]) => `${at}:${n}`).join(',');
  if (question === 'Q6') return rows.map(([tag, n]) => `t${tag}:${n}`).join(',');
  if (question === 'Q7' || question === 'Q9')
    return rows.map(([value, n]) => [question === 'Q7' ? `ch${value}` : STAGES[value - 1], Number(n)])
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value, n]) => `${value}:${n}`).join(',');
  return String(rows[0][0]);
}

const ranked = (rows) => rows.map(([tag, n]) => [Number(tag), Number(n)]).sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 20);
/** Those of the crosstab that are compared: not the tags of the audience itself, nor the segments. */
const crossed = (tag) => Number(tag) !== 10 && Number(tag) !== 20 && Number(tag) < 400;

async function exportTo(form, path) {
  const rows = spawn(EXPORT, [String(CUSTOMERS), form], { stdio: ['ignore', 'pipe', 'inherit'] });
  const file = createWriteStream(path);
  rows.stdout.pipe(file);
  await Promise.all([once(rows, 'close'), once(file, 'close')]);
}

// ---- DuckDB ----

const masks = (tags) => {
  const words = new Map();
  for (const tag of tags) words.set(tag >> 6, (words.get(tag >> 6) ?? 0n) | (1n << BigInt(tag & 63)));
  return words;
};
const u64 = (mask) => `${mask}::UBIGINT`;
const schemas = {
  wide: {
    all: (on, off) => [...on.map((t) => `t${t}`), ...off.map((t) => `NOT t${t}`)].join(' AND '),
    any: (tags) => `(${tags.map((t) => `t${t}`).join(' OR ')})`,
  },
  bits: {
    all: (on, off) => [...masks([...on, ...off])].map(([w, mask]) => `(b${w} & ${u64(mask)}) = ${u64(masks(on).get(w) ?? 0n)}`).join(' AND '),
    any: (tags) => `(${[...masks(tags)].map(([w, mask]) => `(b${w} & ${u64(mask)}) <> 0::UBIGINT`).join(' OR ')})`,
  },
};
const sums = (one) => `SELECT ${Array.from({ length: 400 }, (_, t) => `sum(${one(t)})`).join(', ')}`;

function duckQuestions() {
  const has = (tag) => `SELECT id FROM marks WHERE tag = ${tag}`;
  return {
    wide: { ...questionsOver('wide', schemas.wide), Q8: 'SELECT id FROM (SELECT id FROM wide WHERE t8 AND t12) USING SAMPLE reservoir(1000 ROWS)',
      Q6: `${sums((t) => `t${t}::INT`)} FROM wide WHERE t10 AND t20` },
    bits: { ...questionsOver('bits', schemas.bits), Q8: `SELECT id FROM (SELECT id FROM bits WHERE ${schemas.bits.all([8, 12], [])}) USING SAMPLE reservoir(1000 ROWS)`,
      Q6: `${sums((t) => `(b${t >> 6} >> ${t & 63}) & 1`)} FROM bits WHERE ${schemas.bits.all([10, 20], [])}` },
    rows: {
      Q1: `SELECT count(*) FROM (${has(8)}) SEMI JOIN (${has(12)}) USING (id) ANTI JOIN (${has(5)}) USING (id)`,
      Q2: `SELECT count(DISTINCT id) FROM marks WHERE tag BETWEEN 60 AND 79`,
      Q3: `SELECT count(*) FROM bits SEMI JOIN (${has(6)}) USING (id) WHERE amount BETWEEN 10000 AND 50000 AND last_order < ${TODAY - 30}`,
      Q4: `SELECT count(*) FROM bits ANTI JOIN (${has(400)}) USING (id) WHERE stage = 4 AND store IN (${storeList})`,
      Q6: `SELECT tag, count(*) FROM marks SEMI JOIN (SELECT id FROM (${has(10)}) SEMI JOIN (${has(20)}) USING (id)) USING (id) GROUP BY 1`,
      Q8: `SELECT id FROM (SELECT id FROM (${has(8)}) SEMI JOIN (${has(12)}) USING (id)) USING SAMPLE reservoir(1000 ROWS)`,
      Q9: `SELECT stage, count(*) FROM bits SEMI JOIN (${has(3)}) USING (id) GROUP BY 1`,
      Q10: `SELECT count(*) FROM (${has(401)}) ANTI JOIN (${has(402)}) USING (id)`,
    },
  };
}

const COLUMNS = 'first_seen INTEGER, last_order INTEGER, orders INTEGER, amount INTEGER, staff INTEGER, store INTEGER, city INTEGER, stage INTEGER, channel INTEGER';

async function duckLoad(sql) {
  const csv = join(dir, 'load.csv');
  await exportTo('bits', csv);
  let began = process.hrtime.bigint();
  await sql(`CREATE TABLE bits (id UINTEGER, ${Array.from({ length: 7 }, (_, i) => `b${i} UBIGINT`).join(', ')}, ${COLUMNS})`);
  await sql(`COPY bits FROM '${csv}' (HEADER false)`);
  await sql('CHECKPOINT');
  const bits = elapsed(began);
  began = process.hrtime.bigint();
  const names = COLUMNS.split(', ').map((column) => column.split(' ')[0]).join(', ');
  await sql(`CREATE TABLE wide AS SELECT id, ${names}, ${Array.from({ length: TAGS }, (_, t) => `((b${t >> 6} >> ${t & 63}) & 1)::BOOLEAN AS t${t}`).join(', ')} FROM bits`);
  await sql('CHECKPOINT');
  seen.duckWide = elapsed(began) + bits; // from the same csv
  await exportTo('rows', csv);
  began = process.hrtime.bigint();
  await sql('CREATE TABLE marks (tag USMALLINT, id UINTEGER)');
  await sql(`COPY marks FROM '${csv}' (HEADER false)`);
  await sql('CHECKPOINT');
  note(`DuckDB loaded: bits ${(bits / 1e3).toFixed(1)} s, wide ${(seen.duckWide / 1e3).toFixed(1)} s with them, rows ${(elapsed(began) / 1e3).toFixed(1)} s; ${(statSync(join(dir, 'duck.db')).size / 1e6).toFixed(0)} MB all three`);
  rmSync(csv);
}

async function benchDuckdb() {
  const { DuckDBInstance } = await import('./duckdb/node_modules/@duckdb/node-api/lib/index.js');
  const instance = await DuckDBInstance.create(join(dir, 'duck.db'), { threads: '2', memory_limit: '6GB' });
  const db = await instance.connect();
  await duckLoad((text) => db.run(text));
  const timed = async (text, runs) => {
    const statement = await db.prepare(text), times = [];
    let rows;
    for (let i = 0; i <= runs; i++) {
      const began = process.hrtime.bigint();
      rows = (await statement.runAndReadAll()).getRows();
      if (i) times.push(elapsed(began));
    }
    return { ms: median(times), rows };
  };
  const nothing = (await timed('SELECT 1', 200)).ms; // what the binding itself takes is not DuckDB's
  for (const [schema, questions] of Object.entries(duckQuestions()))
    for (const [question, text] of Object.entries(questions)) {
      let { ms, rows } = await timed(text, RUNS);
      if (question === 'Q6' && schema !== 'rows') rows = rows[0].map((n, tag) => [tag, n]);
      if (question === 'Q6') rows = ranked(rows.filter(([tag]) => crossed(tag)));
      agree(`DuckDB ${schema}`, question, spelled(question, rows));
      ms = Math.max(0.01, ms - nothing);
      if (!(seen.duckdb[question]?.ms <= ms)) seen.duckdb[question] = { ms, schema };
    }
  db.closeSync();
  instance.closeSync();
  rmSync(join(dir, 'duck.db'), { force: true });
  note(`DuckDB ms: ${QUESTIONS.map((q) => `${q} ${round(seen.duckdb[q].ms)} ${seen.duckdb[q].schema}`).join('  ')}`);
}

// ---- PostgreSQL ----

async function withPostgres(act) {
  const bin = '/usr/lib/postgresql/15/bin', home = join(dir, 'pg'), port = await freePort(), root = process.getuid() === 0;
  const as = (command, ...args) => root
    ? execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
    : execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  if (root) execFileSync('sh', ['-c', `chmod 755 '${dir}' && mkdir '${home}' && chown postgres: '${home}'`]);
  as(join(bin, 'initdb'), '-D', join(home, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync');
  const settings = { shared_buffers: '2GB', work_mem: '256MB', maintenance_work_mem: '1GB', max_wal_size: '8GB', jit: 'off', fsync: 'off', max_parallel_workers_per_gather: 1 };
  try {
    as(join(bin, 'pg_ctl'), '-D', join(home, 'data'), '-l', join(home, 'log'), '-w', '-o',
      `-h 127.0.0.1 -p ${port} -c unix_socket_directories=${home} ${Object.entries(settings).map(([k, v]) => `-c ${k}=${v}`).join(' ')}`, 'start');
    return await act(['-qh', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-v', 'ON_ERROR_STOP=1', '-At']);
  } finally {
    try { as(join(bin, 'pg_ctl'), '-D', join(home, 'data'), '-m', 'immediate', 'stop'); } catch { /* never came up */ }
    rmSync(home, { recursive: true, force: true });
  }
}

const arrays = {
  all: (on, off) => [...(on.length ? [`tags @> '{${on}}'`] : []), ...off.map((t) => `NOT tags @> '{${t}}'`)].join(' AND '),
  any: (tags) => `tags && '{${tags}}'`,
};

async function benchPostgres() {
  await withPostgres(async (flags) => {
    const psql = (text) => execFileSync('psql', flags, { input: text, encoding: 'utf8', maxBuffer: 1 << 26 });
    let began = process.hrtime.bigint();
    psql(`CREATE TABLE people (id INTEGER, tags INTEGER[], ${COLUMNS})`);
    const rows = spawn(EXPORT, [String(CUSTOMERS), 'arrays'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const copy = spawn('psql', [...flags, '-c', 'COPY people FROM STDIN (FORMAT csv)'], { stdio: [rows.stdout, 'ignore', 'inherit'] });
    const [code] = await once(copy, 'close');
    if (code !== 0) throw new Error(`psql: ${code}`);
    psql('ALTER TABLE people ADD PRIMARY KEY (id); CREATE INDEX ON people USING gin (tags); CREATE INDEX ON people (store); CREATE INDEX ON people (first_seen); VACUUM ANALYZE people');
    note(`PostgreSQL loaded in ${(elapsed(began) / 1e3).toFixed(0)} s`);
    const questions = { ...questionsOver('people', arrays),
      Q6: `SELECT tag, count(*) FROM people, unnest(tags) AS tag WHERE ${arrays.all([10, 20], [])} GROUP BY 1`,
      Q8: `SELECT id FROM people WHERE ${arrays.all([8, 12], [])} ORDER BY random() LIMIT 1000` };
    for (const [question, text] of Object.entries(questions)) {
      const out = psql(`\\timing on\n${`${text};\n`.repeat(4)}`).trim().split(/Time: ([\d.]+) ms.*\n?/);
      const times = out.filter((_, i) => i % 2).map(Number).slice(1);
      let answer = out[6].trim().split('\n').map((line) => line.split('|'));
      if (question === 'Q6') answer = ranked(answer.filter(([tag]) => crossed(tag)));
      agree('PostgreSQL', question, spelled(question, answer));
      seen.postgres[question] = { ms: median(times) };
    }
  });
  note(`PostgreSQL ms: ${QUESTIONS.map((q) => `${q} ${round(seen.postgres[q].ms)}`).join('  ')}`);
}

// ---- what is compared ----

function benchRatios() {
  const cold = seen.ours[seen.best]?.cold, done = (theirs) => Object.keys(theirs).length > 0;
  if (cold && done(seen.duckdb)) {
    const ratios = Object.fromEntries(QUESTIONS.map((q) => [q, seen.duckdb[q].ms / cold[q]]));
    note(`times faster than DuckDB: ${QUESTIONS.map((q) => `${q} ${round(ratios[q])}`).join('  ')}`);
    figure('audience_duckdb_geomean', geomean(Object.values(ratios)), 'x', '>=', 20);
    figure('audience_duckdb_least', Math.min(...Object.values(ratios)), 'x', '>', 1);
    for (const level of Object.keys(seen.ours).filter((level) => level !== seen.best))
      figure(`audience_duckdb_geomean_${level}`, geomean(QUESTIONS.map((q) => seen.duckdb[q].ms / seen.ours[level].cold[q])), 'x');
    figure('audience_duckdb_geomean_hot', geomean(QUESTIONS.map((q) => seen.duckdb[q].ms / seen.ours[seen.best].hot[q])), 'x');
  }
  if (cold && done(seen.postgres)) figure('audience_postgres_geomean', geomean(QUESTIONS.map((q) => seen.postgres[q].ms / cold[q])), 'x', '>=', 200);
  if (done(seen.http) && done(seen.duckdb))
    figure('audience_http_duckdb', geomean(Object.keys(seen.http).map((q) => seen.duckdb[q].ms / seen.http[q])), 'x', '>=', 10);
  if (seen.rebuild && seen.duckWide) figure('audience_rebuild', seen.duckWide / seen.rebuild, 'x DuckDB wide', '>=', 10);
}

for (const [name, bench] of Object.entries({ engine: benchEngine, http: benchHttp, rebuild: benchRebuild, duckdb: benchDuckdb, postgres: benchPostgres, ratios: benchRatios })) {
  if (ONLY && name !== 'ratios' && !ONLY.includes(name)) continue;
  note(`${name}…`);
  await bench();
}
process.exitCode = missed ? 1 : 0;
