// A plan of three touches over real channels: a broadcast, a Moment the next day, a broadcast the day after. One person buys
// between the first and the second; the program is stopped and started between them. She sees no more of it.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DAY, HOUR, MINUTE, connectedWorld, runJson, tempDir } from './lib.mjs';

let world, server, sim, api;
const met = [];

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  for (let i = 0; i < 5; i++) met.push(await sim.post('scan', { userid: 'zhangli', skip_verify: true, person: { name: `顾客${i}` } }));
  await world.advance(MINUTE);
});
after(() => world?.stop());

const calls = async (name) => (await sim.log()).filter((line) => line.kind === 'api' && line.api === `externalcontact/${name}`);
const figures = async (id, n) => (await api.get(`campaigns/${id}`)).touches[n - 1].figures;
const personOf = async (id, name) => (await api.rows(`campaigns/${id}/people?q=${encodeURIComponent(name)}`))[0];

test('whoever buys between two touches gets no further one, over a restart', async () => {
  const begin = world.now;
  const made = await api.post('campaigns', {
    name: '三触点', expr: 'friend', touches: [
      { channel: 'broadcast', content: { text: '新品预告' }, at_ms: begin + HOUR },
      { channel: 'moment', content: { text: '新品上架' }, at_ms: begin + DAY + HOUR },
      { channel: 'broadcast', content: { text: '最后一天' }, at_ms: begin + 2 * DAY + HOUR },
    ],
  }, 202);
  const { id } = made;
  await world.advance(MINUTE);
  let plan = await api.get(`campaigns/${id}`);
  assert.equal(plan.state, 'planned');
  assert.deepEqual(plan.touches.map((touch) => touch.estimate), [5, 5, 5]);
  assert.deepEqual(plan.cross.filter((row) => row.people), [{ touches: 3, people: 5 }]);
  assert.equal((await calls('add_msg_template')).length, 0, 'nothing goes out before it is started');
  assert.equal((await api.ask('POST', `campaigns/${id}/start`, { confirm_count: 4 })).status, 409);
  await api.post(`campaigns/${id}/start`, { confirm_count: 5 });

  await world.advance(HOUR);
  const [first] = await calls('add_msg_template');
  assert.equal(first.params.external_userid.length, 5);
  await sim.post('task/confirm', { msgid: first.result.msgid, userid: 'zhangli' });
  await world.advance(10 * MINUTE);
  assert.equal((await figures(id, 1)).delivered, 5);

  const path = join(tempDir(), 'after.csv');
  const when = new Date(world.now + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
  writeFileSync(path, `订单号,unionid,付款时间,实付金额\nC-1,${met[2].unionid},${when},199.00\n`);
  assert.equal((await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir])).orders, 1);
  await world.advance(MINUTE);
  let her = await personOf(id, '顾客2');
  assert.deepEqual([her.state, her.reason], ['out', 'bought']);

  await server.stop();
  await world.restart({});
  await world.advance(DAY);
  api = await server.admin();
  assert.equal((await figures(id, 2)).planned, 4, 'the Moment is for the other four');
  const tagged = await calls('add_moment_task');
  assert.equal(tagged.length, 1);
  her = await personOf(id, '顾客2');
  assert.equal(her.marks[1].fate, 'excluded');

  await world.advance(DAY);
  api = await server.admin();
  const all = await calls('add_msg_template');
  assert.equal(all.length, 2);
  assert.equal(all[1].params.external_userid.length, 4);
  assert.ok(!all[1].params.external_userid.includes(met[2].external_userid), 'she who bought is not asked for again');
  plan = await api.get(`campaigns/${id}`);
  assert.deepEqual(plan.left.map((row) => [row.reason, row.count]), [['bought', 1]]);
  assert.equal(plan.bought, 1);
  assert.equal(plan.paid, 19900);
  await world.advance(2 * DAY);
  api = await server.admin();
  assert.equal((await api.get(`campaigns/${id}`)).state, 'ended');
});

test('stopping takes back what nobody has sent', async () => {
  const before = (await calls('add_msg_template')).length, stopped = (await calls('cancel_groupmsg_send')).length;
  await world.advance(8 * DAY);
  api = await server.admin();
  const { id } = await api.post('campaigns', {
    name: '停掉的', expr: 'friend', touches: [
      { channel: 'broadcast', content: { text: '一' }, at_ms: world.now + HOUR }, { channel: 'broadcast', content: { text: '二' }, at_ms: world.now + DAY },
    ],
  }, 202);
  await world.advance(MINUTE);
  const { reached } = await api.get(`campaigns/${id}`);
  await api.post(`campaigns/${id}/start`, { confirm_count: reached });
  await world.advance(HOUR);
  assert.equal((await calls('add_msg_template')).length, before + 1);
  await api.post(`campaigns/${id}/cancel`);
  await world.advance(2 * DAY);
  api = await server.admin();
  const plan = await api.get(`campaigns/${id}`);
  assert.equal(plan.state, 'cancelled');
  assert.deepEqual(plan.touches.map((touch) => touch.state), ['begun', 'cancelled']);
  assert.equal(plan.touches[0].figures.state, 'cancelled');
  assert.equal((await calls('cancel_groupmsg_send')).length, stopped + 1);
});
