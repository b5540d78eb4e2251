// Work for staff and messages to groups, with real processes: told on the phone, done with one tap, killed in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOUR, MINUTE, SECOND, connectedWorld, request } from './lib.mjs';

let world, server, sim, api, staff;
const idOf = (userid) => staff.find((one) => one.userid === userid).id;

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  staff = await api.rows('staff');
});
after(() => world?.stop());

/** A member's phone: WeCom's login, then our pages' questions. */
async function phone(userid) {
  const slug = world.callback.split('/').at(-1), jar = new Map();
  let csrf = '';
  const walk = async (method, path, body) => {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (method !== 'GET') Object.assign(headers, { 'x-yt-csrf': csrf, 'content-type': 'application/json' });
    const answer = await request(server.to, method, path, body, headers);
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [name, value] = line.split(';')[0].split('=');
      jar.set(name, value);
    }
    return answer;
  };
  const start = await walk('GET', `/h5/api/guest/staff?corp=${slug}&return=/h5/work`);
  const back = await request(sim.to, 'GET', `/connect/oauth2/authorize?${new URL(start.headers.location).searchParams}&sim_person=${userid}`);
  const returned = new URL(back.headers.location);
  await walk('GET', returned.pathname + returned.search);
  csrf = (await walk('GET', '/api/v1/session')).json.csrf;
  return { tasks: async () => (await walk('GET', '/api/v1/work/tasks')).json.data, todos: async () => (await walk('GET', '/api/v1/work')).json.todos,
    say: (id, body) => walk('POST', `/api/v1/work/tasks/${id}`, body) };
}
const notices = async () => (await sim.log()).filter((line) => line.kind === 'notice' && line.api === 'message/send');

test('a task reaches the phone within a minute and is done with one tap', async () => {
  await api.put('settings/guest.staff_login', { value: '1' });
  await sim.post('scan', { userid: 'zhangli', person: { name: '要回访的' }, skip_verify: true });
  await world.advance(MINUTE);
  const [her] = await api.rows('customers');
  const asked = world.now;
  const made = await api.post('staff-tasks', { kind: 'call', title: '回访', who: 'advisor', customer_ids: [her.id] }, 201);
  assert.equal(made.made, 1);
  await world.advance(SECOND);
  const [notice] = await notices();
  assert.equal(notice.params.to, 'zhangli');
  assert.match(notice.params.url, /\/h5\/work\?corp=\w+#task-\d+$/);
  assert.ok(notice.time - asked < MINUTE);
  const zhangli = await phone('zhangli');
  const [task] = await zhangli.tasks();
  assert.equal(task.title, '回访');
  assert.equal((await zhangli.todos()).find((one) => one.kind === 'task').count, 1);
  assert.equal((await (await phone('chenjing')).say(task.id, { state: 'done' })).status, 404);
  assert.equal((await zhangli.say(task.id, { state: 'done' })).status, 204);
  assert.equal((await zhangli.tasks()).length, 0);
  const [row] = await api.rows('staff-tasks?state=done');
  assert.equal(row.staff, '张莉');
});

test('a task nobody does is reminded of, and late', async () => {
  const [her] = await api.rows('customers');
  await api.post('staff-tasks', { kind: 'care', title: '生日问候', who: 'advisor', customer_ids: [her.id], deadline_min: 60, remind_min: 20 }, 201);
  await world.advance(SECOND);
  const before = (await notices()).length;
  await world.advance(21 * MINUTE);
  assert.equal((await notices()).length, before + 1);
  await world.advance(HOUR);
  assert.equal((await api.rows('staff-tasks?state=expired')).length, 1);
  const [rate] = await api.rows(`staff-tasks/rates?from_ms=${world.now - 24 * HOUR}&to_ms=${world.now + 1}`);
  assert.deepEqual([rate.given, rate.done, rate.expired].map(Number), [2, 1, 1]);
});

test('a message to groups is made once although the process dies, and told group by group', async () => {
  for (const name of ['静安1群', '静安2群']) await sim.post('group/make', { userid: 'zhangli', name, people: 3 });
  await world.advance(MINUTE);
  const content = { text: '今晚八点直播' }, owner_ids = [idOf('zhangli')];
  const preview = await api.post('groupcasts/preview', { owner_ids, content });
  assert.equal(preview.total, 2);
  const cast = await api.post('groupcasts', { name: '直播预告', owner_ids, content, confirm_count: 2 }, 201);
  world.server.program.child.kill('SIGKILL');
  await world.restart();
  server = world.server;
  api = await server.admin();
  await world.advance(5 * MINUTE);
  const tasks = (await sim.log()).filter((line) => line.kind === 'api' && line.api === 'externalcontact/add_msg_template' && line.params.chat_id_list);
  assert.equal(tasks.length, 1);
  await sim.post('task/confirm', { msgid: tasks[0].result.msgid, userid: 'zhangli' });
  await world.advance(10 * MINUTE);
  const now = await api.get(`groupcasts/${cast.id}`);
  assert.deepEqual([now.state, Number(now.groups), Number(now.delivered)], ['closed', 2, 2]);
  const [row] = (await api.get(`groupcasts/${cast.id}/owners`)).data;
  assert.equal(row.owner, '张莉');
  assert.equal((await api.post('groupcasts/preview', { owner_ids, content })).capped, 2);
});
