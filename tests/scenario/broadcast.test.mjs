// One message to many through their advisors: planned, created, confirmed, delivered, refused, bought are six numbers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND, connectedWorld, runJson, tempDir } from './lib.mjs';

const CONTENT = { text: '会员日到啦，奶粉第二件半价', link: { title: '会员日', url: 'https://shop.example/day', desc: '仅限本周' } };

let world, server, sim, api, staff;
const met = { zhangli: [], chenjing: [] };
const idOf = (userid) => staff.find((one) => one.userid === userid).id;

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  staff = await api.rows('staff');
  for (const [userid, n] of [['zhangli', 6], ['chenjing', 4]]) {
    for (let i = 0; i < n; i++) met[userid].push(await sim.post('scan', { userid, skip_verify: true, person: { name: `${userid}的${i}` } }));
  }
  await world.advance(MINUTE);
});
after(() => world?.stop());

const confirm = async (msgid, userid) => sim.post('task/confirm', { msgid, userid });
const tasksOf = async (from = 0) => (await sim.log()).slice(from).filter((line) => line.kind === 'api' && line.api === 'externalcontact/add_msg_template');
const arrived = async (from = 0) => (await sim.log()).slice(from).filter((line) => line.kind === 'message' && line.api === 'mass.delivered');
const taskOf = (tasks, userid) => tasks.find((line) => line.params.sender === userid).result.msgid;
const figures = async (id) => {
  const { counts } = await api.get(`broadcasts/${id}`);
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Number(value)]));
};
const people = (id, figure) => api.rows(`broadcasts/${id}/people?figure=${figure}`);

/** Caps on how often somebody is written to are over, and so is the session. */
async function weekLater() {
  await world.advance(8 * DAY);
  api = await server.admin();
}

async function make(name, expr, more = {}) {
  const preview = await api.post('broadcasts/preview', { expr, content: CONTENT });
  const made = await api.post('broadcasts', { name, expr, content: CONTENT, confirm_count: preview.total, ...more }, 202);
  await world.advance(MINUTE);
  return { id: made.id, preview };
}

test('a broadcast, from the preview to what was bought', async () => {
  const preview = await api.post('broadcasts/preview', { expr: 'friend', content: CONTENT });
  assert.deepEqual([preview.people, preview.reachable, preview.total], [10, 10, 10]);
  assert.deepEqual(Object.fromEntries(preview.advisors.map((row) => [row.name, row.count])), { 张莉: 6, 陈静: 4 });
  assert.equal((await api.ask('POST', 'broadcasts', { name: '数错了', expr: 'friend', content: CONTENT, confirm_count: 9 })).status, 409);

  const order = { name: '会员日', expr: 'friend', content: CONTENT, confirm_count: 10 };
  const key = { 'idempotency-key': 'broadcast-day-1' };
  const [first, second] = [await api.ask('POST', 'broadcasts', order, key), await api.ask('POST', 'broadcasts', order, key)];
  assert.equal(first.status, 202, first.text);
  assert.equal(second.json.id, first.json.id, 'pressed twice is once');
  const { id } = first.json;
  await world.advance(MINUTE);
  const tasks = await tasksOf();
  assert.deepEqual(tasks.map((line) => [line.params.sender, line.params.external_userid.length]).sort(), [['chenjing', 4], ['zhangli', 6]]);
  let now = await figures(id);
  assert.deepEqual([now.planned, now.created, now.confirmed, now.delivered], [10, 10, 0, 0]);
  assert.equal((await api.get(`broadcasts/${id}`)).state, 'open');

  const again = await api.post('broadcasts/preview', { expr: 'friend', content: CONTENT });
  assert.equal(again.total, 0, 'nobody stands in two open broadcasts');
  assert.equal(again.people, again.total + again.excluded.reduce((sum, row) => sum + row.count, 0));

  await sim.post('corp', { quota: 'day' });
  await sim.post('task/personal', { userid: 'chenjing', external_userid: [met.chenjing[0].external_userid] });
  await sim.post('delete', { who: 'customer', userid: 'zhangli', external_userid: met.zhangli[0].external_userid });
  const before = (await sim.log()).length;
  await confirm(taskOf(tasks, 'zhangli'), 'zhangli');
  await world.advance(10 * MINUTE);
  now = await figures(id);
  assert.deepEqual([now.confirmed, now.delivered, now.refused_not_friend, now.refused_quota], [6, 5, 1, 0]);

  let rows = Object.fromEntries((await api.get(`broadcasts/${id}/advisors`)).data.map((row) => [row.name, row]));
  assert.equal(rows.张莉.sent, 5);
  assert.equal(rows.张莉.not_executed_since_ms, null);
  assert.ok(rows.陈静.not_executed_since_ms);
  assert.equal(rows.陈静.reminders_left, 3);
  for (let i = 0; i < 3; i++) {
    await api.post(`broadcasts/${id}/remind`, { staff_id: idOf('chenjing') });
    await world.advance(MINUTE);
  }
  assert.equal((await api.ask('POST', `broadcasts/${id}/remind`, { staff_id: idOf('chenjing') })).status, 409, 'three in 24 hours');
  assert.equal((await sim.log()).slice(before).filter((line) => line.kind === 'api' && /remind/.test(line.api)).length, 3);

  await confirm(taskOf(tasks, 'chenjing'), 'chenjing');
  await world.advance(10 * MINUTE);
  now = await figures(id);
  assert.deepEqual([now.confirmed, now.delivered, now.refused_not_friend, now.refused_quota], [10, 8, 1, 1]);
  rows = Object.fromEntries((await api.get(`broadcasts/${id}/advisors`)).data.map((row) => [row.name, row]));
  assert.deepEqual([rows.陈静.to_send, rows.陈静.sent, rows.陈静.refused_quota], [4, 3, 1]);

  const messages = await arrived(before), receivers = messages.map((line) => line.params.external_userid);
  assert.equal(receivers.length, 8);
  assert.equal(new Set(receivers).size, 8, 'each person once');

  const path = join(tempDir(), 'after.csv');
  const when = new Date(world.now + 8 * HOUR + HOUR).toISOString().slice(0, 19).replace('T', ' ');
  writeFileSync(path, `订单号,unionid,付款时间,实付金额\nB-1,${met.zhangli[2].unionid},${when},199.00\n`);
  await world.advance(2 * HOUR);
  assert.equal((await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir])).orders, 1);
  await world.advance(MINUTE);
  now = await figures(id);
  assert.deepEqual([now.bought, now.revenue], [1, 19900]);

  for (const [figure, n] of Object.entries({ planned: 10, created: 10, confirmed: 10, delivered: 8, refused: 2, bought: 1, excluded: 0 })) {
    assert.equal((await people(id, figure)).length, n, `the number ${figure} opens its list`);
  }
  assert.ok((await people(id, 'refused')).every((row) => row.reason));
  const reached = (await api.get('customers?limit=100')).data.filter((row) => row.last_reached_ms);
  assert.equal(reached.length, 9, 'whom a member wrote to by a mass send of her own is reached too');
  assert.equal((await api.post('audience/count', { expr: 'last_reached >= -7d' })).count, 9);
});

