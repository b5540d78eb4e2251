// Who may do what: sessions, roles, scopes, cross-site requests, guessing, and what must never stand in a log.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Console, HOUR, MINUTE, SECOND, connectedWorld, filesBelow, readFileSync, request, run, runJson, tempDir } from './lib.mjs';

const PASSWORD = 'a long enough password';
const PHONE = '13877776666';

let world, server, sim, api, mine, others;

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  await sim.post('scan', { userid: 'zhangli', skip_verify: true, person: { name: '张莉的客户' } });
  await sim.post('scan', { userid: 'chenjing', skip_verify: true, person: { name: '陈静的客户' } });
  await world.advance(MINUTE);
  const rows = await api.rows('customers');
  mine = rows.find((row) => row.name === '张莉的客户');
  others = rows.find((row) => row.name === '陈静的客户');
});
after(() => world?.stop());

async function userOf(login, role, more = {}) {
  await api.post('users', { login, password: PASSWORD, name: login, role, ...more }, 201);
  await world.advance(SECOND); // scopes follow the event
  return new Console(server.to).login(login, PASSWORD);
}

test('every route of the description wants a session, but the few that say they do not', async () => {
  const { paths } = await api.get('openapi.json');
  let asked = 0;
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const open = operation.security?.length === 0;
      if (open) {
        assert.match(path, /^\/(healthz|readyz|metrics|wecom\/callback\/|v1\/|h5\/|shop\/push\/|oa\/callback\/|sms\/reply\/|mail\/stop\/|d\/\{key\}$|api\/v1\/(session|openapi\.json)$)/, `${method} ${path} is open to all`);
        continue;
      }
      const answer = await request(server.to, method.toUpperCase(), path.replaceAll(/\{\w+\}/g, '1'), method === 'get' || method === 'delete' ? undefined : {});
      assert.equal(answer.status, 401, `${method} ${path}: ${answer.text}`);
      assert.match(answer.headers['content-type'], /problem\+json/);
      asked++;
    }
  }
  assert.ok(asked > 60, `${asked} routes`);
});

test('a role may do what it says and nothing more', async () => {
  const reader = await userOf('reader', 'readonly');
  assert.equal((await reader.ask('GET', 'customers')).status, 200);
  for (const [method, path, body] of [
    ['POST', `customers/${mine.id}/tags`, { add: [], remove: [] }], ['POST', 'livecodes', {}], ['POST', 'broadcasts', {}],
    ['POST', 'imports', {}], ['GET', 'users', undefined], ['PUT', 'setup/wecom', {}], ['GET', 'write-keys', undefined], ['GET', 'audit', undefined],
  ]) assert.equal((await reader.ask(method, path, body)).status, 403, `${method} ${path}`);
  const operator = await userOf('operator', 'operator');
  assert.equal((await operator.ask('GET', 'users')).status, 403);
  assert.equal((await operator.ask('POST', 'users', { login: 'mate', password: PASSWORD, name: 'x', role: 'owner' })).status, 403);
});

