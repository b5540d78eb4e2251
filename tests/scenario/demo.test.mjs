// The demo's folder: an empty one is filled, a finished one is taken again, and what is somebody else's stays untouched.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Console, Program, Server, filesBelow, readFileSync, run, tempDir, until } from './lib.mjs';

const HISTORY_MS = 180_000; // ninety days are lived through
const demo = (dir, ...more) => ['demo', '--data', dir, '--customers', '20', '--listen', '127.0.0.1:0', ...more];

async function greets(dir) {
  const program = new Program(demo(dir));
  await program.line(/Yutang demo is ready/, HISTORY_MS);
  assert.equal(await program.stop(), 0, program.err);
}

test('an empty folder becomes a demo, which goes on and can be begun anew', async () => {
  const dir = tempDir(), key = join(dir, 'master.key');
  await greets(dir);
  const first = readFileSync(key, 'utf8');
  await greets(dir);
  assert.equal(readFileSync(key, 'utf8'), first);
  const anew = new Program(demo(dir, '--reset'));
  await until('the old one goes', () => !existsSync(key));
  await anew.stop('SIGKILL');
});

test('the demo shows tags in five dimensions, rules at work, attributes of its own and categories', async () => {
  const program = new Program(['demo', '--data', tempDir(), '--customers', '60', '--listen', '127.0.0.1:0']);
  const [, address] = await program.line(/鱼塘演示已就绪\s+(http:\/\/\S+)/, HISTORY_MS);
  const { port } = new URL(address);
  const api = await new Console({ host: '127.0.0.1', port: Number(port) }).login('demo', 'yutang-demo');
  const groups = (await api.get('tag-groups')).data;
  assert.deepEqual([...new Set(groups.map((g) => g.dimension))].sort(), ['basic', 'behaviour', 'channel', 'interest', 'preference']);
  const rules = (await api.get('tag-rules')).data;
  assert.equal(rules.length, 8);
  assert.ok(rules.every((r) => r.on && r.errors === 0), JSON.stringify(rules));
  assert.ok(rules.some((r) => r.hits_30 > 0), 'none has marked anybody');
  const attributes = (await api.get('attributes')).data;
  assert.deepEqual(attributes.map((a) => [a.name, a.source, a.state]), [['spent_90d', 'event', 'ready'], ['due_day', 'field', 'ready']]);
  for (const expr of ['categories is known', 'spent_90d > 0'])
    assert.ok((await api.post('audience/count', { expr })).count > 0, expr);
  assert.equal(await program.stop(), 0, program.err);
});

test("a folder that holds no demo is neither used nor removed, a product's data above all", async () => {
  const photos = join(tempDir(), 'photos'), product = tempDir();
  mkdirSync(photos);
  writeFileSync(join(photos, 'one.jpg'), 'a photo');
  await (await Server.start({ dir: product })).stop();
  for (const dir of [photos, product]) {
    const before = filesBelow(dir);
    assert.ok(before.length);
    for (const more of [[], ['--reset']]) {
      const { code, err } = await run(demo(dir, ...more));
      assert.notEqual(code, 0);
      assert.match(err, /holds no complete demo/);
      assert.deepEqual(filesBelow(dir), before);
    }
  }
});

test('a command that only reads says that nothing is there, and makes nothing', async () => {
  const parent = tempDir(), dir = join(parent, 'mistyped'), file = join(parent, 'backup.db');
  for (const args of [['audience', 'count', 'friend'], ['backup', file], ['rebuild'], ['user', 'list'], ['user', 'passwd', 'admin']]) {
    const { code, err } = await run([...args, '--data', dir]);
    assert.equal(code, 3, args.join(' '));
    assert.match(err, new RegExp(`${dir}.*yutang serve`), args.join(' '));
  }
  const doctor = await run(['doctor', '--data', dir, '--json']);
  assert.equal(doctor.code, 0, doctor.err);
  const lines = doctor.out.trim().split('\n').map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).cure, 'yutang serve');
  assert.deepEqual(filesBelow(parent), []);
  assert.equal(existsSync(dir), false);
});

test('a wrong expression and a wrong module are told in the language of who asks', async () => {
  const dir = tempDir();
  await (await Server.start({ dir })).stop();
  const wrong = await run(['audience', 'count', 'friend and spend > 1', '--data', dir], { LANG: 'zh_CN.UTF-8' });
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /没有「spend」（第 12 个字）.*spent/);
  const english = await run(['audience', 'count', 'friend and spend > 1', '--data', dir], { LANG: 'en_US.UTF-8' });
  assert.match(english.err, /no "spend" \(column 12\)/);
  const module = await run(['rebuild', 'nosuch', '--data', dir]);
  assert.equal(module.code, 2);
  assert.match(module.err, /no module nosuch; there are:.* audience/);
});