test('what nobody confirms expires, visibly', async () => {
  await weekLater();
  const from = (await sim.log()).length;
  const { id, preview } = await make('没人执行', 'friend');
  assert.ok(preview.total > 0);
  await world.advance(5 * HOUR);
  const now = await figures(id);
  assert.deepEqual([now.planned, now.delivered, now.expired], [preview.total, 0, preview.total]);
  assert.equal((await api.get(`broadcasts/${id}`)).state, 'closed');
  assert.equal((await arrived(from)).length, 0);
});

test('a task whose reply was lost is found again, never made twice', async () => {
  await weekLater();
  const from = (await sim.log()).length;
  await sim.fault('lost_reply', { api: 'externalcontact/add_msg_template' });
  const { id, preview } = await make('回执丢失', 'friend');
  await world.advance(5 * MINUTE);
  const tasks = await tasksOf(from);
  assert.deepEqual(tasks.map((line) => line.params.sender).sort(), ['chenjing', 'zhangli']);
  for (const line of tasks) await confirm(line.result.msgid, line.params.sender);
  await world.advance(10 * MINUTE);
  const now = await figures(id);
  assert.deepEqual([now.planned, now.created, now.delivered, now.unknown], [preview.total, preview.total, preview.total, 0]);
  assert.equal((await arrived(from)).length, preview.total);
});

test('cancelling stops what was not confirmed; what was sent stays sent', async () => {
  await weekLater();
  const from = (await sim.log()).length;
  const { id } = await make('取消', 'friend');
  const tasks = await tasksOf(from);
  await confirm(taskOf(tasks, 'zhangli'), 'zhangli');
  await world.advance(10 * MINUTE);
  await api.post(`broadcasts/${id}/cancel`);
  await world.advance(10 * MINUTE);
  const refused = await sim.post('task/confirm', { msgid: taskOf(tasks, 'chenjing'), userid: 'chenjing' }, 400);
  assert.match(refused.error, /nothing to confirm/);
  const now = await figures(id);
  assert.equal(now.delivered, (await arrived(from)).length);
  assert.equal((await api.get(`broadcasts/${id}`)).state, 'cancelled');
});
