// Old stock led into the pond: phone lists, the lead pool, text messages, the official account.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AES_KEY, Console, DAY, HOUR, MINUTE, SECOND, TOKEN, connectedWorld, request, runJson, tempDir } from './lib.mjs';

const PASSWORD = 'correct horse battery';
let world, server, sim, api, staff;
const idOf = (userid) => staff.find((one) => one.userid === userid).id;

async function memberOf(userid) {
  await api.post('users', { login: `is-${userid}`, password: PASSWORD, name: userid, role: 'staff', scope: 'self', staff: idOf(userid) }, 201);
  await world.settle();
  return new Console(server.to).login(`is-${userid}`, PASSWORD);
}
async function weekLater() {
  await world.advance(8 * DAY);
  api = await server.admin();
}
async function bringOrders(rows) {
  const path = join(tempDir(), 'orders.csv');
  writeFileSync(path, ['订单号,unionid,手机号,付款时间,实付金额', ...rows].join('\n'));
  await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir]);
  await world.settle();
}

before(async () => {
  ({ world, server, sim, api } = await connectedWorld({ args: ['--sms-provider', 'http'] }));
  staff = await api.rows('staff');
});
after(() => world?.stop());

test('a phone list: refused rows, today\'s numbers, and a friend found by the remark', async () => {
  const query = new URLSearchParams({ name: '会员卡', source: '门店登记', basis: '入会协议', staff_ids: [idOf('zhangli'), idOf('chenjing')].join(',') });
  const file = Buffer.from('姓名,手机号\n甲,13900000001\n乙,13900000002\n丙,+1 415 555 0100\n丁,13900000001\n');
  assert.equal((await api.ask('POST', `phone-lists?${new URLSearchParams({ name: 'x', source: '', basis: 'y', staff_ids: idOf('zhangli') })}`, file)).status, 422);
  const made = await api.ask('POST', `phone-lists?${query}`, file);
  assert.equal(made.status, 202, made.text);
  await world.settle();
  let list = await api.get(`phone-lists/${made.json.id}`);
  assert.deepEqual([list.state, list.total, list.rejected, list.todo, list.days_left], ['open', 2, 2, 2, 1]);
  assert.deepEqual(list.staff.map((one) => one.todo), [1, 1]);
  const rejects = await api.ask('GET', `phone-lists/${made.json.id}/rejects`);
  assert.match(rejects.text, /4,"'\+1 415 555 0100","不是中国大陆手机号"/);
  assert.match(rejects.text, /5,"13900000001","名单内重复"/);

  const zhangli = await memberOf('zhangli');
  const mine = await zhangli.get('my/phones');
  assert.deepEqual([mine.day_max, mine.used, mine.todo.length], [20, 0, 1]);
  const [number] = mine.todo;
  const after = await zhangli.post(`my/phones/${number.list}/${number.id}`, { state: 'asked' });
  assert.deepEqual([after.used, after.todo.length, after.asked.length], [1, 0, 1]);
  assert.equal((await zhangli.ask('GET', 'phone-lists')).status, 403);
  await sim.post('scan', { userid: 'zhangli', add_way: 2, skip_verify: true, remark_mobiles: [number.phone], person: { name: '名单来的' } });
  await world.advance(MINUTE);
  list = await api.get(`phone-lists/${made.json.id}`);
  assert.deepEqual([list.asked, list.passed], [0, 1]);
  const [passed] = await api.rows(`phone-lists/${made.json.id}/rows?state=passed`);
  assert.equal(passed.how, 'remark');
  const told = await api.rows(`customers/${passed.customer_id}/timeline?kinds=phone.`);
  assert.match(told[0].title, /会员卡/);

  const chenjing = await memberOf('chenjing');
  const [second] = (await chenjing.get('my/phones')).todo;
  await chenjing.post(`my/phones/${second.list}/${second.id}`, { state: 'asked' });
  await sim.post('scan', { userid: 'chenjing', add_way: 2, skip_verify: true, person: { name: '猜一猜' } });
  await world.advance(MINUTE);
  const { guesses: [guess] } = await chenjing.get('my/phones');
  assert.deepEqual([guess.name, guess.numbers.map((one) => one.phone)], ['猜一猜', [second.phone]]);
  await chenjing.post(`my/phone-guesses/${guess.customer_id}`, { list: second.list, id: second.id });
  assert.equal((await api.get(`phone-lists/${made.json.id}`)).passed, 2);
});

test('the lead pool: claimed by one, who alone sees the phone, and back after the protection', async () => {
  await bringOrders(['L-1,,13800000001,2026-08-01 10:00:00,120.00']);
  await api.post('leads', { expr: 'not friend and orders >= 1' }, 202);
  await world.settle();
  const one = await new Console(server.to).login('is-zhangli', PASSWORD), two = await new Console(server.to).login('is-chenjing', PASSWORD);
  const [free] = await one.rows('leads?state=free');
  assert.match(free.phone, /^138\*+0001$/);
  const mine = await one.post(`leads/${free.id}/claim`);
  assert.deepEqual([mine.mine, mine.phone], [true, '+8613800000001']);
  assert.equal((await two.ask('POST', `leads/${free.id}/claim`, {})).status, 409);
  assert.equal((await two.rows('leads?state=claimed')).length, 0, 'nobody else sees whom she holds');
  await weekLater();
  assert.equal((await api.rows('leads?state=free')).length, 1);
  assert.deepEqual((await api.rows(`leads/${free.id}/history`)).map((row) => [row.what, row.why]), [['returned', 'expired'], ['claimed', null], ['pooled', null]]);
});

