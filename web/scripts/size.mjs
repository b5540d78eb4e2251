// Fails when a page's first visit weighs more than its budget: gzip of every script and style it loads.
// Run after `npm run build`.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const CONSOLE_KB = 330;
const CANVAS_KB = 400; // the page that draws journeys brings its canvas along
const H5_KB = 110;
const root = fileURLToPath(new URL('..', import.meta.url));
const list = join(root, 'node_modules/.cache/chunks.json');
if (!existsSync(list)) {
  console.error('size: no build found, run `npm run build` first');
  process.exit(2);
}
const chunks = new Map(JSON.parse(readFileSync(list, 'utf8')).map((c) => [c.file, c]));
const weights = new Map();
const weigh = (file) => {
  if (!weights.has(file)) weights.set(file, gzipSync(readFileSync(join(root, 'dist', file)), { level: 9 }).length);
  return weights.get(file);
};

/** Everything that must arrive before the chunk runs. */
function closure(file, into = new Set()) {
  const chunk = chunks.get(file);
  if (!chunk || into.has(file)) return into;
  into.add(file);
  chunk.css.forEach((css) => into.add(css));
  chunk.imports.forEach((next) => closure(next, into));
  return into;
}
const isPage = (c) => /\/pages\/\w+Page\.vue/.test(c.module);
const byModule = (name) => [...chunks.values()].find((c) => c.module.includes(name));

const entry = byModule('/index.html') ?? byModule('/main.ts');
const layout = byModule('/ConsoleLayout.vue');
const h5 = byModule('/h5.html') ?? byModule('/h5/main.ts');
const english = [...chunks.values()].find((c) => c.module.endsWith('/i18n/en/index.ts'));
const router = readFileSync(join(root, 'src/router.ts'), 'utf8');
/** The texts a page names in the router. */
const textsOf = (name) => router.match(new RegExp(`/${name}\\.vue'\\), '([^']+)'`))?.[1].split(' ') ?? [];
const rows = [];
for (const page of [...chunks.values()].filter(isPage)) {
  const files = closure(entry.file);
  closure(layout.file, files);
  closure(page.file, files);
  // What a page loads by itself right after it opens (the canvas of a journey) counts as its own.
  page.lazy.filter((file) => file !== english?.file).forEach((file) => closure(file, files));
  const name = basename(page.module).replace('.vue', '');
  textsOf(name).forEach((section) => closure(byModule(`/i18n/zh/${section}.ts`).file, files));
  rows.push([name, files, name === 'JourneyPage' ? CANVAS_KB : CONSOLE_KB]);
}
rows.push(['h5', closure(h5.file), H5_KB]);

let over = 0;
for (const [name, files, budget] of rows.sort((a, b) => a[0].localeCompare(b[0]))) {
  const kb = [...files].reduce((sum, file) => sum + weigh(file), 0) / 1024;
  if (kb > budget) over++;
  console.log(`${kb > budget ? 'OVER' : 'ok  '} ${name.padEnd(22)} ${kb.toFixed(0).padStart(4)} KB of ${budget}`);
}
process.exit(over ? 1 : 0);
