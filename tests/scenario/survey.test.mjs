// Who turned dormant is asked why by text message, answers on her phone, is offered something by her reason, and the table of
// reasons says what it was worth and who came back: real processes, simulated days.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DAY, HOUR, MINUTE, connectedWorld, request, runJson, tempDir } from './lib.mjs';

let world, server, sim, api;

async function bringOrders(rows) {
  const path = join(tempDir(), 'orders.csv');
  writeFileSync(path, ['订单号,手机号,付款时间,实付金额', ...rows].join('\n'));
  await runJson(['import', 'orders', path, '--preset', 'generic', '--data', server.dir]);
  await world.settle();
}
const local = (ms) => new Date(ms + 8 * HOUR).toISOString().slice(0, 19).replace('T', ' ');
const messages = async (phone) => (await sim.log()).filter((line) => line.api === 'sms/send' && line.params.phone === phone).map((line) => line.params.text);

before(async () => {
  ({ world, server, sim, api } = await connectedWorld({ args: ['--sms-provider', 'http'] }));
  for (const [name, value] of Object.entries({ 'sms.url': `http://${sim.addr}/sms/send`, 'sms.ok': '"code":0', 'smsdrain.body': '{"phone":"{phone}","text":"{text}"}', 'smsdrain.sign': '鱼塘',
    'mail.host': '127.0.0.1', 'mail.from': 'pond@example.com' })) await api.put(`settings/${name}`, { value });
  const rule = await api.ask('PUT', 'lifecycle/rule', { template: 'baby', growing: 1, mature: 3, window: 0, dormant: 2, lost: 300, life: 'orders', grown: 0 }, { 'if-match': '"0"' });
  assert.equal(rule.status, 200, rule.text);
});
after(() => world?.stop());

/** As her phone does: behind the short address, the form, and the script. */
async function phone(text) {
  const link = new URL(/http\S+/.exec(text)[0]);
  const door = await request(server.to, 'GET', link.pathname + link.search);
  assert.equal(door.status, 302);
  const page = new URL(door.headers.location, link);
  assert.equal(page.pathname, '/h5/survey');
  const by = Object.fromEntries(page.searchParams);
  const headers = { 'user-agent': 'Mozilla/5.0 (iPhone)' };
  let cookie = '';
  return async (what, more) => {
    const answer = more ? await request(server.to, 'POST', `/h5/api/survey${what}`, { ...by, ...more }, { ...headers, cookie })
      : await request(server.to, 'GET', `/h5/api/survey?${page.searchParams}`, undefined, { ...headers, cookie });
    cookie = answer.headers['set-cookie']?.[0].split(';')[0] ?? cookie;
    assert.ok(answer.status < 300, answer.text);
    return answer.json;
  };
}

test('the dormant are asked why, answered by reason, and the table of reasons tells what came of it', async () => {
  const survey = await api.post('surveys', await api.get('survey-usual'), 201);
  await api.post(`surveys/${survey.id}/publish`);
  const template = (await api.rows('journey-templates')).find((one) => one.id === 'winback');
  assert.ok(template.available, JSON.stringify(template.missing));
  const open = await api.post('journeys', { ...template.def, name: '流失召回' }, 201);
  const refused = await api.ask('POST', `journeys/${open.id}/publish`, {});
  assert.equal(refused.status, 422, 'its survey is left open');
  assert.match(refused.text + JSON.stringify(open), /客户问卷/);
  const def = JSON.parse(JSON.stringify(template.def).replaceAll('survey:0', `survey:${survey.id}`));
  const journey = await api.post('journeys', { ...def, name: '流失召回二' }, 201);
  await api.post(`journeys/${journey.id}/publish`);

  const phones = ['13900000011', '13900000012', '13900000013'];
  await bringOrders(phones.map((number, i) => `A-${i},${number},${local(world.now - HOUR)},${(i + 1) * 100}.00`));
  await world.advance(4 * DAY);
  const asked = await Promise.all(phones.map(messages));
  assert.deepEqual(asked.map((all) => all.length), [1, 1, 1]);
  assert.equal(new Set(asked.map(([text]) => /http\S+/.exec(text)[0])).size, 3, 'a link for each');

  for (const [i, code] of ['price', 'quality'].entries()) {
    const her = await phone(asked[i][0]);
    const form = await her('');
    assert.deepEqual([form.state, form.answered, form.questions.length], ['open', false, 4]);
    await her('/open', {});
    const saved = await her('/answer', { number: form.number, answers: [{ question: 'q1', choices: [code] }, { question: 'q4', text: `因为${code}` }] });
    assert.equal(saved.state, 'saved');
    assert.equal((await her('')).answered, true);
  }
  await world.advance(2 * DAY);
  assert.match((await messages(phones[0])).at(-1), /老客专属券/);
  assert.equal((await messages(phones[1])).length, 1, 'who complained is called, not offered a coupon');

  await bringOrders([`B-1,${phones[0]},${local(world.now - MINUTE)},50.00`, `B-3,${phones[2]},${local(world.now - MINUTE)},50.00`]);
  await world.advance(HOUR);
  api = await server.admin(); // a session ends after hours
  const out = await api.rows(`journeys/${journey.id}/people?state=out`);
  assert.deepEqual(out.map((row) => row.outcome).sort(), ['done', 'done', 'goal'], 'she who bought without an answer is let go');

  const table = await api.get(`surveys/${survey.id}/reasons?back_days=30`);
  assert.equal(table.total, 2);
  assert.deepEqual(table.data.map((row) => [row.reason, row.people, row.spent, row.back]).sort(), [['price', 1, 10000, 1], ['quality', 1, 20000, 0]]);
  const answers = await api.rows(`surveys/${survey.id}/answers`);
  assert.deepEqual(answers.map((row) => row.said.at(-1).text).sort(), ['因为price', '因为quality']);
  const [view] = await api.rows('surveys');
  assert.deepEqual([view.opened, view.answered], [2, 2]);
  const { data } = await api.get(`customers?expr=${encodeURIComponent('survey_reason = "price" and did("survey.answered", within 30d)')}`);
  assert.equal(data.length, 1);
  const kinds = (await api.rows(`customers/${data[0].id}/timeline`)).map((line) => line.kind);
  assert.ok(kinds.includes('survey.opened') && kinds.includes('survey.answered'));
});