test('an SMS campaign: estimated, sent once with a link of her own, followed to the friend', async () => {
  for (const [name, value] of Object.entries({ 'sms.url': `http://${sim.addr}/sms/send`, 'sms.ok': '"code":0', 'smsdrain.body': '{"phone":"{phone}","text":"{text}"}', 'smsdrain.sign': '鱼塘' })) {
    await api.put(`settings/${name}`, { value });
  }
  const words = { words: '好久不见：{link}' };
  assert.equal((await api.post('sms-drains/preview', words)).parts, 1);
  const made = await api.post('sms-drains', { name: '唤醒', expr: 'orders >= 1 or friend', target: 'https://work.weixin.qq.com/ca/x', ...words }, 202);
  await world.settle();
  const planned = await api.get(`sms-drains/${made.id}`);
  assert.deepEqual([planned.state, planned.planned, planned.cost], ['planned', 1, 5]);
  assert.ok(planned.left_out.length > 0);
  await api.post(`sms-drains/${made.id}/approve`);
  await world.advance(SECOND);
  const messages = (await sim.log()).filter((line) => line.kind === 'message' && line.api === 'sms/send');
  assert.equal(messages.length, 1);
  assert.match(messages[0].params.text, /^【鱼塘】好久不见： http\S+\/d\/\w+ .*拒收请回复R$/);
  const path = new URL(/http\S+/.exec(messages[0].params.text)[0]).pathname;
  const opened = await request(server.to, 'GET', path);
  assert.deepEqual([opened.status, opened.headers.location], [302, 'https://work.weixin.qq.com/ca/x']);
  const figures = await api.get(`sms-drains/${made.id}`);
  assert.deepEqual([figures.state, figures.sent, figures.clicked], ['done', 1, 1]);
  await world.advance(HOUR);
  assert.equal((await sim.log()).filter((line) => line.api === 'sms/send').length, 1, 'once');
});

test('the official account: a follow by a code is answered, counted, and one person with the friend', async () => {
  const { appid, secret } = await sim.post('oa', {});
  const account = await api.post('oa-accounts', { name: '鱼塘服务号', appid, secret, token: TOKEN, aeskey: AES_KEY, base: `http://${sim.addr}/oa` }, 201);
  const callback = `http://${server.addr}${new URL(account.callback_url).pathname}`;
  await sim.post('oa', { url: callback, token: TOKEN, aes_key: AES_KEY, mode: 'safe' });
  const code = await api.post('oa-codes', { account_id: account.id, name: '台卡', channel: '台卡', title: '加顾问', words: '', link: 'https://work.weixin.qq.com/ca/x' }, 201);
  const png = await api.ask('GET', `oa-codes/${code.id}/qr.png`);
  assert.equal(png.raw.subarray(1, 4).toString(), 'PNG');
  const scene = (await sim.log()).find((line) => line.api === 'oa/qrcode/create').params.scene;
  const friend = await sim.post('scan', { userid: 'zhangli', skip_verify: true, person: { name: '又是粉丝' } });
  const followed = await sim.post('oa/follow', { person: { external_userid: friend.external_userid }, scene });
  assert.equal(followed.status, 200);
  assert.match(followed.answer, /<Encrypt>/);
  await sim.post('oa/follow', { person: { name: '只是粉丝' } });
  await sim.post('oa/follow', { silent: true, person: { name: '早就关注' } });
  await world.advance(MINUTE);
  const count = async (expr) => (await api.post('audience/count', { expr })).count;
  assert.deepEqual([await count('oa_fan'), await count('oa_fan and not friend')], [2, 1]);
  await api.post(`oa-accounts/${account.id}/sync`, {}, 202);
  await world.advance(MINUTE);
  assert.deepEqual([await count('oa_fan'), await count('oa_fan and not friend')], [3, 2]);
  const [after] = await api.rows('oa-codes');
  assert.equal(after.subscribed, 1);
  const menu = await request(server.to, 'GET', new URL(after.menu_url).pathname);
  assert.equal(menu.headers.location, 'https://work.weixin.qq.com/ca/x');
  const mini = await api.post('mini-links', { account_id: account.id, name: '商城', path: 'pages/shop', params: 'from=sms' }, 201);
  assert.match((await request(server.to, 'GET', new URL(mini.url).pathname)).headers.location, /^https:\/\/wxaurl\.cn\//);
  await world.advance(2 * MINUTE);
  const days = await api.rows(`mini-links/${mini.id}/days`);
  assert.deepEqual([days.length, days.at(-1).visits, (await api.rows('mini-links'))[0].visits], [30, 1, 1]);
  await sim.post('oa', { url: callback, token: 'another', aes_key: AES_KEY });
  assert.equal((await sim.post('oa/follow', { person: { name: '假的' } })).status, 401);
});
