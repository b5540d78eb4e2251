// One code for the country: stores from a file, the nearest open one, her store's tag; cards and the page after payment.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { HOUR, MINUTE, SECOND, T0, connectedWorld, request } from './lib.mjs';

const HEAD = '门店编号,门店名称,城市,地址,纬度,经度,坐标系,营业时间,员工账号\n';
const FILE = `${HEAD}S1,人民广场店,上海,西藏中路1号,31.2285,121.4782,GCJ-02,09:00-21:00,zhangli\n`
  + 'S2,夜宵店,上海,,31.2287,121.4784,GCJ-02,22:00-02:00,zhangli\nS3,西单店,北京,,39.9087,116.3744,GCJ-02,09:00-21:00,chenjing\n'
  + 'S4,东京店,东京,,35.68,139.76,WGS-84,,zhangli\n';

let world, server, sim, api, area, key;
const page = (method, path, body, headers) => request(server.to, method, `/h5/api/${path}`, body, headers);
const near = (lat, lng) => page('POST', 'area/near', { key, lat, lng });

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  const looked = await api.ask('POST', 'outlets/import?dry=true', Buffer.from(FILE));
  assert.deepEqual([looked.json.added, looked.json.rejected, looked.json.problems[0].line], [3, 1, 5]);
  assert.equal((await api.get('outlets')).total, 0);
  const taken = await api.ask('POST', 'outlets/import?dry=false', Buffer.from(FILE));
  assert.equal(taken.json.added, 3);
  area = await api.post('area-codes', { name: '全国一码', result: 'guide' }, 201);
  key = area.url.split('/').pop();
});
after(() => world?.stop());

test('the printed address leads to the page, which says what it wants to know and why', async () => {
  const door = await request(server.to, 'GET', `/d/${key}`);
  assert.equal(door.status, 302);
  assert.equal(door.headers.location, `/h5/area?key=${key}`);
  const shown = (await page('GET', `area?key=${key}`)).json;
  assert.match(shown.consent, /不会保存/);
  assert.deepEqual(shown.cities.map((c) => c.name).sort(), ['上海', '北京']);
});

test('a position leads to the nearest open store and its own code; she carries channel and store', async () => {
  const first = (await near(31.2304, 121.4737)).json; // WGS-84, some hundred metres from the square
  assert.equal(first.store.name, '人民广场店');
  assert.equal(first.state, 'near');
  assert.equal(first.result, 'preparing');
  await world.advance(SECOND);
  const then = (await near(31.2304, 121.4737)).json;
  assert.equal(then.result, 'guide');
  const picture = await request(server.to, 'GET', then.url);
  assert.equal(picture.status, 302); // WeCom's own
  assert.ok(picture.headers.location);
  const made = (await sim.log()).filter((line) => line.api === 'externalcontact/add_contact_way');
  assert.equal(made.length, 1);
  await sim.post('scan', { config_id: made[0].result.config_id, person: { name: '云舒妈妈' } });
  await world.advance(MINUTE);
  const [her] = (await api.get(`customers?q=${encodeURIComponent('云舒妈妈')}`)).data;
  const line = (await api.rows(`customers/${her.id}/timeline`)).find((row) => row.kind === 'area.came');
  assert.match(line.title, /全国一码.*人民广场店/);
});

test('refused, she chooses; her browser remembers', async () => {
  const stores = (await page('GET', `area/stores?key=${key}&city=${encodeURIComponent('北京')}`)).json.stores;
  assert.deepEqual(stores.map((s) => s.name), ['西单店']);
  const chosen = await page('POST', 'area/choose', { key, outlet: stores[0].id });
  assert.equal(chosen.json.store.name, '西单店');
  const cookie = chosen.headers['set-cookie'].find((c) => c.startsWith('yutang_area=')).split(';')[0];
  assert.equal((await page('GET', `area?key=${key}`, undefined, { cookie })).json.remembered.name, '西单店');
  assert.equal((await near(35.68, 139.76)).status, 422);
});

test('the point is nowhere: not in the log, not in the store', () => {
  assert.ok(!server.log.includes('121.4737') && !server.log.includes('31.2304'));
});

test('at night the page says who opens when, and the night store is the nearest open one', async () => {
  await world.advance(13 * HOUR); // 23:00
  assert.equal((await near(31.2304, 121.4737)).json.store.name, '夜宵店');
  await world.advance(5 * HOUR); // 4:00
  const closed = (await near(31.2304, 121.4737)).json;
  assert.equal(closed.state, 'closed');
  assert.ok(closed.store.next_open > T0);
});

test('everybody takes a card with her own code', async () => {
  api = await server.admin(); // a night has passed
  await api.post('card-templates/defaults', {}, 204);
  const templates = await api.rows('card-templates'), staff = await api.rows('staff');
  assert.deepEqual(templates.map((one) => one.kind), ['card', 'poster', 'badge']);
  const png = await api.ask('GET', `card-templates/${templates[0].id}/preview.png?staff=${staff[0].id}`);
  assert.equal(png.status, 200);
  assert.equal(png.raw.subarray(1, 4).toString(), 'PNG');
  assert.equal((await api.ask('GET', 'my-cards')).status, 409); // the administrator is no member of staff
});

test('after payment a shop asks by order number and signature', async () => {
  const slug = (await api.get('corp')).callback_url.split('/').pop(), at = world.now;
  const sign = (secret, order) => createHmac('sha256', secret).update(`${slug}\n${order}\n${at}`).digest('hex');
  const ask = (order, by) => page('GET', `pay?corp=${slug}&order=${order}&at=${at}&sign=${by}`);
  assert.equal((await ask('A1', sign('shop', 'A1'))).status, 409);
  await api.put('settings/card.pay_secret', { value: 'shop' });
  await api.put('settings/card.general_staff', { value: 'zhangli' });
  assert.equal((await ask('A1', sign('wrong', 'A1'))).status, 401);
  const shown = await ask('A1', sign('shop', 'A1'));
  assert.equal(shown.status, 200, shown.text);
  assert.equal(shown.json.who, 'general');
});
