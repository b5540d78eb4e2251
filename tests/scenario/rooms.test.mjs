// Staff on their phones, customer service that answers by itself, a live room and a calendar, with real processes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedWorld, request, Console, HOUR, MINUTE, SECOND } from './lib.mjs';

let world, server, sim, api, slug;

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  slug = world.callback.split('/').at(-1);
});
after(() => world?.stop());

/** A member of staff comes in by WeCom's login, as the browser would walk. */
async function byWecom(userid) {
  const jar = new Map();
  const walk = async (path) => {
    const answer = await request(server.to, 'GET', path, undefined, { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0].split('=');
      jar.set(name, value);
    }
    return answer;
  };
  const start = await walk(`/h5/api/guest/staff?corp=${slug}&return=/h5/work`);
  const back = await request(sim.to, 'GET', `/connect/oauth2/authorize?${new URL(start.headers.location).searchParams}&sim_person=${userid}`);
  const returned = new URL(back.headers.location);
  const end = await walk(returned.pathname + returned.search);
  return { end, walk };
}

test('staff come in by WeCom when the setting lets them, and see their own customers alone', async () => {
  assert.equal((await byWecom('zhangli')).end.status, 403);
  await api.put('settings/guest.staff_login', { value: '1' });
  const { end, walk } = await byWecom('zhangli');
  assert.equal(end.status, 302);
  assert.equal(end.headers.location, '/h5/work');
  const mine = await sim.post('scan', { userid: 'zhangli', person: { name: '自己的' }, skip_verify: true });
  const theirs = await sim.post('scan', { userid: 'chenjing', person: { name: '别人的' }, skip_verify: true });
  await world.advance(MINUTE);
  const who = async (x) => (await walk(`/api/v1/sidebar/customer?external_userid=${x.external_userid}`)).json.state;
  assert.equal(await who(mine), 'known');
  assert.equal(await who(theirs), 'foreign');
  const sign = await walk(`/api/v1/sidebar/sign?url=${encodeURIComponent(`http://${server.addr}/h5/sidebar`)}`);
  assert.equal(sign.status, 200, sign.text);
  assert.equal(sign.json.corpid, sim.corpid);
  assert.match(sign.json.signature, /^[0-9a-f]{40}$/);
  await sim.post('delete', { who: 'customer', userid: 'zhangli', external_userid: mine.external_userid });
  await world.advance(MINUTE);
  assert.equal((await walk('/api/v1/work/lost')).json.data.length, 1);
});

test('customer service answers by keyword within a second, once, also when WeCom tells twice', async () => {
  const { open_kfid } = await sim.post('kf', { name: '小鱼客服' });
  await api.post('keywords', { name: '物流', words: ['物流信息', '快递'], answer: '48 小时内发货', use_kf: true, enabled: true }, 201);
  await api.post('kf-accounts/refresh', {}, 204);
  await api.put(`kf-accounts/${open_kfid}`, { answers: true });
  const answers = async () => (await sim.log()).filter((line) => line.kind === 'message' && line.api === 'kf/send_msg');
  await sim.post('fault', { kind: 'dup_callback', api: 'kf_msg_or_event', count: 1 });
  const asked = world.now;
  await sim.post('kf/say', { open_kfid, external_userid: 'wmKfVisitor', text: '请问物流信息在哪看' });
  await world.advance(SECOND);
  const sent = await answers();
  assert.equal(sent.length, 1);
  assert.equal(sent[0].params.text, '48 小时内发货');
  assert.ok(sent[0].time - asked <= SECOND, `answered after ${sent[0].time - asked} ms`);
  await sim.post('kf/say', { open_kfid, external_userid: 'wmKfVisitor', text: '你好' });
  await world.advance(MINUTE);
  assert.equal((await answers()).length, 1, 'nothing is said where no rule hits');
  const log = (await api.get('keywords/log')).data;
  assert.deepEqual(log.map((line) => line.state), ['none', 'sent']);
  assert.ok(log[1].took_ms <= SECOND);
});

test('a tag rule hears what is written to customer service, once and in history', async () => {
  const group = await api.post('tag-groups', { name: '售后', tags: ['要退款', '问过物流'] }, 201);
  const tags = (await api.get('tag-groups')).data.find((g) => g.id === group.id).tags;
  const [refund, parcel] = ['要退款', '问过物流'].map((name) => tags.find((t) => t.name === name).id);
  const rule = await api.post('tag-rules', { name: '要退款', put: [refund], when: { type: 'keyword', keywords: ['退款'], events: ['kf.wrote'] } }, 201);
  await api.post(`tag-rules/${rule.id}/on`);
  await world.advance(SECOND);
  const [account] = (await api.get('kf-accounts')).data;
  await sim.post('fault', { kind: 'dup_callback', api: 'kf_msg_or_event', count: 1 });
  await sim.post('kf/say', { open_kfid: account.open_kfid, external_userid: 'wmKfRefund', text: '我要退款' });
  await world.advance(MINUTE);
  const marked = async (name) => (await api.get(`customers?expr=${encodeURIComponent(`tag:"${name}"`)}`)).data;
  assert.equal((await marked('要退款')).length, 1);
  assert.equal((await api.get(`tag-rules/${rule.id}/hits`)).data.length, 1);
  // What she asked an hour ago is found by a rule of today.
  const old = await api.post('tag-rules', { name: '问过物流', put: [parcel], when: { type: 'keyword', keywords: ['物流信息'], events: ['kf.wrote'] } }, 201);
  const run = await api.post(`tag-rules/${old.id}/runs`, { from: new Date(world.now - 24 * HOUR).toISOString().slice(0, 10) }, 202);
  await world.advance(MINUTE);
  assert.equal((await api.get(`tag-rules/${old.id}/runs/${run.id}`)).people, 1);
});

test('an answer whose reply was lost is not sent twice', async () => {
  const [account] = (await api.get('kf-accounts')).data;
  const before = (await sim.log()).filter((line) => line.kind === 'message' && line.api === 'kf/send_msg').length;
  await sim.fault('lost_reply', { api: 'kf/send_msg', count: 1 });
  await sim.post('kf/say', { open_kfid: account.open_kfid, external_userid: 'wmKfOther', text: '快递' });
  await world.advance(HOUR);
  assert.equal((await sim.log()).filter((line) => line.kind === 'message' && line.api === 'kf/send_msg').length, before + 1);
  assert.equal((await api.get('keywords/log?limit=1')).data[0].state, 'sent');
});

test('who watched a live room long enough is tagged', async () => {
  const friend = await sim.post('scan', { userid: 'zhangli', person: { name: '看直播的' }, skip_verify: true });
  await world.advance(MINUTE);
  const group = await api.post('tag-groups', { name: '直播场次', tags: ['看过育儿课'] }, 201);
  const tag = (await api.get('tag-groups')).data.find((g) => g.id === group.id).tags[0];
  const anchor = (await api.rows('staff')).find((s) => s.userid === 'zhangli' || s.name.includes('张'));
  const room = await api.post('livings', { theme: '育儿课', anchor: anchor.id, starts_ms: world.now + HOUR, minutes: 30, tag: tag.id, tag_minutes: 10 }, 201);
  const made = (await sim.log()).find((line) => line.api === 'living/create');
  const livingid = made.result.livingid;
  await sim.post('living', { livingid, act: 'watch', external_userid: friend.external_userid, seconds: 900 });
  await sim.post('living', { livingid, act: 'end' });
  await world.advance(MINUTE);
  const seen = await api.get(`livings/${room.id}`);
  assert.deepEqual([seen.state, Number(seen.viewers)], ['ended', 1]);
  const [viewer] = (await api.get(`livings/${room.id}/viewers`)).data;
  assert.deepEqual([viewer.name, Number(viewer.seconds)], ['看直播的', 900]);
  assert.ok((await api.get(`customers/${viewer.customer_id}`)).tags.some((x) => x.name === '看过育儿课'));
});

test('a plan that the groups\' quota does not hold is refused, or posted from the toolbar', async () => {
  const [owner] = await api.rows('staff');
  await api.put('settings/calendar.quota', { value: 'day' });
  const entry = { title: '早安', way: 'group_mass', repeat: 'daily', at_minute: 540, first_day: '2026-09-01', owners: [owner.id] };
  await api.post('calendar/entries', entry, 201);
  assert.equal((await api.ask('POST', 'calendar/entries', { ...entry, at_minute: 900 })).status, 409);
  await api.post('calendar/entries', { ...entry, at_minute: 900, degrade: true }, 201);
  const day = await api.get('calendar?from=2026-09-07&to=2026-09-07');
  assert.deepEqual(day.places.map((p) => [p.way, p.degraded]), [['group_mass', false], ['toolbar', true]]);
});
