// What a program says by itself, nobody tapping: the message of the 48-hour window on the official account goes out
// once wherever the process is killed. Where the platform takes a number of ours (templates) that is exactly once; where it
// does not, a death between the word "now I call" and the call is told as unknown, never said again.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { AES_KEY, MINUTE, SECOND, TOKEN, connectedWorld, request } from './lib.mjs';

const POINTS = Number(process.env.YUTANG_CRASH_POINTS ?? 7); // commits from asking to the end
const ACTS = {
  message: { verb: 'oa.message', api: 'oa/custom/send', args: { class: 'service', text: '小花您好，您看中的外套到货了' } },
  template: { verb: 'oa.template', api: 'oa/template/send', args: { template: 'TPL_STOCK', data: [{ key: 'thing1', value: '外套' }, { key: 'thing2', value: '人民路店' }] } },
};

/** A fan who has just written, known to the product. */
async function fanWhoWrote() {
  const { world, server, sim, api } = await connectedWorld();
  const { appid, secret } = await sim.post('oa', {});
  const account = await api.post('oa-accounts', { name: '鱼塘服务号', appid, secret, token: TOKEN, aeskey: AES_KEY, base: `http://${sim.addr}/oa` }, 201);
  const callback = `http://${server.addr}${new URL(account.callback_url).pathname}`;
  await sim.post('oa', { url: callback, token: TOKEN, aes_key: AES_KEY, mode: 'safe' });
  const { openid } = await sim.post('oa/follow', { person: { name: '小花' } });
  await api.post(`oa-accounts/${account.id}/templates/read`);
  await sim.post('oa/write', { openid, text: '有外套吗' });
  await world.settle();
  const { data } = await api.get('customers?expr=oa_fan');
  return { world, sim, api, customer: data[0].id, openid };
}

/** Asks until there is an answer, as a journey's step that did not stand is done again under its key. */
async function insist(s, act) {
  for (let deaths = 0; ; deaths++) {
    try {
      return { deaths, answer: await act() };
    } catch (error) {
      await new Promise((done) => setTimeout(done, 300));
      if (s.world.server.program.running || deaths === 3) throw error;
      assert.equal(s.world.server.program.child.signalCode, 'SIGKILL', s.world.server.log.slice(-800));
      await s.world.restart({});
      await s.sim.post('clock', { to: s.world.now });
    }
  }
}

const said = async (sim, api) => (await sim.log()).filter((line) => line.api === api).length;

const commits = async ({ local }) => Number(/^yutang_store_commits(?:\{\})? (\d+)/m.exec((await request(local, 'GET', '/metrics')).text)[1]);
let boot; // commits of a start alone

before(async () => {
  const s = await fanWhoWrote();
  await s.world.server.stop();
  boot = await commits(await s.world.restart({}));
  await s.world.stop();
});

async function live(fault, what) {
  const { verb, api, args } = ACTS[what];
  const body = { verb, args, key: 's51' };
  const s = await fanWhoWrote();
  try {
    await s.world.server.stop();
    await s.world.restart({ YUTANG_FAULT: fault });
    const asked = await insist(s, async () => {
      const answer = await s.api.ask('POST', 'speak/try', { ...body, customer: s.customer });
      assert.equal(answer.status, 200, answer.text);
      return answer.json;
    });
    assert.equal(asked.answer.state, 'asked');
    const until = s.world.now + 10 * MINUTE;
    const lived = await insist(s, () => s.world.advance(until - s.world.now));
    const again = await s.api.ask('POST', 'speak/try', { ...body, customer: s.customer });
    assert.equal(again.json.state, 'asked');
    await s.world.advance(10 * SECOND);
    const kinds = (await s.api.rows(`customers/${s.customer}/timeline`)).map((line) => line.kind);
    return { deaths: asked.deaths + lived.deaths, said: await said(s.sim, api), ended: kinds.filter((kind) => kind === 'verb.ended').length };
  } finally {
    await s.world.stop();
  }
}

for (const [point, what] of [['store.commit', 'message'], ['store.committed', 'message'], ['store.committed', 'template']])
  test(`a ${what}, killed at any ${point}: told once, said ${point === 'store.committed' && what === 'message' ? 'at most ' : ''}once`, async () => {
    let deaths = 0, unsaid = 0;
    for (let n = 1; n <= POINTS; n++) {
      const end = await live(`${point}:${boot + n}:crash`, what);
      assert.equal(end.ended, 1, `${point}:${n} told ${end.ended} times`);
      assert.ok(end.said <= 1, `${point}:${n} said ${end.said} times`);
      unsaid += end.said === 0;
      deaths += end.deaths;
    }
    // Dead between the durable "now I call" and the call: only a template's number lets us call again.
    assert.ok(unsaid <= (point === 'store.committed' && what === 'message' ? 1 : 0), `${unsaid} unsaid`);
    assert.ok(deaths >= POINTS - 2, `${deaths} deaths`);
  });
