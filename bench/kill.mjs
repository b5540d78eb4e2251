// The product killed again and again (SIGKILL) while it reaches people by welcome, journey, broadcast, letter, official
// account and text message, against the simulated platforms and in simulated time.
//
// A round has people of its own. From the first request to the last result the process dies at a point named
// by YUTANG_FAULT and is started again with the next: before and after a commit, between a claim and its call, between
// an answer and our word about it, within a journey's act. Whoever got no answer asks again. Then the process lives on
// undisturbed for five minutes, and everything that was due must have been sent once or say what became of it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AES_KEY, DAY, HOUR, MINUTE, SECOND, T0, TOKEN, connectedWorld, request, run, tempDir } from '../tests/scenario/lib.mjs';
import { exitCode, figure, note, option } from './common.mjs';

const KILLS = Number(option('--kills', 1000));
// How often each point is chosen, and at which of its passes at most.
const POINTS = [['store.commit', 3, 14], ['store.committed', 3, 14], ['sender.claimed', 3, 3], ['sender.called', 3, 3], ['journey.acted', 1, 1]];
const UNANSWERED_MS = 5 * MINUTE;
const WAIT_MINUTES = 2; // between the words of a journey
const EVENING_MS = 8 * HOUR; // after the morning a day begins with: no more rounds
const FRIENDS = 3, PHONE = '13900000001';
const LATE_DEATH_MS = 5000; // a process that dies while it answers is seen dead soon after

let seed = Number(option('--seed', 1));
const below = (n) => { seed = (Math.imul(seed, 1103515245) + 12345) >>> 0; return (seed >>> 8) % n; };

const kills = Object.fromEntries(POINTS.map(([name]) => [name, 0]));
const found = { twice: [], forgotten: [], unresolved: [] };
let world, sim, api, staff, journey, openid, buyer, armed, on = false, seen = 0;
const killed = () => Object.values(kills).reduce((sum, n) => sum + n, 0);

function nextFault() {
  if (!on || killed() >= KILLS) return {};
  let at = below(POINTS.reduce((sum, [, weight]) => sum + weight, 0));
  armed = POINTS.find(([, weight]) => (at -= weight) < 0);
  return { YUTANG_FAULT: `${armed[0]}:${1 + below(armed[2])}:crash` };
}

/** Starts it with the next death before it, as often as it dies while it starts. */
async function start() {
  for (;;) {
    const env = nextFault();
    try {
      await world.restart(env);
      await sim.post('clock', { to: world.now });
      return;
    } catch (error) {
      if (!/ended before .* SIGKILL/.test(error.message)) throw error;
      kills[armed[0]]++;
    }
  }
}

async function revive() {
  const { child } = world.server.program;
  assert.equal(child.signalCode, 'SIGKILL', world.server.log.slice(-2000));
  kills[armed[0]]++;
  await start();
}

async function insist(what, act) {
  for (let tries = 0; ; tries++) {
    try {
      return await act();
    } catch (error) {
      const dead = await Promise.race([world.server.program.ended.then(() => true), new Promise((done) => setTimeout(done, LATE_DEATH_MS, false))]);
      if (!dead || tries === 100) throw new Error(`${what}: ${error.stack}`);
      await revive();
    }
  }
}

function advance(ms) {
  const until = world.now + ms;
  return insist('living on', () => world.advance(until - world.now));
}

