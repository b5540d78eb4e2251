// The open way in: an unmodified Segment library, and the same requests by hand.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Analytics } from '@segment/analytics-node';
import { Server, request, tempDir, until } from './lib.mjs';

let server, api, key;

before(async () => {
  server = await Server.start({ dir: tempDir(), clock: null });
  api = await server.admin();
  key = (await api.post('write-keys', { name: '商城' })).key;
});
after(() => server?.stop());

const send = (type, body, by = key) => request(server.to, 'POST', `/v1/${type}`, body, by ? { authorization: `Basic ${Buffer.from(`${by}:`).toString('base64')}` } : {});

const customerOf = (userId) => until(`customer of ${userId}`, async () => {
  const { json } = await request(server.local, 'GET', `/api/v1/customers?q=${encodeURIComponent(userId)}`, undefined, { 'x-yt-corp': '1' });
  return json?.data?.[0];
});

const tracked = async (id, name) => (await api.rows(`customers/${id}/timeline?kinds=site.`)).filter((row) => row.title.includes(name));

test('the npm library, pointed at us, delivers what it is told', async () => {
  const analytics = new Analytics({ writeKey: key, host: `http://${server.addr}`, maxEventsInBatch: 50, flushInterval: 50 });
  const failures = [];
  analytics.on('error', (error) => failures.push(error));
  analytics.identify({ userId: 'shop-1', traits: { name: '林小满' } });
  for (let i = 0; i < 120; i++) analytics.track({ userId: 'shop-1', event: `看了商品${i % 3}`, properties: { i } });
  analytics.page({ userId: 'shop-1', name: '首页' });
  analytics.screen({ userId: 'shop-1', name: '小程序' });
  analytics.group({ userId: 'shop-1', groupId: 'vip' });
  analytics.alias({ userId: 'shop-1', previousId: 'visitor-1' });
  await analytics.closeAndFlush({ timeout: 10_000 });
  assert.deepEqual(failures, []);
  const customer = await customerOf('林小满');
  await until('all events', async () => (await tracked(customer.id, '看了商品')).length === 120);
});

test('a message id seen before is dropped, in the same request and later', async () => {
  const one = { type: 'track', userId: 'shop-2', messageId: 'm-1', event: '加购' };
  await send('identify', { userId: 'shop-2', messageId: 'm-0', traits: { name: '阮清河' } });
  assert.equal((await send('batch', { batch: [one, one] })).status, 200);
  assert.equal((await send('track', one)).status, 200);
  assert.equal((await send('track', { ...one, messageId: 'm-2' })).status, 200);
  const customer = await customerOf('阮清河');
  await until('both', async () => (await tracked(customer.id, '加购')).length >= 2);
  assert.equal((await tracked(customer.id, '加购')).length, 2);
});

test('2,500 events fit into a batch, one more is dropped whole, as Segment does', async () => {
  const batch = (n, who, tag) => ({ batch: Array.from({ length: n }, (_, i) => ({ type: 'track', userId: who, messageId: `${tag}-${i}`, event: 'e' })) });
  assert.equal((await send('batch', batch(2500, 'shop-3', 'a'))).status, 200);
  assert.equal((await send('batch', batch(2501, 'shop-4', 'b'))).status, 200);
  await send('identify', { userId: 'shop-3', messageId: 'a-name', traits: { name: '闻人满' } });
  await send('identify', { userId: 'shop-4', messageId: 'b-name', traits: { name: '闻人空' } });
  const full = await customerOf('闻人满'), empty = await customerOf('闻人空');
  await until('2,500 of them', async () => (await api.rows(`customers/${full.id}/timeline?kinds=site.`)).length === 2500, 30_000);
  assert.equal((await api.rows(`customers/${empty.id}/timeline?kinds=site.`)).length, 0);
});

test('an event of 32 KB is kept, a larger one refused', async () => {
  const event = (size) => {
    const body = { userId: 'shop-5', messageId: `size-${size}`, event: '大事件', properties: { text: '' } };
    body.properties.text = 'x'.repeat(size - Buffer.byteLength(JSON.stringify(body)));
    assert.equal(Buffer.byteLength(JSON.stringify(body)), size);
    return body;
  };
  await send('identify', { userId: 'shop-5', messageId: 'size-name', traits: { name: '桑榆晚' } });
  assert.equal((await send('track', event(32 << 10))).status, 200);
  assert.equal((await send('track', event((32 << 10) + 1))).status, 400);
  const customer = await customerOf('桑榆晚');
  await until('the one that fits', async () => (await tracked(customer.id, '大事件')).length === 1);
});

test('gzip is understood', async () => {
  const body = gzipSync(JSON.stringify({ userId: 'shop-6', messageId: 'gz', traits: { name: '祁连雪' } }));
  const answer = await request(server.to, 'POST', '/v1/identify', body, {
    authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json', 'content-encoding': 'gzip',
  });
  assert.equal(answer.status, 200);
  await customerOf('祁连雪');
});

test('no JSON is 400, a wrong or missing key 401, and neither leaves anything', async () => {
  assert.equal((await send('track', Buffer.from('{"userId":'))).status, 400);
  assert.equal((await send('batch', { batch: 'no list' })).status, 400);
  assert.equal((await send('track', { userId: 'u', event: 'e' }, 'wk_wrong')).status, 401);
  assert.equal((await send('track', { userId: 'u', event: 'e' }, null)).status, 401);
});

test('a key in the body counts too, and revoking acts at once', async () => {
  const shown = await api.post('write-keys', { name: '临时' });
  assert.equal((await send('track', { writeKey: shown.key, userId: 'u', event: 'e' }, null)).status, 200);
  await api.del(`write-keys/${shown.id}`);
  assert.equal((await send('track', { writeKey: shown.key, userId: 'u', event: 'e' }, null)).status, 401);
});

test('what was acknowledged outlives kill -9 right after', async () => {
  await send('identify', { userId: 'shop-9', messageId: 'k-name', traits: { name: '柏舟行' } });
  const acked = [];
  let dead = false;
  const stream = async (lane) => {
    for (let i = 0; !dead; i++) {
      const id = `k-${lane}-${i}`;
      try {
        const answer = await send('track', { userId: 'shop-9', messageId: id, event: '杀前', properties: { id } });
        if (answer.status === 200) acked.push(id);
      } catch {
        return;
      }
    }
  };
  const lanes = Array.from({ length: 8 }, (_, lane) => stream(lane));
  await until('a few hundred', async () => acked.length > 300);
  server.program.child.kill('SIGKILL');
  dead = true;
  await Promise.all([...lanes, server.program.ended]);
  server = await server.again();
  api = await server.admin();
  const customer = await customerOf('柏舟行');
  const kept = await until('all of them', async () => {
    const rows = await tracked(customer.id, '杀前');
    return rows.length >= acked.length && rows;
  });
  assert.ok(kept.length <= acked.length + lanes.length, `${kept.length} kept, ${acked.length} acknowledged: only what was in flight may be more`);
});
