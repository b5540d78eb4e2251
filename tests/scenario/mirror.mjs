// The mirror of a corp compared with the simulator, row by row: who serves, who follows whom with what marks, which
// groups there are and who sits in them. The product's side is read from its store, after it has ended: that of its folder,
// or a PostgreSQL named by its address.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { request } from './lib.mjs';

const PAGE = 5000;
const ENDED = new Set(['lost', 'dropped', 'transferred']);

/** All rows of one kind, as the platform knows them. */
export async function* simRows(sim, kind) {
  for (let after = 0; ; after += PAGE) {
    const { status, text } = await request(sim.to, 'GET', `/sim/rows?kind=${kind}&after=${after}&limit=${PAGE}`);
    if (status !== 200) throw new Error(`sim rows ${kind}: ${status} ${text.slice(0, 300)}`);
    const lines = text.split('\n').filter(Boolean);
    for (const line of lines) yield JSON.parse(line);
    if (lines.length < PAGE) return;
  }
}

const programs = {
  sqlite: (dir, sql) => ['sqlite3', '-readonly', '-json', join(dir, 'yutang.db'), sql],
  postgres: (url, sql) => ['psql', '-XAt', '-v', 'FETCH_COUNT=10000', url, '-c', `SELECT row_to_json(r) FROM (${sql.replaceAll('group_concat', 'string_agg')}) r`],
};

/** The rows of a query on a store that nobody writes. */
export async function* storeRows(store, sql) {
  const [program, ...args] = programs[store.startsWith('postgres:') ? 'postgres' : 'sqlite'](store, sql);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => child.on('close', done));
  for await (const line of createInterface({ input: child.stdout })) {
    const text = line.replace(/^\[/, '').replace(/[,\]]$/, '');
    if (text) yield JSON.parse(text);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`${program} ended ${code}: ${sql}`);
}

const text = (value) => value ?? '';
const relation = (row) => [row.added, row.add_way, text(row.state), text(row.remark), text(row.description), row.tags.join(' ')].join('|');
const seat = (row) => [row.kind, row.scene, row.joined, text(row.state), text(row.invitor)].join('|');
const chat = (row) => [row.name, row.owner, row.notice, row.version, row.status, row.created, row.members].join('|');

const SQL = {
  relation: `SELECT s.userid, f.external_userid, f.status, f.state, f.remark, f.description, f.added / 1000 AS added, f.add_way,
      (SELECT group_concat(wecom_id, ' ') FROM (SELECT t.wecom_id FROM tag_relation r JOIN tag t ON t.corp = r.corp AND t.id = r.tag
        WHERE r.slot = f.slot AND r.corp = f.corp AND r.customer = f.customer AND r.staff = f.staff AND t.removed = 0
          AND t.wecom_id IS NOT NULL ORDER BY t.wecom_id) marks) AS tags, c.name
    FROM follow f JOIN staff s ON s.corp = f.corp AND s.id = f.staff
      JOIN customer c ON c.slot = f.slot AND c.corp = f.corp AND c.id = f.customer`,
  chat: `SELECT g.chat_id, g.name, s.userid AS owner, g.notice, g.version, g.status, g.created / 1000 AS created, g.members,
      g.dissolved IS NOT NULL AS gone FROM group_chat g LEFT JOIN staff s ON s.corp = g.corp AND s.id = g.owner`,
  seat: `SELECT g.chat_id, m.member, m.kind, m.scene, m.joined / 1000 AS joined, m.state, m.invitor, m.gone IS NOT NULL AS gone
    FROM group_member m JOIN group_chat g ON g.corp = m.corp AND g.id = m.chat`,
  staff: `SELECT userid, name, state = 'active' AND in_scope = 1 AS serves FROM staff`,
  tag: `SELECT t.wecom_id AS id, t.name, g.name AS grp FROM tag t JOIN tag_group g ON g.corp = t.corp AND g.id = t.group_id
    WHERE t.removed = 0 AND t.wecom_id IS NOT NULL`,
};

/** What there should be is a map from key to value; undefined: it may only be there as something ended. */
class Comparison {
  constructor(kind) {
    Object.assign(this, { kind, wanted: new Map(), rows: 0, faults: [] });
  }

  want(key, value) { this.wanted.set(key, value); }

  have(key, value) {
    const wanted = this.wanted.get(key);
    if (value !== undefined) this.rows++;
    if (value === wanted) this.wanted.delete(key);
    else if (value !== undefined) this.fault(`${key} is ${value}, should be ${wanted ?? 'gone'}`);
  }

  fault(what) {
    if (this.faults.length < 20) this.faults.push(`${this.kind} ${what}`);
    else this.faults.length = 20;
  }

  done() {
    for (const [key, value] of this.wanted) if (value !== undefined) this.fault(`${key} is missing: ${value}`);
    return this;
  }
}

async function relations(sim, store) {
  const c = new Comparison('relation');
  for await (const row of simRows(sim, 'relation')) {
    const living = row.status === 'friend';
    c.want(`${row.userid} ${row.external_userid}`, living ? `${relation({ ...row, tags: row.tags.sort() })}|${row.name}` : undefined);
  }
  for await (const row of storeRows(store, SQL.relation)) {
    const value = `${relation({ ...row, tags: text(row.tags).split(' ') })}|${row.name}`;
    c.have(`${row.userid} ${row.external_userid}`, ENDED.has(row.status) || row.status === 'half' ? undefined : value);
  }
  return c.done();
}

async function chats(sim, store) {
  const c = new Comparison('group');
  for await (const row of simRows(sim, 'chat')) c.want(row.chat_id, row.gone ? undefined : chat(row));
  for await (const row of storeRows(store, SQL.chat)) c.have(row.chat_id, row.gone ? undefined : chat(row));
  return c.done();
}

async function seats(sim, store) {
  const c = new Comparison('seat'), key = (row) => `${row.chat_id} ${row.member}`;
  for await (const row of simRows(sim, 'seat')) if (!row.gone) c.want(key(row), seat(row)); // a later seat of the same replaces the one left
  for await (const row of storeRows(store, SQL.seat)) c.have(key(row), row.gone ? undefined : seat(row));
  return c.done();
}

async function plain(sim, store, kind, key, value, skip) {
  const c = new Comparison(kind);
  for await (const row of simRows(sim, kind)) if (!skip(row)) c.want(key(row), value(row));
  for await (const row of storeRows(store, SQL[kind])) c.have(key(row), value(row));
  return c.done();
}

/** How many rows were compared of each kind, and what differs (at most 20 a kind). */
export async function compareMirror(sim, store) {
  const all = [
    await plain(sim, store, 'staff', (row) => row.userid, (row) => (row.serves ? row.name : undefined), (row) => row.left),
    await plain(sim, store, 'tag', (row) => row.id, (row) => `${row.grp ?? row.group}/${row.name}`, (row) => row.deleted),
    await relations(sim, store), await chats(sim, store), await seats(sim, store),
  ];
  return { rows: Object.fromEntries(all.map((c) => [c.kind, c.rows])), faults: all.flatMap((c) => c.faults) };
}
