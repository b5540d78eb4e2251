// Killed between any two steps of the thread: nothing acknowledged is lost, nothing is sent twice, and what was due
// is done, or visible with its reason, within five simulated minutes.
//
// One prepared corp is copied for every run. A run lives the same acts with the process dying at its n-th commit
// (before it: what was done outside stands, our word about it does not; after it: the answer is what is missing).
// Whoever got no answer asks again, as people and programs do; the end is compared with a run that nothing disturbed.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { AES_KEY, Console, MINUTE, SECOND, Server, Sim, TOKEN, World, connectedWorld, freePort, request, run, tempDir } from './lib.mjs';

const WELCOME = { text: '欢迎' };
const CONTENT = { text: '会员日到啦' };
const PEOPLE = ['一', '二', '三'];
const SETTLE = 5 * MINUTE;
const POINTS = Number(process.env.YUTANG_CRASH_POINTS ?? 16); // of each kind, spread over the commits of a run
const REACHED = 0.95; // of them surely come: how many units share a commit is a matter of luck

const prepared = tempDir();
const state = join(prepared, 'sim.state');
let begin, session, file, calm;

before(async () => {
  const { world, server, sim, api } = await connectedWorld();
  file = join(prepared, 'orders.csv');
  writeFileSync(file, `订单号,买家,付款时间,实付金额\n${Array.from({ length: 40 }, (_, i) => `D-${i},buyer-${i % 9},2026-08-04 10:00:00,${i + 1}.50`).join('\n')}\n`);
  session = api;
  begin = world.now;
  await sim.post('snapshot', { path: state });
  await server.stop();
  cpSync(server.dir, join(prepared, 'data'), { recursive: true });
  await sim.stop();
  calm = await live();
  assert.ok(calm.commits - calm.boot > 20, `${calm.commits} commits`);
});

class Survivor {
  /** Does something that may be cut off; the process is started again and it is done again. */
  async insist(what, act) {
    for (let tries = 0; ; tries++) {
      try {
        return await act();
      } catch (error) {
        const dead = await Promise.race([this.world.server.program.ended.then(() => true), new Promise((done) => setTimeout(done, 300, false))]);
        if (!dead || tries === 3) throw error;
        assert.equal(this.world.server.program.child.signalCode, 'SIGKILL', `${what}: ${this.world.server.log.slice(-800)}`);
        this.deaths++;
        await this.world.restart({});
        await this.sim.post('clock', { to: this.world.now });
      }
    }
  }

  advance(ms) {
    const until = this.world.now + ms;
    return this.insist('living on', async () => { await this.world.advance(until - this.world.now); });
  }
}

const commits = async ({ local }) => Number(/^yutang_store_commits(?:\{\})? (\d+)/m.exec((await request(local, 'GET', '/metrics')).text)[1]);

/** The acts, with a fault or without; what stands at the end. */
async function live(fault) {
  const dir = join(tempDir(), 'data'), port = await freePort();
  cpSync(join(prepared, 'data'), dir, { recursive: true });
  cpSync(state, `${dir}.sim`); // it is written back when the simulator ends
  const sim = await Sim.start({ clock: begin, brand: false, args: ['--state', `${dir}.sim`] });
  const server = await Server.start({ dir, port, clock: begin, sim, env: fault ? { YUTANG_FAULT: fault } : {} });
  const s = new Survivor();
  Object.assign(s, { sim, deaths: 0, world: new World(server, sim), boot: await commits(server) });
  const api = Object.assign(new Console({ host: '127.0.0.1', port }), { cookie: session.cookie, csrf: session.csrf });
  try {
    const slug = new URL((await s.insist('corp', () => api.get('corp'))).callback_url).pathname;
    await s.insist('connect', () => sim.post('corp', { url: `http://127.0.0.1:${port}${slug}`, token: TOKEN, aes_key: AES_KEY }));
    return await acts(s, api, dir);
  } finally {
    await s.world.stop();
  }
}

