// Walks through a running demo as its operator would. Prints a line per walk and `N passed, N failed`.
//   YUTANG_URL=http://127.0.0.1:8090 YUTANG_LOGIN=admin YUTANG_PASSWORD=... node run.mjs [part of a name]
import { close, complaints, open, runAll, strangers } from './harness.mjs';
import './walks/entry.mjs';
import './walks/thread.mjs';
import './walks/import.mjs';
import './walks/tags.mjs';
import './walks/rules.mjs';
import './walks/codes.mjs';
import './walks/places.mjs';
import './walks/life.mjs';
import './walks/audience.mjs';
import './walks/kept.mjs';
import './walks/groups.mjs';
import './walks/restraint.mjs';
import './walks/rooms.mjs';
import './walks/tasks.mjs';
import './walks/moments.mjs';
import './walks/campaigns.mjs';
import './walks/materials.mjs';
import './walks/surveys.mjs';
import './walks/stock.mjs';
import './walks/journeys.mjs';
import './walks/again.mjs';
import './walks/channels.mjs';
import './walks/experiments.mjs';
import './walks/everywhere.mjs';

await open();
const only = process.argv[2];
let { passed, failed } = await runAll(only);
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
