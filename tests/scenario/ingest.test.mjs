// Batches of events, each sent more than once, while the process dies before and behind its commits: what was answered is
// there, and everything is there once. Nothing in memory may believe in what no commit made durable.
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { Server, freePort, request, tempDir } from './lib.mjs';

const BATCHES = 12, EVENTS = 25; // of people who do one thing each
const POINTS = [2, 5, 9, 14, 22]; // commits after the start
const prepared = join(tempDir(), 'data');
let key, password, boot;

const commits = async (server) => Number(/^yutang_store_commits(?:\{\})? (\d+)/m.exec((await request(server.local, 'GET', '/metrics')).text)[1]);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

before(async () => {
  const server = await Server.start({ dir: prepared });
  password = server.password;
  key = (await (await server.admin()).post('write-keys', { name: 'k' })).key;
  await server.stop();
  const again = await Server.start({ dir: prepared, password });
  boot = await commits(again);
  await again.stop();
});

const batch = (b) => ({ writeKey: key, batch: Array.from({ length: EVENTS }, (_, i) => (
  { type: 'track', userId: `u${b}-${i}`, messageId: `m${b}-${i}`, event: '看过' })) });

async function settled(server) {
  for (let i = 0; i < 600; i++) {
    if ((await request(server.local, 'GET', '/settled')).json.settled) return;
    await pause(20);
  }
  assert.fail('the inbox is not decoded');
}

/** Sends everything, three times over; gives how often the process died. */
async function live(fault) {
  const dir = join(tempDir(), 'data'), port = await freePort();
  cpSync(prepared, dir, { recursive: true });
  let server = await Server.start({ dir, port, password, env: fault ? { YUTANG_FAULT: fault } : {} }), deaths = 0, reviving;
  const revive = async (dead) => {
    assert.equal(dead.program.child.signalCode, 'SIGKILL', dead.log.slice(-800));
    deaths++;
    server = await dead.again({});
    reviving = undefined;
  };
  const insist = async (act) => {
    for (;;) {
      const mine = server;
      try {
        return await act();
      } catch (error) {
        const dead = await Promise.race([mine.program.ended.then(() => true), pause(300)]);
        if (!dead) throw error;
        if (mine === server) await (reviving ??= revive(mine));
      }
    }
  };
  try {
    for (let b = 0; b < BATCHES; b++) {
      const sent = () => insist(async () => assert.equal((await request(server.to, 'POST', '/v1/batch', batch(b))).status, 200));
      await Promise.all([sent(), sent()]); // a library that did not wait
      if (b > 0) await insist(async () => assert.equal((await request(server.to, 'POST', '/v1/batch', batch(b - 1))).status, 200));
    }
    await insist(() => settled(server));
    const counts = await insist(async () => {
      const api = await server.admin();
      const count = async (expr) => (await api.post('audience/count', { expr })).count;
      return [await count('did("site.tracked", within 30d)'), await count('did("site.tracked", within 30d, count >= 2)')];
    });
    assert.deepEqual(counts, [BATCHES * EVENTS, 0], 'people who did it, and who did it twice');
    return deaths;
  } finally {
    await server.stop();
  }
}

test('undisturbed, every event is there once', async () => assert.equal(await live(), 0));

for (const point of ['store.commit', 'store.committed']) {
  for (const n of POINTS) {
    test(`killed at ${point}, ${n} commits after the start`, async () => {
      assert.equal(await live(`${point}:${boot + n}:crash`), 1);
    });
  }
}