async function acts(s, api, dir) {
  const { sim } = s;
  const once = (path, body, key) => s.insist(path, async () => {
    let answer = await api.ask('POST', path, body, { 'idempotency-key': key });
    if (answer.status === 409) { // whether the first time was done is not known: the list tells
      const there = (await api.rows(path)).find((row) => row.name === body.name);
      if (there) return there;
      answer = await api.ask('POST', path, body, { 'idempotency-key': `${key}-again` });
    }
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  });
  const staff = await s.insist('staff', () => api.rows('staff'));
  const tags = (await s.insist('tags', () => api.get('tag-groups'))).data.flatMap((group) => group.tags);
  const code = await once('livecodes', { name: '码', channel: '码', skip_verify: true, welcome: WELCOME,
    staff_ids: [staff.find((one) => one.userid === 'zhangli').id], tag_ids: [tags.find((tag) => tag.name === '宝妈').id] }, 'crash-code-1');
  await s.advance(SETTLE);
  const log = await sim.log(), ways = log.filter((line) => line.api === 'externalcontact/add_contact_way');
  assert.equal(ways.length, 1, 'one contact way, and it is ours');
  assert.equal((await s.insist('code', () => api.get(`livecodes/${code.id}`))).state, 'active');

  for (const name of PEOPLE) {
    await sim.post('scan', { config_id: ways[0].result.config_id, person: { name, external_userid: `wmCRASH${name.charCodeAt(0)}` } });
    await s.advance(10 * SECOND);
  }
  await s.insist('import', async () => {
    const { code, err } = await run(['import', 'orders', file, '--preset', 'generic', '--data', dir, '--json']);
    if (code !== 0 || !s.world.server.program.running) throw new Error(`import ended ${code}: ${err.slice(-500)}`);
  });
  const key = (await once('write-keys', { name: 'k' }, 'crash-key-1')).key;
  await s.insist('event', async () => {
    const answer = await request(api.to, 'POST', '/v1/track', { writeKey: key, userId: 'buyer', messageId: 'crash-1', event: '看了' });
    assert.equal(answer.status, 200, answer.text);
  });
  await s.advance(SETTLE);

  const broadcast = await once('broadcasts', { name: '群发', expr: 'friend', content: CONTENT, confirm_count: PEOPLE.length }, 'crash-broadcast-1');
  await s.advance(SETTLE);
  const tasks = (await sim.log()).filter((line) => line.api === 'externalcontact/add_msg_template');
  assert.equal(tasks.length, 1, 'one task');
  await sim.post('task/confirm', { msgid: tasks[0].result.msgid, userid: 'zhangli' });
  await s.advance(2 * SETTLE);

  const rows = await s.insist('customers', () => api.rows('customers'));
  const people = [];
  for (const row of rows) {
    const timeline = await s.insist('timeline', () => api.rows(`customers/${row.id}/timeline`));
    const kinds = timeline.map((line) => line.kind);
    people.push({ name: row.name, tags: row.tags.map((tag) => tag.name), channel: row.channel, friend: row.friend, orders: row.orders, spent: row.spent,
      reached: row.last_reached_ms !== null, added: kinds.filter((kind) => kind === 'follow.added').length,
      placed: kinds.filter((kind) => kind === 'order.placed').length, tracked: kinds.filter((kind) => kind === 'site.tracked').length,
      welcome: timeline.filter((line) => line.kind.startsWith('welcome.')).map((line) => line.kind) });
  }
  people.sort((a, b) => (JSON.stringify([a.name, a.spent]) < JSON.stringify([b.name, b.spent]) ? -1 : 1));
  const { counts } = await s.insist('broadcast', () => api.get(`broadcasts/${broadcast.id}`));
  return { people, counts, log: await sim.log(), deaths: s.deaths, boot: s.boot, commits: await commits(s.world.server) };
}

/** What must be the same whenever the process died. */
function compare(run, where) {
  const plain = ({ people }) => people.map(({ welcome, ...rest }) => ({ ...rest, reached: undefined }));
  assert.deepEqual(plain(run), plain(calm), where);
  for (const person of run.people.filter((one) => one.friend)) {
    assert.equal(person.welcome.length, 1, `${where}: ${person.name}'s welcome was ${person.welcome}`);
  }
  const messages = run.log.filter((line) => line.kind === 'message').map((line) => `${line.api} ${line.params.external_userid}`);
  assert.equal(new Set(messages).size, messages.length, `${where}: sent twice: ${messages}`);
  const sent = messages.filter((line) => line.startsWith('welcome')).length;
  const said = run.people.filter((one) => one.welcome[0] === 'welcome.sent').length;
  assert.ok(said <= sent, `${where}: ${said} said to be welcomed, ${sent} were`);
  const figures = ({ counts }) => [counts.planned, counts.created, counts.delivered, counts.unknown].map(Number);
  assert.deepEqual(figures(run), figures(calm), where);
}

test('undisturbed, the acts end as they should', () => {
  assert.equal(calm.people.length, PEOPLE.length + 10);
  assert.deepEqual(calm.people.filter((one) => one.friend).map((one) => [one.tags, one.welcome]), PEOPLE.map(() => [['宝妈'], ['welcome.sent']]));
  assert.equal(calm.people.reduce((sum, one) => sum + Number(one.orders), 0), 40);
  assert.equal(Number(calm.counts.delivered), PEOPLE.length);
});

for (const point of ['store.commit', 'store.committed']) {
  for (let i = 0; i < POINTS; i++) {
    test(`killed at ${point}, ${i + 1} of ${POINTS} places`, async () => {
      const n = calm.boot + 1 + Math.floor(((i + (point === 'store.commit' ? 0 : 0.5)) * REACHED * (calm.commits - calm.boot)) / POINTS);
      const ended = await live(`${point}:${n}:crash`);
      assert.equal(ended.deaths, 1, `it died at commit ${n} of ${calm.commits}`);
      compare(ended, `${point}:${n}`);
    });
  }
}
