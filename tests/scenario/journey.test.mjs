// A journey on the simulated platform, nobody tapping: messages two hours apart inside the window of the official
// account until she buys. An order of minute 119 stops the message of minute 120 however it comes in, also when the
// process was dead in between; wherever it is killed, nothing is said twice and whoever is due is reached or told.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AES_KEY, HOUR, MINUTE, SECOND, TOKEN, connectedWorld, request, run, tempDir } from './lib.mjs';

const POINTS = Number(process.env.YUTANG_CRASH_POINTS ?? 4); // of each kind, spread over the commits of a run
const FANS = ['甲', '乙', '丙', '丁'];
const SAID = ['收到您的消息', '还没挑好？', '即将过期']; // in the three messages of the template

/** Fans who follow from now on walk the journey of the template. */
async function journeyWorld() {
  const { world, server, sim, api } = await connectedWorld();
  const { appid, secret } = await sim.post('oa', {});
  const account = await api.post('oa-accounts', { name: '鱼塘服务号', appid, secret, token: TOKEN, aeskey: AES_KEY, base: `http://${sim.addr}/oa` }, 201);
  await sim.post('oa', { url: `http://${server.addr}${new URL(account.callback_url).pathname}`, token: TOKEN, aes_key: AES_KEY, mode: 'safe' });
  const template = (await api.rows('journey-templates')).find((one) => one.id === 'newfans');
  assert.ok(template.available);
  const made = await api.post('journeys', { ...template.def, name: '新粉两小时' }, 201);
  await api.post(`journeys/${made.id}/publish`);
  const key = (await api.post('write-keys', { name: '商城' })).key;
  await world.settle();
  return { world, server, sim, api, journey: made.id, key, appid };
}


/** She follows and writes, which opens 48 hours. What a dead process did not answer the platform says again when it lives. */
async function fan(s, name, revive = () => assert.fail('nobody answered')) {
  const follow = await s.sim.post('oa/follow', { person: { name } }), { openid } = follow;
  const write = () => s.sim.post('oa/write', { openid, text: '在吗' });
  if (follow.status !== 200) await revive();
  if ((await write()).status !== 200) {
    await revive();
    await write();
  }
  return openid;
}

/** What she was told, by the numbers of SAID, in order. */
async function told(s, openid) {
  const lines = (await s.sim.log()).filter((line) => line.api === 'oa/custom/send' && line.params.touser === openid);
  return lines.map((line) => SAID.findIndex((word) => line.params.text.content.includes(word)));
}

const track = (s, openid, more) => request(s.world.server.to, 'POST', '/v1/track', { writeKey: s.key, messageId: `m-${openid}`, ...more,
  context: { externalIds: [{ id: `${s.appid}/${openid}`, type: 'openid', collection: 'users' }, { id: `generic:buyer-${openid}`, type: 'buyer', collection: 'users' }] } });

async function importOrder(s, openid) {
  const file = join(tempDir(), 'orders.csv');
  writeFileSync(file, `订单号,买家,付款时间,实付金额\nF-1,buyer-${openid},${new Date(s.world.now + 8 * HOUR - MINUTE).toISOString().slice(0, 19).replace('T', ' ')},9.90\n`);
  const { code, err } = await run(['import', 'orders', file, '--preset', 'generic', '--data', s.world.server.dir, '--json']);
  assert.equal(code, 0, err.slice(-500));
}

const order = (openid) => ({ userId: `u-${openid}`, event: 'Order Completed', properties: { order_id: `S-${openid}`, total: 9.9, currency: 'CNY', products: [{ product_id: 'p1', quantity: 1, price: 9.9 }] } });

