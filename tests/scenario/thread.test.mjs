// One customer's way through the pond: a code is scanned, she is known, tagged and welcomed, buys, is found again.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DAY, HOUR, MINUTE, SECOND, connectedWorld, request, runJson, tempDir } from './lib.mjs';

const WELCOME = { text: '欢迎来到小鱼优选', link: { title: '会员中心', url: 'https://shop.example/m', desc: '绑定领礼' } };

let world, server, sim, api, staff, tags, code, way;
const staffNamed = (userid) => staff.find((one) => one.userid === userid);
const tagNamed = (name) => tags.find((one) => one.name === name);

/** A live code, and the contact way it became. */
async function makeCode(of, name, userids, tagNames, welcome = WELCOME) {
  const { sim, api } = of, seen = (await sim.log()).length;
  const people = await api.rows('staff'), all = (await api.rows('tag-groups')).flatMap((group) => group.tags);
  const made = await api.post('livecodes', {
    name, channel: name, skip_verify: true, welcome,
    staff_ids: userids.map((userid) => people.find((one) => one.userid === userid).id), tag_ids: tagNames.map((tag) => all.find((one) => one.name === tag).id),
  }, 202);
  assert.ok(['creating', 'active'].includes(made.state), made.state); // WeCom may have answered already
  await of.world.advance(SECOND);
  const ready = await api.get(`livecodes/${made.id}`);
  assert.equal(ready.state, 'active');
  assert.ok(ready.qr_url);
  const line = (await sim.log()).slice(seen).find((entry) => entry.api === 'externalcontact/add_contact_way');
  return { code: ready, way: line.result.config_id };
}

const scan = (person, config_id = way) => sim.post('scan', { config_id, person });
const customerOf = async (name, of = api) => {
  const found = (await of.get(`customers?q=${encodeURIComponent(name)}`)).data;
  assert.equal(found.length, 1, `one ${name}: ${JSON.stringify(found)}`);
  return found[0];
};
const kinds = async (id, of = api) => (await of.rows(`customers/${id}/timeline`)).map((row) => row.kind);
const welcomesTo = async (external) => (await sim.log()).filter((line) => line.kind === 'message' && line.api.startsWith('welcome') && line.params.external_userid === external).length;
const missed = async (id) => (await api.rows(`customers/${id}/timeline?kinds=welcome.`)).map((row) => [row.kind, row.title]);

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  staff = await api.rows('staff');
  tags = (await api.rows('tag-groups')).flatMap((group) => group.tags);
  ({ code, way } = await makeCode({ world, sim, api }, '门店海报', ['zhangli', 'chenjing'], ['宝妈']));
});
after(() => world?.stop());

test('connecting reads the staff, the stores and the tags there are', async () => {
  const corp = await api.get('corp');
  assert.equal(corp.first_sync.state, 'done');
  assert.equal(staff.length, 24);
  assert.ok(staff.every((one) => one.in_scope && one.status === 'active'));
  assert.equal((await api.rows('departments')).filter((one) => one.is_store).length, 6);
  assert.deepEqual(tags.map((tag) => tag.name).sort(), ['宝妈', '孕期', '宝爸', '祖辈带娃', '0-6月', '6-12月', '1-3岁', '3岁以上', '奶粉', '辅食', '纸尿裤', '玩具早教', '童装', '洗护', '高意向', '中意向', '观望', '金卡', '银卡', '新客'].sort());
});

test('a scan: in the list with tag, channel and advisor; added, tagged, welcomed once', async () => {
  const scanned = await scan({ name: '阮棠妈妈' });
  await world.advance(SECOND);
  const row = await customerOf('阮棠妈妈');
  assert.deepEqual(row.tags.map((tag) => tag.name), ['宝妈']);
  assert.equal(row.channel, '门店海报');
  assert.equal(row.staff.id, staffNamed(scanned.userid).id);
  assert.equal(row.friend, true);
  const told = await kinds(row.id);
  const at = (kind) => told.indexOf(kind);
  for (const kind of ['follow.added', 'tag.marked', 'welcome.sent']) assert.ok(at(kind) >= 0, `${kind} in ${told}`);
  assert.ok(at('welcome.sent') < at('follow.added') && at('tag.marked') < at('follow.added'), 'newest first');
  const [[, title]] = await missed(row.id);
  assert.match(title, /用时 0\.\d 秒/);
  assert.equal(await welcomesTo(scanned.external_userid), 1);
  const marked = (await sim.log()).filter((line) => line.api === 'externalcontact/mark_tag' && line.params.external_userid === scanned.external_userid);
  assert.deepEqual(marked.flatMap((line) => line.params.add_tag), [tagNamed('宝妈').wecom_id]);
  assert.equal((await api.get(`livecodes/${code.id}`)).adds, 1);
});

