// The first reading of a corp that lives on meanwhile: callbacks come twice, late and not at all, and the process dies
// again and again between any two commits. After the next morning's reading the mirror is the simulator, row by row.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AES_KEY, DAY, MINUTE, SECOND, Server, Sim, TOKEN, World, request, tempDir } from './lib.mjs';
import { random } from './fixtures.mjs';
import { compareMirror, storeRows } from './mirror.mjs';

const STAFF = 12, RELATIONS = 700, GROUPS = 45, SEATS = 360;
const LIVES = 8; // so many times it dies

const next = random(11);
const guide = () => `Guide${String(next(STAFF)).padStart(4, '0')}`;
const added = [], chats = [];
let sim, world, api, boot, deaths = 0;

before(async () => {
  sim = await Sim.start();
  await sim.post('whole', { staff: STAFF, relations: RELATIONS, groups: GROUPS, seats: SEATS });
  const server = await Server.start({ dir: tempDir(), sim });
  world = new World(server, sim);
  api = await server.admin();
  await api.put('setup/wecom', { corpid: sim.corpid, agentid: sim.agentid, secret: sim.secret, token: TOKEN, aeskey: AES_KEY });
  const slug = new URL((await api.get('corp')).callback_url).pathname;
  await sim.post('corp', { url: `http://${server.addr}${slug}`, token: TOKEN, aes_key: AES_KEY });
});
after(() => world?.stop());

/** Lives on; when the process dies it is started again, at its usual place of dying. */
async function survive(ms) {
  const until = world.now + ms;
  for (;;) {
    try {
      await world.advance(until - world.now);
      return;
    } catch (error) {
      const dead = await Promise.race([world.server.program.ended.then(() => true), new Promise((done) => setTimeout(done, 500, false))]);
      if (!dead) throw error;
      assert.equal(world.server.program.child.signalCode, 'SIGKILL', world.server.log.slice(-800));
      deaths++;
      await rise();
    }
  }
}

const commits = async ({ local }) => Number(/^yutang_store_commits(?:\{\})? (\d+)/m.exec((await request(local, 'GET', '/metrics')).text)[1]);

/** The next life, which ends before or after one of its first commits. */
async function rise() {
  for (let started = false; !started; deaths += started ? 0 : 1) {
    const place = boot + 1 + (deaths % 5) * 3;
    const fault = deaths < LIVES ? { YUTANG_FAULT: `${deaths % 2 ? 'store.commit' : 'store.committed'}:${place}:crash` } : {};
    started = await world.restart(fault).then(() => true, (error) => /SIGKILL/.test(error.message) ? false : Promise.reject(error));
  }
  await sim.post('clock', { to: world.now });
}

/** Something happens in the clients, with whatever the network does to its callback. */
async function live(i) {
  if (i % 4 === 1) await sim.fault('dup_callback', { count: 1 });
  if (i % 4 === 2) await sim.fault('reorder', { count: 1, code: 90_000 });
  if (i % 4 === 3) await sim.fault('drop_callback', { count: 1 });
  switch (i % 9) {
    case 0: case 1: case 2: {
      const made = await sim.post('scan', { userid: guide(), skip_verify: true, person: { name: `新客${i}` } });
      added.push([made.userid, made.external_userid]);
      break;
    }
    case 3: chats.push((await sim.post('group/make', { userid: guide(), name: `新群${i}`, people: 4 })).chat_id); break;
    case 4: if (chats.length) await sim.post('group/change', { chat_id: chats.at(-1), name: `改名${i}`, notice: '公告' }); break;
    case 5: if (chats.length) await sim.post('group/join', { chat_id: chats.at(-1), external_userid: added.at(-1)?.[1] }); break;
    case 6: if (added.length > 3) await end('staff', added.shift()); break;
    case 7: if (chats.length > 3) await sim.post('group/dissolve', { chat_id: chats.shift() }); break;
    default:
      if (i % 2) await sim.post('tag', { group: '新分组', name: `新标签${i}` });
      if (added.length) await sim.post('tag_edit', { userid: added.at(-1)[0], external_userid: added.at(-1)[1], add: [i % 2 ? `新标签${i}` : '宝妈'] });
  }
  await sim.post('fault', { clear: true });
}

async function end(who, [userid, external_userid]) {
  await sim.post('delete', { who, userid, external_userid });
}

test('the first reading goes on through every death, while callbacks come twice, late and not at all', async () => {
  await world.server.stop();
  await world.restart({});
  boot = await commits(world.server); // of a start that has nothing to do
  api = await world.server.admin();
  await api.post('setup/sync');
  await world.server.stop('SIGKILL'); // the jobs stand in the store
  await rise();
  for (let i = 0; i < 45; i++) {
    await live(i);
    await survive(i % 5 ? 3 * SECOND : MINUTE);
  }
  await survive(5 * MINUTE);
  assert.ok(deaths >= LIVES, `it died ${deaths} times`);
});

test('what customers ended is told by its callback alone, twice or late', async () => {
  for (const kind of ['dup_callback', 'reorder']) {
    await sim.fault(kind, { count: 1 });
    await end('customer', added.shift());
    await survive(MINUTE);
  }
});

test('after the nightly reading every row of the mirror is the simulator\'s', async () => {
  await survive(DAY);
  await world.server.stop();
  const { rows, faults } = await compareMirror(sim, world.server.dir);
  assert.deepEqual(faults, []);
  assert.ok(rows.relation >= RELATIONS && rows.seat >= SEATS && rows.group >= GROUPS && rows.staff >= STAFF && rows.tag > 10, JSON.stringify(rows));
});

test('nobody was made twice', async () => {
  const twice = [];
  for await (const row of storeRows(world.server.dir, 'SELECT external_userid, count(DISTINCT customer) AS n FROM follow GROUP BY 1 HAVING n > 1')) twice.push(row);
  assert.deepEqual(twice, []);
  await world.restart({});
  const told = {};
  api = await world.server.admin();
  for (const row of await api.rows(`customers?limit=100&expr=${encodeURIComponent('friend')}`)) told[row.id] = (told[row.id] ?? 0) + 1;
  assert.ok(Object.values(told).every((n) => n === 1));
  assert.ok(Object.keys(told).length > RELATIONS * 0.85);
});
