import { describe, expect, it } from 'vitest';
import zh from './zh';

/** Every text by its full key. */
function flat(tree: object, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(prefix + key, value);
    else flat(value as object, `${prefix}${key}.`).forEach((text, k) => all.set(k, text));
  }
  return all;
}
const args = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

type Part = Record<string, { default: object }>;
const zhParts: Part = import.meta.glob(['./zh/*.ts', '!./zh/index.ts'], { eager: true });
const enParts: Part = import.meta.glob(['./en/*.ts', '!./en/index.ts'], { eager: true });
const whole = (parts: Part) => flat(Object.assign({}, ...Object.values(parts).map((part) => part.default)));
const sources: Record<string, string> = import.meta.glob(
  ['../pages/**/*.vue', '../pages/**/*.ts', '../components/**/*.vue', '../layout/**/*.vue', '../lib/**/*.ts', '../router.ts', '../App.vue', '!../**/*.test.ts'],
  { query: '?raw', import: 'default', eager: true },
);

describe('texts', () => {
  const chinese = whole(zhParts);
  const english = whole(enParts);
  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    expect(chinese.size).toBeGreaterThan(300);
  });
  it('take the same arguments in both languages', () => {
    for (const [key, text] of chinese) expect(args(english.get(key)!), key).toEqual(args(text));
  });
  it('are never empty', () => {
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('');
  });
  it('stand in one file each, so that none hides another', () => {
    const sections = Object.values(zhParts).flatMap((part) => Object.keys(part.default));
    expect(sections.filter((name, i) => sections.indexOf(name) !== i)).toEqual([]);
  });
  it('exist wherever a page names one', () => {
    const missing: string[] = [];
    for (const [file, text] of Object.entries(sources)) {
      for (const m of text.matchAll(/(?<![\w.])\$?t\(\s*'([\w.-]+)'/g)) if (!chinese.has(m[1]!)) missing.push(`${file}: ${m[1]}`);
    }
    expect(missing).toEqual([]);
  });
  it('are in their language', () => {
    for (const [key, text] of english) expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false);
  });
});

describe('a page', () => {
  const always = new Set(Object.keys(zh));
  const fileOf = new Map(Object.entries(zhParts).flatMap(([file, part]) => Object.keys(part.default).map((name) => [name, /(\w+)\.ts$/.exec(file)![1]!])));
  const prefixes = new Set<string>();
  for (const key of whole(zhParts).keys()) key.split('.').forEach((_, i, parts) => prefixes.add(parts.slice(0, i + 1).join('.')));

  function imports(file: string): string[] {
    return [...sources[file]!.matchAll(/(?:from|import\()\s*'([@.][^']+)'/g)].flatMap(([, to]) => {
      const path = new URL(to!.startsWith('@/') ? `../${to!.slice(2)}` : to!, `file:///src/i18n/${file}`).pathname.replace('/src/', '../');
      return ['', '.ts', '.vue'].map((end) => path + end).filter((name) => name in sources);
    });
  }
  function reach(file: string, into = new Set<string>()) {
    if (!into.has(file)) {
      into.add(file);
      imports(file).forEach((next) => reach(next, into));
    }
    return into;
  }
  /** Files of texts that a source names a text, or the beginning of one, of. */
  function needs(text: string) {
    const named = [...text.matchAll(/['"`]([a-z]\w*(?:\.\w+)+)\.?(?=['"`$])/gi), ...text.matchAll(/kind="([\w.]+)"/g), ...text.matchAll(/`((?:\w+\.)*\w+)\.\w*\$\{/g)].map((m) => m[1]!);
    return named.filter((key) => prefixes.has(key)).map((key) => key.split('.')[0]!).filter((name) => !always.has(name)).map((name) => fileOf.get(name)!);
  }
  const routes = [...sources['../router.ts']!.matchAll(/import\('@\/pages\/(\w+)\.vue'\)(?:, '([^']+)')?\)/g)];
  it('names in the router every file of texts it and its parts need', () => {
    expect(routes.length).toBeGreaterThan(60);
    const missing = routes.flatMap(([, page, texts]) => {
      const has = (texts ?? '').split(' ');
      return [...new Set([...reach(`../pages/${page}.vue`)].flatMap((file) => needs(sources[file]!)))].filter((name) => !has.includes(name)).map((name) => `${page}: ${name}`);
    });
    expect(missing).toEqual([]);
  });
  it('is not shown without texts because the frame around it needs some', () => {
    expect([...reach('../layout/ConsoleLayout.vue')].flatMap((file) => needs(sources[file]!))).toEqual([]);
  });
});
