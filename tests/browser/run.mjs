// Walks through a running demo as its operator would. Prints a line per walk and `N passed, N failed`.
//   YUTANG_URL=http://127.0.0.1:8090 YUTANG_LOGIN=admin YUTANG_PASSWORD=... node run.mjs [part of a name]
import { readdirSync } from 'node:fs';
import { close, complaints, gather, open, runAll, strangers } from './harness.mjs';

// Walks of a group go one after another, because they count or change the same things: nobody may arrive while people are counted,
// and what one broadcast sends, the next may not send again. The groups of a round go side by side, the rounds one after another.
const ROUNDS = [
  [
    ['entry', 'thread', 'import', 'tags', 'rules', 'life', 'audience'],
    ['everywhere', 'codes', 'kept', 'places'],
  ],
  [
    ['moments', 'campaigns', 'approvals', 'restraint', 'journeys', 'again', 'experiments'],
    ['rooms', 'tasks', 'stock', 'groups', 'channels', 'materials', 'surveys'],
  ],
];
const forgotten = readdirSync(new URL('walks', import.meta.url)).filter((file) => !ROUNDS.flat(2).includes(file.replace('.mjs', '')));
if (forgotten.length) throw new Error(`in no group of run.mjs: ${forgotten.join(', ')}`);

const only = process.argv[2];
let passed = 0;
let failed = 0;
await open();
for (const round of ROUNDS) {
  const groups = [];
  for (const files of round) groups.push(await gather(files));
  const count = await runAll(groups, only);
  passed += count.passed;
  failed += count.failed;
}
await close();

// What all walks together must not have done.
for (const [text, found] of [['no request leaves the origin', strangers], ['no page throws', complaints]]) {
  if (found.size) {
    failed++;
    console.log(`FAIL ${text}\n     ${[...found].slice(0, 10).join('\n     ')}`);
  } else {
    passed++;
    console.log(`ok   ${text}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
