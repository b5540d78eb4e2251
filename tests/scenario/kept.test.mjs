// Nobody lost: a leaver's customers go over with their tags, deletions are told, payments and members stand on one
// person, and another system follows all of it by a cursor that outlives a crash.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUR, MINUTE, SECOND, connectedWorld, request } from './lib.mjs';

let world, server, sim, api, key;
const outside = {};

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  for (const name of ['小雨', '小雪', '小风']) outside[name] = (await sim.post('scan', { userid: 'linna', skip_verify: true, person: { name } })).external_userid;
  await sim.post('scan', { userid: 'yangmin', skip_verify: true, person: { name: '别人' } });
  await world.advance(MINUTE);
  key = (await api.post('api-keys', { name: 'CDP', perms: ['change.read', 'change.write', 'order.import', 'customer.read', 'customer.write'] }, 201)).key;
});
after(() => world?.stop());

const asKey = (method, path, body) => request(server.to, method, `/api/v1/${path}`, body, { authorization: `Bearer ${key}` });
const staffId = async (userid) => (await api.rows('staff')).find((s) => s.userid === userid).id;
const named = async (name) => (await api.rows('customers')).find((c) => c.name === name);

async function follow(cursor = '', more = '') {
  const changes = [];
  for (;;) {
    const answer = await asKey('GET', `changes?limit=100${more}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    assert.equal(answer.status, 200, answer.text);
    changes.push(...answer.json.changes);
    cursor = answer.json.cursor;
    if (!answer.json.more) return { changes, cursor };
  }
}

test('the customers of a leaver go to her colleague, with their tags, and nothing is counted', async () => {
  const rain = await named('小雨');
  const group = (await api.post('tag-groups', { name: '自有', tags: ['老客'], sync: true }, 201)).id;
  await world.advance(10 * SECOND);
  const tag = (await api.get('tag-groups')).data.find((g) => g.id === group).tags[0];
  await api.post(`customers/${rain.id}/tags`, { add: [tag.id], remove: [] });
  await world.advance(MINUTE);
  await sim.post('staff', { userid: 'linna', left: true });
  await world.advance(MINUTE);
  const left = (await api.get('inherit/leavers')).data;
  assert.deepEqual(left.map((l) => [l.id, l.customers]), [[await staffId('linna'), 3]]);
  const made = await api.post('inherits', { kind: 'resigned', rule: 'one', giver_ids: [await staffId('linna')], taker_ids: [await staffId('yangmin')] }, 202);
  await world.advance(MINUTE);
  const planned = await api.get(`inherits/${made.id}`);
  assert.equal(planned.state, 'planned');
  assert.equal(planned.total, 3);
  assert.equal(planned.rules.wait_hours, 24);
  assert.ok(!(await sim.log()).some((line) => /transfer_customer/.test(line.api)), 'nothing was asked before the start');
  await api.post(`inherits/${made.id}/start`);
  await world.advance(MINUTE);
  const waiting = await api.rows(`inherits/${made.id}/customers?state=waiting`);
  assert.equal(waiting.length, 3);
  assert.ok(waiting.every((row) => row.due_ms > row.asked_ms));
  await world.advance(25 * HOUR);
  api = await server.admin(); // a session does not outlive a day without use
  const done = await api.get(`inherits/${made.id}`);
  assert.equal(done.state, 'done');
  assert.deepEqual(done.pairs.map((p) => [p.taker.name, p.state, p.n]), [['杨敏', 'done', 3]]);
  const there = await sim.post('tags_of', { external_userid: outside['小雨'] });
  assert.deepEqual(there.relations, [{ userid: 'yangmin', tag: '老客' }]);
  const home = await api.get('home');
  assert.equal(home.days.reduce((sum, day) => sum + (day.lost ?? 0) + (day.staff_deleted ?? 0), 0), 0);
  assert.equal(home.days.reduce((sum, day) => sum + (day.added ?? 0), 0), 4);
  assert.equal((await api.get('deletions')).data.length, 0, 'going over is no deletion');
});

test('who deletes whom is listed in both directions', async () => {
  await sim.post('delete', { who: 'customer', userid: 'yangmin', external_userid: outside['小雪'] });
  await sim.post('delete', { who: 'staff', userid: 'yangmin', external_userid: outside['小风'] });
  await world.advance(MINUTE);
  assert.deepEqual((await api.rows('deletions')).map((d) => [d.who, d.customer_name]).sort(), [['customer', '小雪'], ['staff', '小风']]);
});

test('registered at the till, paid at the till and by receipt: one person', async () => {
  const registered = await asKey('POST', 'members', { phone: '13800138000', proof: 'till', name: '会员' });
  assert.equal(registered.status, 200, registered.text);
  const { member_no, customer_id } = registered.json;
  const told = await asKey('POST', 'payments', { payments: [{ payment_no: 'P1', amount: 1290, paid_ms: world.now, member_no, store: '一店' }] });
  assert.equal(told.status, 202, told.text);
  await asKey('POST', 'payments', { payments: [{ payment_no: 'P1', amount: 1290, paid_ms: world.now, member_no, store: '一店' }] });
  await asKey('POST', 'payments', { payments: [{ payment_no: 'P2', amount: 500, paid_ms: world.now }] });
  await world.advance(MINUTE);
  assert.deepEqual((await api.rows('payments?source=pos')).map((p) => [p.payment_no, p.amount, p.customer_id]), [['P1', 1290, customer_id]]);
  assert.deepEqual((await api.rows('unmatched-orders?source=pos')).map((o) => o.order_no), ['P2']);
  assert.equal((await asKey('GET', `members/lookup?member_no=${member_no}`)).json.customer_id, customer_id);
  const bad = await asKey('POST', 'payments', { payments: [{ payment_no: 'P3', amount: 5, refunded: 6, paid_ms: world.now }] });
  assert.equal(bad.status, 422);
  assert.match(bad.json.detail, /P3/);
});

test('another system follows by a cursor over a crash, and puts tags on that do not come back to it', async () => {
  const first = await follow();
  assert.ok(first.changes.some((c) => c.kind === 'tag.marked' && c.tag.name === '老客'));
  assert.ok(!first.changes.some((c) => c.kind === 'member.issued'), 'what this key did itself is no news to it');
  assert.equal((await follow('', '&own=true')).changes.filter((c) => c.kind === 'member.issued').length, 1);
  assert.equal(new Set(first.changes.map((c) => c.id)).size, first.changes.length, 'each once');
  const wind = await named('别人');
  const put = await asKey('POST', 'changes/tags', { changes: [{ customer_id: wind.id, tag: '自有/老客', op: 'add' }, { phone: '13900000000', tag: '老客', op: 'add' }] });
  assert.deepEqual(put.json.results.map((r) => r.state), ['changed', 'nobody']);
  await world.advance(MINUTE);
  server.program.child.kill('SIGKILL');
  server = await world.restart();
  api = await server.admin();
  await world.advance(MINUTE);
  const next = await follow(first.cursor);
  assert.ok(!next.changes.some((c) => c.kind === 'tag.marked'), 'its own change is no news to it');
  assert.equal((await follow(next.cursor)).changes.length, 0);
  const wrong = await asKey('GET', 'changes?cursor=c1.1.0.0~x');
  assert.equal(wrong.status, 422);
});
