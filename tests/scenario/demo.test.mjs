// The demo's folder: an empty one is filled, a finished one is taken again, and what is somebody else's stays untouched.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program, Server, filesBelow, readFileSync, run, tempDir, until } from './lib.mjs';

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
