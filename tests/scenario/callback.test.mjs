// WeCom's callback address against what Tencent's own npm package encrypts, and against everything that is not that.
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { AES_KEY, TOKEN, MINUTE, connectedWorld, request } from './lib.mjs';

let world, server, sim, api, path;
const STRANGER = 'wwanotherpond00001';

before(async () => {
  ({ world, server, sim, api } = await connectedWorld());
  path = new URL(world.callback).pathname;
});
after(() => world?.stop());

const query = (params) => new URLSearchParams(params).toString();

/** A delivery as WeCom makes it; what is wrong with it is said by the options. */
function deliver(xml, { corpid = sim.corpid, token = TOKEN, key = AES_KEY, signature, envelope, slug = path, nonce = 'n0nce', timestamp = '1790000000' } = {}) {
  const sealed = encrypt(key, xml, corpid);
  const body = envelope ? envelope(sealed) : `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>`;
  const msg_signature = signature ?? getSignature(token, timestamp, nonce, sealed);
  return request(server.to, 'POST', `${slug}?${query({ msg_signature, timestamp, nonce })}`, Buffer.from(body), { 'content-type': 'text/xml' });
}

let serial = 0;
/** Somebody adds zhangli, told by a callback made here. */
function added(external = `wm${String(++serial).padStart(30, 'x')}`, at = Math.floor(world.now / 1000)) {
  return `<xml><ToUserName><![CDATA[${sim.corpid}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${at}</CreateTime>`
    + '<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType>'
    + `<UserID><![CDATA[zhangli]]></UserID><ExternalUserID><![CDATA[${external}]]></ExternalUserID></xml>`;
}

const people = async () => (await api.get('customers?limit=1')).total;

/** The request is refused with that status, and nobody new is there afterwards. */
async function refused(status, send) {
  const before = await people();
  const answer = await send();
  assert.equal(answer.status, status, answer.text.slice(0, 300));
  assert.ok(!answer.text.includes('success'));
  await world.advance(MINUTE);
  assert.equal(await people(), before);
}

test('the address answers WeCom\'s check with the plain text alone', async () => {
  const said = '1616140317555161061';
  const echostr = encrypt(AES_KEY, said, sim.corpid);
  const ask = { timestamp: '1790000000', nonce: 'abc', echostr, msg_signature: getSignature(TOKEN, '1790000000', 'abc', echostr) };
  const answer = await request(server.to, 'GET', `${path}?${query(ask)}`);
  assert.equal(answer.status, 200);
  assert.equal(answer.text, said);
  assert.equal((await request(server.to, 'GET', `${path}?${query({ ...ask, msg_signature: '0'.repeat(40) })}`)).status, 401);
  const foreign = encrypt(AES_KEY, said, STRANGER);
  const answer2 = await request(server.to, 'GET', `${path}?${query({ ...ask, echostr: foreign, msg_signature: getSignature(TOKEN, '1790000000', 'abc', foreign) })}`);
  assert.equal(answer2.status, 401);
});

test('what the simulator encrypts, the npm package decrypts', async () => {
  const got = [];
  const ear = createServer((req, res) => {
    const url = new URL(req.url, 'http://ear');
    const [timestamp, nonce, signature] = ['timestamp', 'nonce', 'msg_signature'].map((name) => url.searchParams.get(name));
    let body = '';
    req.on('data', (part) => (body += part)).on('end', () => {
      const sealed = req.method === 'GET' ? url.searchParams.get('echostr') : /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)[1];
      assert.equal(getSignature(TOKEN, timestamp, nonce, sealed), signature);
      const { message, id } = decrypt(AES_KEY, sealed);
      got.push({ message, id });
      res.end(req.method === 'GET' ? message : 'success');
    });
  });
  await new Promise((done) => ear.listen(0, '127.0.0.1', done));
  try {
    await sim.post('corp', { url: `http://127.0.0.1:${ear.address().port}/`, token: TOKEN, aes_key: AES_KEY });
    await sim.post('staff', { userid: 'zhangli', name: '张莉' });
    await world.advance(MINUTE);
  } finally {
    ear.close();
    ear.closeAllConnections();
    await sim.post('corp', { url: world.callback, token: TOKEN, aes_key: AES_KEY });
  }
  assert.ok(got.every(({ id }) => id === sim.corpid));
  assert.match(got.at(-1).message, /<ChangeType><!\[CDATA\[update_user\]\]>/);
});

test('what the npm package encrypts is taken, and a repeat changes nothing', async () => {
  const before = await people();
  const xml = added();
  for (let i = 0; i < 3; i++) {
    const answer = await deliver(xml, { nonce: `again${i}`, timestamp: String(1790000000 + i) });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, 'success');
  }
  await world.advance(MINUTE);
  assert.equal(await people(), before + 1);
  const replay = await deliver(xml);
  assert.equal(replay.status, 200, 'a replay is acknowledged, or WeCom would send it again');
  await world.advance(MINUTE);
  assert.equal(await people(), before + 1);
});

test('a wrong signature is refused', () => refused(401, () => deliver(added(), { signature: 'f'.repeat(40) })));
test('a signature with another token is refused', () => refused(401, () => deliver(added(), { token: 'anothertoken' })));
test('no signature is refused', () => refused(401, () => deliver(added(), { signature: '' })));
test('a message for another corp is refused, though signed and sealed with our key', () => refused(401, () => deliver(added(), { corpid: STRANGER })));

test('a cipher text that was changed is refused', () => refused(401, () => {
  const sealed = encrypt(AES_KEY, added(), sim.corpid);
  const broken = (sealed[0] === 'A' ? 'B' : 'A') + sealed.slice(1);
  return deliver('', { envelope: () => `<xml><Encrypt><![CDATA[${broken}]]></Encrypt></xml>`, signature: getSignature(TOKEN, '1790000000', 'n0nce', sealed) });
}));

test('envelopes that are no XML are refused', async () => {
  for (const envelope of [
    (sealed) => `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt>`,
    () => '',
    () => 'Encrypt=1',
    () => '<xml></xml>',
    (sealed) => `<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>${sealed}</Encrypt></xml>`,
  ]) await refused(400, () => deliver(added(), { envelope }));
});

test('a body over 1 MiB is refused', () => refused(413, () => deliver('x'.repeat(1 << 20))));

test('text that is no UTF-8 is refused', () => refused(400, () => {
  const random = Buffer.alloc(16, 7);
  const sealed = encryptBytes(Buffer.concat([Buffer.from('<xml><Name>'), Buffer.from([0xff, 0xfe]), Buffer.from('</Name></xml>')]), random);
  return deliver('', { envelope: () => `<xml><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`, signature: getSignature(TOKEN, '1790000000', 'n0nce', sealed) });
}));

test('a sound message that is no XML, or about nothing we know, is taken and changes nothing', async () => {
  const before = await people();
  for (const text of ['no xml at all', '<xml><Event>something_new</Event></xml>', '<xml><MsgType>event</MsgType>']) {
    const answer = await deliver(text);
    assert.equal(answer.status, 200, 'only stored, judged later');
  }
  await world.advance(5 * MINUTE);
  assert.equal(await people(), before);
  const corp = await api.get('corp');
  assert.ok(corp.corpid === sim.corpid);
});

test('an address nobody was given is not there', () => refused(404, () => deliver(added(), { slug: '/wecom/callback/nosuchslugatall1' })));

/** The package encrypts texts only; these are bytes. */
function encryptBytes(message, random) {
  const key = Buffer.from(`${AES_KEY}=`, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const plain = Buffer.concat([random, length, message, Buffer.from(sim.corpid)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}
