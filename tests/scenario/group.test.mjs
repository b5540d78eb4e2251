// A poster on a door: one printed address, the groups behind it fill one after the other, who joins is known, an audience is
// invited and who has not come is a list; the mirror survives lost callbacks and a killed process.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DAY, MINUTE, SECOND, connectedWorld, request } from './lib.mjs';

let world, server, sim, api, staff, first, code;
const staffId = (userid) => staff.find((one) => one.userid === userid).id;
const groups = async (query = '') => api.rows(`groups${query}`);
const groupOf = async (chat) => (await groups('?state=all')).find((one) => one.chat_id === chat);
const friend = async (name, userid) => {
  const made = await sim.post('scan', { userid, skip_verify: true, person: { name } });
  await world.advance(5 * SECOND);
  return made.external_userid;
};
const scanPoster = async (external) => {
  const joins = (await sim.log()).filter((line) => line.api === 'externalcontact/groupchat/add_join_way').at(-1);
  const at = await sim.post('group/join', { config_id: joins.result.config_id, person: external ? { external_userid: external } : { name: '路人' } });
  await world.advance(10 * SECOND);
  return at.chat_id;
};

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  staff = await api.rows('staff');
});
after(() => world?.stop());

test('a group appears with its owner and members some seconds after it was made', async () => {
  first = (await sim.post('group/make', { userid: 'zhangli', name: '静安福利1群', people: 6 })).chat_id;
  await world.advance(10 * SECOND);
  const group = await groupOf(first);
  assert.equal(group.owner, staffId('zhangli'));
  assert.equal(group.members, 7);
  assert.equal(group.state, 'living');
  assert.equal((await api.get(`groups/${group.id}/members`)).members.length, 7);
});

test('the printed address shows the picture and the offer, and the next group takes over at the threshold', async () => {
  const second = (await sim.post('group/make', { userid: 'chenjing', name: '静安福利2群' })).chat_id;
  await world.advance(10 * SECOND);
  const made = await api.post('groupcodes', {
    name: '门口海报', group_ids: [(await groupOf(first)).id, (await groupOf(second)).id], threshold: 8, offer: '进群领 10 元券', link: 'https://shop.example/coupon',
  }, 202);
  await world.advance(5 * SECOND);
  code = await api.get(`groupcodes/${made.id}`);
  assert.equal(code.state, 'active');
  const page = await request(server.to, 'GET', new URL(code.url).pathname);
  assert.equal(page.status, 200);
  assert.ok(page.text.includes('进群领 10 元券') && page.text.includes(code.qr_url) && page.text.includes('https://shop.example/coupon'));
  assert.equal(await scanPoster(), first); // the eighth
  assert.equal(await scanPoster(), second);
  const now = await api.get(`groupcodes/${made.id}`);
  assert.equal(now.url, code.url);
  assert.equal(now.joined, 2);
  assert.deepEqual(now.groups.map((one) => one.lent), [false, true]);
  assert.equal(now.low, true); // six places left and no further group
});

test('an audience is invited: asked, sent, joined and not joined are kept apart', async () => {
  const her = await friend('阮棠妈妈', 'zhangli'), other = await friend('苏杭', 'zhangli');
  const ids = code.groups.map((one) => one.id);
  const invite = await api.post('group-invites', { name: '请好友进群', expr: 'friend = true', link: code.url, key: code.key, group_ids: ids }, 201);
  await world.advance(MINUTE);
  const people = async (state) => (await api.rows(`group-invites/${invite.id}/people?state=${state}`)).map((one) => one.name);
  assert.deepEqual((await people('asked')).sort(), ['苏杭', '阮棠妈妈'].sort());
  const listed = await api.rows(`group-invites/${invite.id}/people?state=asked`);
  await api.post(`group-invites/${invite.id}/mark`, { customer_ids: listed.map((one) => one.customer_id), state: 'sent' }, 204);
  await scanPoster(her);
  assert.deepEqual(await people('joined'), ['阮棠妈妈']);
  assert.deepEqual(await people('sent'), ['苏杭']);
  const customer = (await api.get(`customers?q=${encodeURIComponent('阮棠妈妈')}`)).data[0];
  assert.ok((await api.rows(`customers/${customer.id}/timeline`)).some((row) => row.kind === 'group.joined'));
  assert.equal((await api.post('audience/count', { expr: 'groups >= 1' })).count, 1);
  assert.ok(other);
});

test('callbacks that never come and a process that dies leave the mirror right by the next morning', async () => {
  await sim.post('fault', { kind: 'drop_callback', api: 'change_external_chat', count: 1000 });
  const lost = (await sim.post('group/make', { userid: 'zhangli', name: '没有通知的群', people: 3 })).chat_id;
  await sim.post('group/dissolve', { chat_id: first });
  await sim.post('fault', { clear: true });
  await server.program.stop('SIGKILL');
  await world.restart();
  await world.advance(DAY);
  api = await world.server.admin();
  assert.equal((await groupOf(lost)).members, 4);
  assert.equal((await groupOf(first)).state, 'dissolved');
  assert.deepEqual((await groups()).filter((one) => one.chat_id === first), []);
});