test('no welcome can be sent: by WeCom\'s own welcome, too late, the chat began first, refused; each says why', async () => {
  const own = await makeCode({ world, sim, api }, '高珊的码', ['gaoshan'], []);
  await scan({ name: '无码一' }, own.way);
  await world.advance(SECOND);
  assert.deepEqual((await missed((await customerOf('无码一')).id)).map(([kind]) => kind), ['welcome.missed']);
  assert.match((await missed((await customerOf('无码一')).id))[0][1], /没有给出欢迎码/);

  await sim.fault('reorder', { api: 'add_external_contact', code: 25 * SECOND });
  const late = await scan({ name: '太迟二' });
  await world.advance(MINUTE);
  assert.match((await missed((await customerOf('太迟二')).id))[0][1], /20 秒/);
  assert.equal(await welcomesTo(late.external_userid), 0);

  await sim.fault('reorder', { api: 'add_external_contact', code: 5 * SECOND });
  const chatted = await scan({ name: '先聊三' });
  await sim.post('chat', { userid: chatted.userid, external_userid: chatted.external_userid });
  await world.advance(MINUTE);
  assert.match((await missed((await customerOf('先聊三')).id))[0][1], /会话|先发送/);

  await sim.fault('errcode', { api: 'externalcontact/send_welcome_msg', code: 40201 });
  await scan({ name: '被拒四' });
  await world.advance(MINUTE);
  assert.deepEqual((await missed((await customerOf('被拒四')).id)).map(([kind]) => kind), ['welcome.missed']);

  const sums = await api.get(`livecodes/${code.id}/welcomes`);
  assert.deepEqual([sums.sent, sums.expired, sums.answered_first, sums.refused], [1, 1, 1, 1]);
  assert.equal((await api.get(`livecodes/${own.code.id}/welcomes`)).none_given, 1);
});

test('a welcome whose reply was lost is not sent again', async () => {
  await sim.fault('lost_reply', { api: 'externalcontact/send_welcome_msg' });
  const scanned = await scan({ name: '失联五' });
  await world.advance(5 * MINUTE);
  assert.equal(await welcomesTo(scanned.external_userid), 1);
  assert.equal((await missed((await customerOf('失联五')).id)).length, 1, 'and it ended one way or the other');
});

test('she deletes the advisor, and comes back: lost, then a friend again', async () => {
  const scanned = await scan({ name: '来去六' });
  await world.advance(MINUTE);
  const who = { userid: scanned.userid, external_userid: scanned.external_userid };
  await sim.post('delete', { who: 'customer', ...who });
  await world.advance(MINUTE);
  let row = await customerOf('来去六');
  assert.equal(row.friend, false);
  assert.ok(row.lost_ms);
  assert.ok((await kinds(row.id)).includes('follow.lost'));
  await scan({ external_userid: scanned.external_userid });
  await world.advance(MINUTE);
  row = await customerOf('来去六');
  assert.equal(row.friend, true);
  assert.equal((await kinds(row.id)).filter((kind) => kind === 'follow.added').length, 2);
});

test('orders bind by unionid whoever comes first, the buyer or the friend', async () => {
  const folder = tempDir();
  const bring = async (name, rows) => {
    const path = join(folder, name);
    writeFileSync(path, ['订单号,unionid,手机号,付款时间,实付金额', ...rows].join('\n'));
    const result = await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir]);
    await world.settle();
    return result;
  };
  const friend = await scan({ name: '先加七' });
  const buyer = await sim.post('person', { name: '先买八' });
  await world.advance(MINUTE);
  assert.equal((await bring('first.csv', [
    `A-1,${friend.unionid},,2026-08-01 10:00:00,120.00`, `A-2,${buyer.unionid},,2026-08-02 10:00:00,600.50`, `A-3,${buyer.unionid},,2026-08-03 10:00:00,10.00`,
  ])).customers, 1, 'only the buyer is new');
  assert.deepEqual([(await customerOf('先加七')).orders, (await customerOf('先加七')).spent].map(Number), [1, 12000]);
  await sim.post('scan', { config_id: way, person: { external_userid: buyer.external_userid } });
  await world.advance(MINUTE);
  const row = await customerOf('先买八');
  assert.deepEqual([row.orders, row.spent].map(Number), [2, 61050]);
  assert.equal(row.friend, true);
  const all = await api.rows(`customers/${row.id}/orders`);
  assert.deepEqual(all.map((order) => order.order_no).sort(), ['A-2', 'A-3']);
  assert.ok((await kinds(row.id)).includes('order.placed'));
});