test('two hours apart until she buys: an order of minute 119 stops the message of minute 120', async () => {
  const s = await journeyWorld();
  try {
    const [none, tracked, filed, dead] = await Promise.all(FANS.map((name) => fan(s, name)));
    await s.world.settle();
    for (const openid of [tracked, filed, dead]) {
      assert.equal((await track(s, openid, { messageId: `seen-${openid}`, userId: `u-${openid}`, event: '看了' })).status, 200);
    }
    await s.world.advance(119 * MINUTE);
    assert.equal((await track(s, tracked, order(tracked))).status, 200);
    await importOrder(s, filed);
    await s.world.advance(30 * SECOND);
    // Acknowledged, then dead before anything could be made of it; back at the second it is due.
    assert.equal((await track(s, dead, order(dead))).status, 200);
    await s.world.server.stop('SIGKILL');
    s.world.now += 30 * SECOND;
    await s.sim.post('clock', { to: s.world.now });
    await s.world.restart({});
    await s.world.advance(5 * HOUR);
    assert.deepEqual(await told(s, none), [0, 1, 2]);
    for (const openid of [tracked, filed, dead]) assert.deepEqual(await told(s, openid), [0]);
    const out = await s.api.rows(`journeys/${s.journey}/people?state=out`);
    assert.deepEqual(out.map((row) => row.outcome).sort(), ['done', 'goal', 'goal', 'goal']);
  } finally {
    await s.world.stop();
  }
});

const commits = async ({ local }) => Number(/^yutang_store_commits(?:\{\})? (\d+)/m.exec((await request(local, 'GET', '/metrics')).text)[1]);

/** One fan's walk in a process that may die; a dead one is started again where time stands. */
async function walk(fault) {
  const s = await journeyWorld();
  try {
    await s.world.server.stop();
    await s.world.restart(fault ? { YUTANG_FAULT: fault } : {});
    let deaths = 0;
    const revive = async (error) => {
      await s.world.server.program.ended;
      if (s.world.server.program.child.signalCode !== 'SIGKILL' || ++deaths > 1) throw error ?? new Error('died twice');
      await s.world.restart({});
      await s.sim.post('clock', { to: s.world.now });
    };
    const boot = await commits(s.world.server), openid = await fan(s, FANS[0], revive), until = s.world.now + 5 * HOUR;
    for (let done = false; !done;) {
      try {
        await s.world.advance(until - s.world.now);
        done = true;
      } catch (error) {
        await revive(error);
      }
    }
    const [customer] = await s.api.rows('customers?expr=oa_fan');
    const kinds = (await s.api.rows(`customers/${customer.id}/timeline`)).map((line) => line.kind);
    const counted = Object.fromEntries(['journey.entered', 'journey.left', 'verb.ended'].map((kind) => [kind, kinds.filter((one) => one === kind).length]));
    return { boot, commits: await commits(s.world.server), deaths, said: await told(s, openid), counted };
  } finally {
    await s.world.stop();
  }
}

test('wherever the process is killed, she walks once and is told every thing once', async () => {
  const calm = await walk();
  assert.deepEqual(calm.said, [0, 1, 2]);
  assert.deepEqual(calm.counted, { 'journey.entered': 1, 'journey.left': 1, 'verb.ended': 3 });
  for (const point of ['store.commit', 'store.committed']) {
    for (let i = 0; i < POINTS; i++) {
      const n = calm.boot + 1 + Math.floor(((i + 0.5) * 0.9 * (calm.commits - calm.boot)) / POINTS), ended = await walk(`${point}:${n}:crash`);
      assert.equal(ended.deaths, 1, `${point}:${n} of ${calm.commits}`);
      assert.deepEqual(ended.counted, calm.counted, `${point}:${n}`);
      // Dead between the durable "now I call" and the call, by whichever thread: the platform takes no number of ours, so it
      // is never said again.
      const missing = calm.said.filter((one) => !ended.said.includes(one));
      assert.equal(new Set(ended.said).size, ended.said.length, `${point}:${n} told ${ended.said}`);
      assert.ok(missing.length <= 1, `${point}:${n} told ${ended.said}`);
    }
  }
});