test('an advisor sees her own customers; another\'s are not there, whatever is asked', async () => {
  const staff = (await api.rows('staff')).find((one) => one.userid === 'zhangli');
  const advisor = await userOf('zhangli', 'staff', { scope: 'self', staff: staff.id });
  assert.deepEqual((await advisor.rows('customers')).map((row) => row.id), [mine.id]);
  assert.equal((await advisor.get('customers?q=' + encodeURIComponent('陈静的客户'))).data.length, 0);
  for (const id of [others.id, '999999999999', '0']) {
    for (const [method, path, body] of [
      ['GET', `customers/${id}`], ['GET', `customers/${id}/timeline`], ['GET', `customers/${id}/orders`], ['GET', `orders?customer_id=${id}`],
      ['GET', `customers/${id}/suggestions`], ['POST', `customers/${id}/tags`, { add: [], remove: [] }], ['POST', `customers/${id}/phone`, { phone: '13900000000' }],
      ['PUT', `customers/${id}`, { remark: 'x', version: 1 }], ['POST', 'audience/why', { expr: 'friend', customer_id: id }],
    ]) {
      const answer = await advisor.ask(method, path, body);
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.status} ${answer.text}`);
      assert.ok(!answer.text.includes('陈静的客户'));
    }
  }
  assert.deepEqual(await advisor.post('audience/count', { expr: 'friend' }).then(({ count, total }) => [count, total]), [1, 1]);
  assert.deepEqual((await advisor.post('audience/sample', { expr: 'friend', n: 10 })).data.map((row) => row.id), [mine.id]);
  assert.equal((await advisor.ask('POST', 'customers/merge', { from_id: others.id, into_id: mine.id, reason: 'x' })).status, 403);
});

test('changes need the session\'s own token and come from the same site', async () => {
  const send = (headers) => request(server.to, 'PUT', '/api/v1/session/lang', { lang: 'zh' }, { cookie: api.cookie, ...headers });
  assert.equal((await send({})).status, 403);
  assert.equal((await send({ 'x-yt-csrf': 'wrong' })).status, 403);
  assert.equal((await send({ 'x-yt-csrf': api.csrf, origin: 'https://evil.example' })).status, 403);
  assert.equal((await send({ 'x-yt-csrf': api.csrf, 'sec-fetch-site': 'cross-site' })).status, 403);
  const other = await userOf('other', 'readonly');
  assert.equal((await send({ 'x-yt-csrf': other.csrf })).status, 403);
  assert.equal((await send({ 'x-yt-csrf': api.csrf })).status, 204);
  assert.equal((await request(server.to, 'GET', '/api/v1/session', undefined, { cookie: 'yutang=' + 'A'.repeat(43) })).status, 401);
});

test('rights that are taken away are gone with the next request; leaving ends the session', async () => {
  const user = await userOf('leaver', 'operator');
  assert.equal((await user.ask('GET', 'tag-groups')).status, 200);
  const [row] = (await api.rows('users')).filter((one) => one.login === 'leaver');
  const change = { name: row.name, role: row.role, scope: row.scope, disabled: true };
  assert.equal((await api.ask('PUT', `users/${row.id}`, change, { 'if-match': `"${row.version + 1}"` })).status, 412, 'read before it was changed');
  assert.equal((await api.ask('PUT', `users/${row.id}`, change, { 'if-match': `"${row.version}"` })).status, 200);
  assert.equal((await user.ask('GET', 'tag-groups')).status, 401);
  const gone = await userOf('goer', 'readonly');
  await gone.del('session');
  assert.equal((await gone.ask('GET', 'customers')).status, 401);
});

test('guessing a password is slowed down, the right one too, and nobody is locked out for good', async () => {
  await userOf('guessed', 'readonly');
  const enter = (password) => request(server.to, 'POST', '/api/v1/session', { login: 'guessed', password });
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await enter(`wrong password ${i}`)).status);
  assert.equal(statuses[0], 401);
  assert.equal(statuses.at(-1), 429);
  const blocked = await enter(PASSWORD);
  assert.equal(blocked.status, 429);
  assert.ok(Number(blocked.headers['retry-after']) > 0);
  assert.equal((await request(server.to, 'POST', '/api/v1/session', { login: 'nobodyhere', password: 'x' })).status === 200, false);
  await world.advance(2 * HOUR);
  assert.equal((await enter(PASSWORD)).status, 200);
  api = await server.admin();
});

test('a phone is in no log and no file but the one that was brought', async () => {
  const path = join(tempDir(), 'phones.csv');
  writeFileSync(path, `订单号,手机号,付款时间,实付金额\nQ-1,${PHONE},2026-08-04 10:00:00,88.00\nQ-2,${PHONE.slice(0, 8)}x12,2026-08-04 10:00:00,5\n`);
  await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir]);
  await api.post(`customers/${mine.id}/phone`, { phone: PHONE });
  await api.get(`customers?q=${PHONE}`);
  const key = (await api.post('write-keys', { name: 'k' })).key;
  await request(server.to, 'POST', '/v1/identify', { writeKey: key, userId: 'p-1', messageId: 'p-1', traits: { phone: PHONE, name: '电话' } });
  await request(server.to, 'POST', '/v1/identify', Buffer.from(`{"writeKey":"${key}","traits":{"phone":"${PHONE}"`), { 'content-type': 'application/json' });
  await request(server.to, 'POST', '/api/v1/session', { login: PHONE, password: PHONE });
  await request(server.to, 'POST', `/h5/api/bind/code`, { phone: PHONE });
  await world.advance(HOUR);
  await server.stop(); // what is in the write-ahead log reaches the database
  assert.ok(server.log.length > 1000);
  assert.ok(!server.log.includes(PHONE), server.log.split('\n').find((line) => line.includes(PHONE)));
  const holders = filesBelow(server.dir).filter((file) => readFileSync(file).includes(PHONE)).map((file) => file.slice(server.dir.length + 1));
  assert.ok(holders.every((file) => /^uploads\/\d+$/.test(file)), `${holders}`);
  world.server = server = await server.again({ clock: world.now });
  api = await server.admin();
});

test('a second process on the same data directory is turned away', async () => {
  const { code, err } = await run(['serve', '--data', server.dir, '--listen', '127.0.0.1:0']);
  assert.equal(code, 4, err);
  assert.equal((await request(server.to, 'GET', '/healthz')).status, 200);
});