test('a buyer known by her phone and a friend turn out to be one on the member page', async () => {
  const codes = [];
  const carrier = createServer((req, res) => {
    let body = '';
    req.on('data', (part) => (body += part)).on('end', () => {
      codes.push(body);
      res.end('{"ok":true}');
    });
  });
  await new Promise((done) => carrier.listen(0, '127.0.0.1', done));
  await world.stop();
  ({ world, server, sim, api } = await connectedWorld({ args: ['--sms-provider', 'http'] }));
  try {
    ({ code, way } = await makeCode({ world, sim, api }, '门店海报', ['zhangli', 'chenjing'], ['宝妈']));
    await api.put('settings/sms.url', { value: `http://127.0.0.1:${carrier.address().port}/send` });
    await api.put('settings/sms.body', { value: 'to={phone}&code={code}' });
    const folder = tempDir();
    writeFileSync(join(folder, 'phones.csv'), '订单号,手机号,付款时间,实付金额\nP-1,13900001111,2026-08-04 10:00:00,88.00\n');
    assert.equal((await runJson(['import', 'orders', join(folder, 'phones.csv'), '--preset', 'generic', '--data', server.dir])).customers, 1);
    const friend = await scan({ name: '绑定九' });
    await world.advance(MINUTE);
    assert.equal((await api.get('customers')).total, 2);

    const slug = world.callback.split('/').at(-1);
    const jar = new Map();
    const walk = async (method, path, body) => {
      const answer = await request(server.to, method, path, body, { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
      for (const line of answer.headers['set-cookie'] ?? []) {
        const [name, value] = line.split(';')[0].split('=');
        jar.set(name, value);
      }
      return answer;
    };
    const start = await walk('GET', `/h5/api/guest/start?corp=${slug}`);
    assert.equal(start.status, 302);
    const consent = new URL(start.headers.location);
    const back = await request(sim.to, 'GET', `/connect/oauth2/authorize?${consent.searchParams}&sim_person=${friend.external_userid}`);
    assert.equal(back.status, 302);
    const returned = new URL(back.headers.location);
    assert.equal((await walk('GET', returned.pathname + returned.search)).status, 302);
    assert.equal((await walk('GET', returned.pathname + returned.search)).status, 401, 'the walk works once');
    assert.equal((await walk('POST', '/h5/api/bind/code', { phone: '13900001111' })).status, 200);
    await world.advance(SECOND);
    assert.equal(codes.length, 1);
    const [, sent] = /to=13900001111&code=(\d{6})/.exec(codes[0]);
    const wrong = await walk('POST', '/h5/api/bind/confirm', { phone: '13900001111', code: sent === '000000' ? '000001' : '000000', agree: true });
    assert.ok(wrong.status >= 400);
    const bound = await walk('POST', '/h5/api/bind/confirm', { phone: '13900001111', code: sent, agree: true });
    assert.equal(bound.status, 200, bound.text);
    assert.deepEqual(bound.json, { bound: true, merged: true });
    await world.advance(MINUTE);
    const row = await customerOf('绑定九');
    assert.deepEqual([row.orders, row.spent].map(Number), [1, 8800]);
    assert.equal((await api.get('customers')).total, 1);
    assert.equal((await api.get(`customers/${row.id}`)).bound, true);
    for (const text of ['13900001111', sent]) assert.ok(!server.log.includes(text), 'neither phone nor code stands in the log');
  } finally {
    carrier.close();
    carrier.closeAllConnections();
  }
});

test('an audience is counted as its words say, and tells why somebody is in or out', async () => {
  for (const [name, more] of [['人群甲', {}], ['人群乙', {}], ['人群丙', {}]]) await scan({ name, ...more });
  await world.advance(MINUTE);
  const gone = (await sim.log()).filter((line) => line.api === 'scan').at(-1).params;
  await sim.post('delete', { who: 'customer', userid: gone.userid, external_userid: gone.external_userid });
  await world.advance(MINUTE);
  const people = await api.rows('customers');
  const count = async (expr) => (await api.post('audience/count', { expr })).count;
  assert.equal(await count('tag:"宝妈"'), people.filter((row) => row.tags.some((tag) => tag.name === '宝妈')).length);
  assert.equal(await count('friend and orders = 0'), people.filter((row) => row.friend && row.orders === 0).length);
  assert.equal(await count('not friend'), people.filter((row) => !row.friend).length);
  assert.equal(await count('tag:"宝妈" and spent >= 50'), 1);
  assert.equal(await count('channel = "门店海报" and not (last_reached >= -7d)'), people.filter((row) => row.channel === '门店海报' && !row.last_reached_ms).length);
  const buyer = people.find((row) => row.orders > 0);
  const why = await api.post('audience/why', { expr: 'tag:"宝妈" and spent >= 500', customer_id: buyer.id });
  assert.equal(why.in, false);
  assert.ok(why.steps.some((step) => step.decides && !step.holds));
  assert.equal((await runJson(['audience', 'count', 'tag:"宝妈"', '--data', server.dir])).count, await count('tag:"宝妈"'), 'the command line agrees');
  const answer = await api.ask('POST', 'audience/count', { expr: 'tag:"宝妈" and spend >= 5' });
  assert.equal(answer.status, 422);
});

test('duplicated and reordered callbacks end in the same state', async () => {
  const live = async (disturb) => {
    const own = await connectedWorld({ seed: 5 });
    const { world, sim, api } = own;
    try {
      const { way } = await makeCode(own, '渠道', ['zhangli', 'wangfang', 'chenjing'], ['孕期']);
      const add = (i) => sim.post('scan', { config_id: way, person: { name: `同一${i}`, external_userid: `wmSAME${String(i).padStart(26, '0')}` } });
      const met = [];
      for (let i = 0; i < 12; i++) {
        if (disturb) {
          await sim.fault('dup_callback', { count: 2 });
          if (i % 3 === 1) await sim.fault('reorder', { code: 90 * SECOND, count: 1 });
        }
        met.push(await add(i));
        await world.advance(MINUTE);
        const who = { userid: met[i].userid, external_userid: met[i].external_userid };
        if (i % 4 === 1) await sim.post('delete', { who: 'customer', ...who });
        if (i % 4 === 2) await sim.post('tag_edit', { ...who, add: ['奶粉'] });
        if (i % 4 === 3) {
          await sim.post('delete', { who: 'staff', ...who });
          await world.advance(30 * SECOND);
          await add(i);
        }
        await world.advance(2 * MINUTE);
      }
      await sim.post('fault', { clear: true });
      await world.advance(HOUR);
      const rows = await api.rows('customers');
      const state = [];
      for (const row of rows) {
        const one = await api.get(`customers/${row.id}`);
        state.push({ name: row.name, tags: row.tags.map((tag) => tag.name).sort(), channel: row.channel, friend: row.friend, lost: row.lost_ms,
          follows: one.follows.map((f) => ({ staff: f.staff_name, added: f.added_ms, status: f.status, lost: f.lost_ms, by: f.lost_by })).sort((a, b) => (a.staff < b.staff ? -1 : 1)) });
      }
      const log = await sim.log();
      const welcomes = log.filter((line) => line.kind === 'message' && line.api.startsWith('welcome'));
      const perAdd = new Map();
      for (const line of welcomes) perAdd.set(line.params.external_userid + line.params.userid, (perAdd.get(line.params.external_userid + line.params.userid) ?? 0) + 1);
      return { state: state.sort((a, b) => (a.name < b.name ? -1 : 1)), perAdd, deliveries: log.filter((line) => line.kind === 'callback' && line.api === 'delivered').length };
    } finally {
      await world.stop();
    }
  };
  const calm = await live(false), wild = await live(true);
  assert.equal(calm.state.length, 12);
  assert.ok(wild.deliveries > calm.deliveries, 'the disturbance took place');
  assert.deepEqual(wild.state, calm.state);
  for (const [who, times] of wild.perAdd) assert.ok(times <= (calm.perAdd.get(who) ?? 0), `${who}: ${times} welcomes`);
});
