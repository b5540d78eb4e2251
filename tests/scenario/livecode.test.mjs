// Live codes of three kinds as an operator runs them: the rota, a relay page, an advertisement's key, a leaver.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY, MINUTE, SECOND, connectedWorld, request } from './lib.mjs';

let world, server, sim, api, staff;
const idOf = (userid) => staff.find((one) => one.userid === userid).id;
const logged = async (part) => (await sim.log()).filter((line) => (line.api ?? '').endsWith(part));

async function make(body) {
  const made = await api.post('livecodes', { skip_verify: true, tag_ids: [], welcome: { text: '你好' }, ...body }, 202);
  await world.advance(SECOND);
  const code = await api.get(`livecodes/${made.id}`);
  assert.equal(code.state, 'active', JSON.stringify(code));
  return code;
}
const pathOf = (url) => new URL(url).pathname;
const open = (url) => request(server.to, 'GET', pathOf(url));
const customerOf = async (name) => (await api.get(`customers?q=${encodeURIComponent(name)}`)).data[0];

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  staff = await api.rows('staff');
});
after(() => world?.stop());

test('a relay code shows its members by weight and counts visits', async () => {
  const code = await make({
    name: '门口立牌', kind: 'relay', spot: '门口', staff_ids: [idOf('zhangli'), idOf('chenjing')],
    plan: { members: [{ staff: idOf('zhangli'), weight: 3, cap: 0, backup: false }, { staff: idOf('chenjing'), weight: 1, cap: 0, backup: false }] },
  });
  assert.match(code.url, /\/d\/[a-z2-9]{10}$/);
  const seen = {}, answered = async () => Number(/requests_total\{class="2xx"\} (\d+)/.exec((await request(server.local, 'GET', '/metrics')).text)[1]);
  const before = await answered();
  for (let i = 0; i < 8; i++) {
    const page = await open(code.url);
    assert.equal(page.status, 200);
    const name = /<p>([^<]+)<\/p><img/.exec(page.text)[1];
    seen[name] = (seen[name] ?? 0) + 1;
  }
  assert.deepEqual(Object.values(seen).sort(), [2, 6]);
  assert.ok(await answered() >= before + 8, 'visits stand in the metrics');
  assert.equal(server.log.split('route=/d/').length - 1 >= 8, true, 'and in the log');
  assert.ok(!server.log.includes(pathOf(code.url)), 'without the key');
  await world.advance(2 * MINUTE);
  assert.equal((await api.get(`livecodes/${code.id}`)).visits, 8);
  const stats = await api.get(`livecode-stats?by=spot&from=2026-01-01&to=2026-12-31`);
  assert.ok(Array.isArray(stats.rows));
});

test('an advertisement is told apart by its key, with its parameters whole', async () => {
  const code = await make({ name: '投放链接', kind: 'link', staff_ids: [idOf('zhangli')] });
  const params = JSON.stringify({ plan: 'A', creative: '9931', click: 'x'.repeat(500) });
  const key = await api.post(`livecodes/${code.id}/keys`, { params }, 201);
  const page = await open(key.url);
  assert.equal(page.status, 302);
  const target = new URL(page.headers.location);
  const channel = target.searchParams.get('customer_channel');
  assert.ok(channel.endsWith(`.${key.key}`) && channel.length <= 64, channel);
  const link = (await logged('create_link')).at(-1).result.link.link_id;
  await sim.post('scan', { config_id: link, customer_channel: channel, person: { name: '广告来的人' } });
  await world.advance(MINUTE);
  const her = await customerOf('广告来的人');
  const came = (await api.rows(`customers/${her.id}/timeline?kinds=livecode.`)).find((row) => row.kind === 'livecode.came');
  assert.ok(came, 'she came by it');
  assert.equal((await api.get(`livecodes/${code.id}`)).adds, 1);
});

test('who leaves serves no code, and a code nobody can answer raises an alarm', async () => {
  const code = await make({ name: '独自接待', staff_ids: [idOf('chenjing')] });
  await sim.post('staff', { userid: 'chenjing', left: true });
  await world.advance(MINUTE);
  assert.equal((await api.get(`livecodes/${code.id}`)).alarm, 'no_staff');
  assert.ok((await api.rows('livecodes?alarm=true')).some((one) => one.id === code.id));
  const relay = (await api.rows('livecodes')).find((one) => one.name === '门口立牌');
  assert.deepEqual(relay.serving.map((one) => one.id), [idOf('zhangli')]);
});

test('a shift ends and the next member answers', async () => {
  const half = (from, to, userid) => ({ days: 127, from, to, staff: [idOf(userid)] });
  const code = await make({ name: '早晚班', staff_ids: [idOf('zhangli'), idOf('liangyu')] });
  const answer = await api.ask('PUT', `livecodes/${code.id}`, {
    name: code.name, skip_verify: true, tag_ids: [], staff_ids: [idOf('zhangli'), idOf('liangyu')], welcome: { text: '你好' },
    plan: { shifts: [half(0, 720, 'zhangli'), half(720, 1440, 'liangyu')] },
  }, { 'if-match': `"${code.version}"` });
  assert.equal(answer.status, 200, answer.text);
  await world.advance(SECOND);
  const before = (await logged('update_contact_way')).length;
  await world.advance(DAY);
  const told = (await logged('update_contact_way')).slice(before).map((line) => line.params.user);
  assert.ok(told.length >= 2, `${told.length} updates a day`);
  assert.ok(told.every((users) => users.length === 1));
  assert.ok(told.some((users) => users[0] === 'zhangli') && told.some((users) => users[0] === 'liangyu'));
});