/** A request that is repeated under its key; when nobody knows whether the first was done, the list tells. */
async function once(path, body, key) {
  return insist(path, async () => {
    let answer = await api.ask('POST', path, body, { 'idempotency-key': key });
    if (answer.status === 409) {
      const there = (await api.rows(path)).find((row) => row.name === body.name);
      if (there) return there;
      answer = await api.ask('POST', path, body, { 'idempotency-key': `${key}-again` });
    }
    assert.ok(answer.status < 300, `${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  });
}

/** What the platforms took since the last round was judged. */
async function news() {
  const lines = [];
  for (;;) {
    const { text } = await request(sim.to, 'GET', `/sim/log?after=${seen + lines.length}&limit=10000`);
    const page = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    if (page.length === 0) return lines;
    lines.push(...page);
  }
}

const rows = (sql) => JSON.parse(execFileSync('sqlite3', ['-json', '-readonly', join(world.server.dir, 'yutang.db'), sql]).toString() || '[]');

async function prepare() {
  let server;
  ({ world, server, sim, api } = await connectedWorld({ args: ['--sms-provider', 'http'] }));
  staff = (await api.rows('staff')).find((one) => one.userid === 'zhangli').id;
  for (const [name, value] of Object.entries({ 'sms.url': `http://${sim.addr}/sms/send`, 'sms.ok': '"code":0', 'smsdrain.body': '{"phone":"{phone}","text":"{text}"}', 'smsdrain.sign': '鱼塘' })) {
    await api.put(`settings/${name}`, { value });
  }
  const file = join(tempDir(), 'orders.csv');
  writeFileSync(file, `订单号,手机号,付款时间,实付金额\nK-1,${PHONE},2026-08-01 10:00:00,120.00\n`);
  assert.equal((await run(['import', 'orders', file, '--preset', 'generic', '--data', server.dir, '--json'])).code, 0);
  const { appid, secret } = await sim.post('oa', {});
  const account = await api.post('oa-accounts', { name: '鱼塘服务号', appid, secret, token: TOKEN, aeskey: AES_KEY, base: `http://${sim.addr}/oa` }, 201);
  await sim.post('oa', { url: `http://${server.addr}${new URL(account.callback_url).pathname}`, token: TOKEN, aes_key: AES_KEY, mode: 'safe' });
  ({ openid } = await sim.post('oa/follow', { person: { name: '粉' } }));
  await api.post(`oa-accounts/${account.id}/templates/read`);
  const template = (await api.rows('journey-templates')).find((one) => one.id === 'newfans');
  for (const node of template.def.graph.nodes) if (node.wait) node.wait.minutes = WAIT_MINUTES;
  journey = (await api.post('journeys', { ...template.def, name: '新粉' }, 201)).id;
  await api.post(`journeys/${journey}/publish`);
  await world.settle();
  buyer = (await api.rows('customers?expr=orders%20%3E%3D%201'))[0].id;
  seen = (await news()).length;
}

/** Three come by a new code, one alone, one to the account; all as often as the process dies on the way. */
async function come(round, name) {
  await once('livecodes', { name, channel: name, skip_verify: true, welcome: { text: `欢迎${name}` }, staff_ids: [staff] }, `kill-code-${round}`);
  let way;
  for (let i = 0; i < 10 && !way; i++) { // each death in its call puts it off
    await advance(MINUTE);
    way = (await news()).findLast((line) => line.api === 'externalcontact/add_contact_way');
  }
  assert.ok(way, `${name}: no contact way within ten minutes`);
  for (let i = 0; i < FRIENDS; i++) {
    await sim.post('scan', { config_id: way.result.config_id, person: { name: `${name}友${i}` } });
    await advance(5 * SECOND);
  }
  await sim.post('scan', { userid: 'zhangli', skip_verify: true, person: { name: `${name}信` } });
  const fan = await sim.post('oa/follow', { person: { name: `${name}粉` } });
  for (const one of [fan.openid, openid]) {
    await insist('write', async () => assert.equal((await sim.post('oa/write', { openid: one, text: `在吗${round}` })).status, 200));
  }
  await advance(MINUTE);
}

/** One message of each kind that a program says; what was asked for. */
async function speak(round, name) {
  const all = await insist('people', () => api.rows(`customers?${new URLSearchParams({ expr: 'friend or oa_fan' })}`));
  const alone = all.find((row) => row.name === `${name}信`), fan = all.find((row) => row.name === '粉') ?? all.find((row) => !row.friend);
  const said = [['sms.send', buyer, { class: 'service', text: `到货${round}` }], ['wecom.send', alone.id, { class: 'service', text: `信${round}`, gather_min: 0 }],
    ['oa.message', fan.id, { class: 'service', text: `客服${round}` }],
    ['oa.template', fan.id, { template: 'TPL_STOCK', data: [{ key: 'thing1', value: `外套${round}` }, { key: 'thing2', value: '人民路店' }] }]];
  for (const [verb, customer, args] of said) {
    const answer = await insist(verb, () => api.post('speak/try', { verb, args, key: `kill-${round}`, customer }));
    assert.equal(answer.state, 'asked', `${verb}: ${JSON.stringify(answer)}`);
  }
  return said;
}

/** One round's people and messages, dying all the while; what was to happen. */
async function live(round) {
  const name = `第${round}轮`, confirmed = new Set();
  await come(round, name);
  const said = await speak(round, name);
  await advance(10 * SECOND);
  const cast = await once('broadcasts', { name, expr: `channel = "${name}"`, content: { text: `群发${round}` }, confirm_count: FRIENDS }, `kill-cast-${round}`);
  for (let i = 0; i < 6; i++) { // her phone is in her hand all day
    await advance(i < 3 ? 10 * SECOND : 5 * MINUTE);
    for (const line of await news()) {
      const msgid = line.api === 'externalcontact/add_msg_template' && line.result?.msgid;
      if (!msgid || confirmed.has(msgid)) continue;
      confirmed.add(msgid);
      await sim.post('task/confirm', { msgid, userid: 'zhangli' });
    }
  }
  return { round, name, cast, said };
}

/** Everything due was sent once or says what became of it; nothing is unknown. */
async function judge(round) {
  const lines = await news(), count = new Map();
  seen += lines.length;
  for (const { api: path, params } of lines.filter((line) => line.kind === 'message' && line.api !== 'mass.delivered')) {
    const words = params.text?.content ?? params.text ?? JSON.stringify(params.data ?? '');
    const what = `${path} ${params.external_userid ?? params.touser ?? params.phone} ${words}`;
    count.set(what, (count.get(what) ?? 0) + 1);
  }
  // Of mass sends nobody gets two, whichever task brings them.
  for (const { params } of lines.filter((line) => line.api === 'mass.delivered')) {
    count.set(`mass ${params.external_userid}`, (count.get(`mass ${params.external_userid}`) ?? 0) + 1);
  }
  for (const [what, n] of count) if (n > 1) found.twice.push(`${round.name}: ${what} ${n} times`);
  const lost = (what) => found.forgotten.push(`${round.name}: ${what}`);
  const people = await api.rows(`customers?${new URLSearchParams({ expr: `channel = "${round.name}"` })}`);
  if (people.length !== FRIENDS) lost(`${people.length} friends`);
  for (const one of people) {
    const told = (await api.rows(`customers/${one.id}/timeline?kinds=welcome.`)).filter((line) => line.kind.startsWith('welcome.'));
    if (told.length !== 1) lost(`${one.name}: ${told.length} words about her welcome`);
  }
  for (const [verb, customer] of round.said) {
    const [row] = verb === 'wecom.send' ? rows(`SELECT state FROM letter WHERE act_key = 'kill-${round.round}'`)
      : rows(`SELECT state FROM speak WHERE verb = '${verb}' AND act = 'kill-${round.round}' AND made_by = 'try'`);
    if (!row) lost(`${verb} to ${customer}`);
    else if (['asked', 'gathering', 'planned', 'created'].includes(row.state)) found.unresolved.push(`${round.name}: ${verb} is ${row.state}`);
  }
  const { state, counts } = await api.get(`broadcasts/${round.cast.id}`);
  if (Number(counts.planned) !== FRIENDS || Number(counts.unknown) || !['closed', 'open'].includes(state)) found.unresolved.push(`${round.name}: broadcast ${state} ${JSON.stringify(counts)}`);
  const reached = ['delivered', 'refused', 'failed', 'expired'].reduce((sum, what) => sum + Number(counts[what] ?? 0), 0);
  if (reached < FRIENDS) lost(`broadcast ${state} ${JSON.stringify(counts)}`);
  for (const row of rows('SELECT kind, key, state FROM outbox WHERE state IN (1, 4)')) found.unresolved.push(`${round.name}: ${row.kind} ${row.key} is ${row.state === 1 ? 'calling' : 'unknown'}`);
  return round;
}

/** Who walked the journeys: each once, to an end, with three words. */
async function judgeJourneys(rounds) {
  const out = await api.rows(`journeys/${journey}/people?state=out`), inside = await api.rows(`journeys/${journey}/people?state=in`);
  const walked = out.length + inside.length, due = rounds.length + 1; // and the fan of all rounds
  if (walked !== due) found[walked > due ? 'twice' : 'forgotten'].push(`${walked} of ${due} walks`);
  for (const row of inside) found.unresolved.push(`journey: ${JSON.stringify(row).slice(0, 300)}`);
  for (const row of out.filter((one) => one.outcome !== 'done')) found.forgotten.push(`journey ended ${row.outcome}: ${JSON.stringify(row).slice(0, 300)}`);
}

await prepare();
const rounds = [];
const began = performance.now();
while (killed() < KILLS) {
  await world.server.stop();
  on = true;
  await start();
  const one = await live(rounds.length + 1);
  on = false;
  if (world.server.program.running) await world.server.stop('SIGKILL');
  await world.restart({});
  await sim.post('clock', { to: world.now });
  await world.advance(UNANSWERED_MS);
  rounds.push(await judge(one));
  note(`round ${rounds.length}: ${killed()} killed, ${Math.round((performance.now() - began) / 1000)} s; ${Object.entries(found).map(([what, list]) => `${list.length} ${what}`).join(', ')}`);
  if ((world.now - T0) % DAY < EVENING_MS) continue;
  await world.advance(DAY - ((world.now - T0) % DAY));
  api = await world.server.admin();
}
await judgeJourneys(rounds);
await world.stop();
for (const list of Object.values(found)) for (const line of list.slice(0, 20)) note(line);
note(`${rounds.length} rounds; ${Object.entries(kills).map(([name, n]) => `${n} at ${name}`).join(', ')}`);
figure('kill_kills', killed(), 'deaths', '>=', KILLS);
for (const [name, n] of Object.entries(kills)) figure(`kill_at_${name.replace('.', '_')}`, n, 'deaths', '>=', Math.min(1, KILLS / 100));
figure('kill_sent_twice', found.twice.length, 'messages', '=', 0);
figure('kill_forgotten', found.forgotten.length, 'messages', '=', 0);
figure('kill_unresolved', found.unresolved.length, 'messages', '=', 0);
process.exitCode = exitCode();
