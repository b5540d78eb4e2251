import { expect, it } from 'vitest';
import zh from '@/i18n/zh/acts';
import { actKeys, objectPage, objectParts } from './acts';

const sources: Record<string, string> = import.meta.glob(['../../../src/{core,feature}/**/*.c', '!../../../src/**/test_*.c'], { query: '?raw', import: 'default', eager: true });
const ACT = /"([a-z_]+(?:\.[a-z_]+)+)"/g;
const words = (text: string, of: RegExp) => [...text.matchAll(of)].map((m) => m[1]!);

const callsOf = (name: string, source: string) => [...source.matchAll(new RegExp(`(?<![\\w.>])${name}\\(([^;{]*);`, 'g'))];

/** Acts named in a file's calls of audit_add, and of its functions that hand one, or its last part, on. */
function actsIn(source: string) {
  const acts: string[] = [];
  const names = ['audit_add'];
  for (const name of names) {
    for (const call of callsOf(name, source)) {
      const within = words(source.slice(0, call.index), /^(?:static )?(?:err|bool|void) (\w+)\(/gm).at(-1)!;
      const given = words(call[1]!, ACT);
      const of = /"([a-z_]+)\.%s"/.exec(call[1]!)?.[1];
      acts.push(...given);
      if (of) acts.push(`${of}.change`, ...callsOf(within, source).flatMap(([, args]) => words(args!, /"([a-z]+)"/g)).map((did) => `${of}.${did}`));
      else if (!given.length && !names.includes(within)) names.push(within);
    }
  }
  return acts;
}

it('every act that goes into the audit trail has a name', () => {
  const acts = new Set(Object.entries(sources).filter(([file, text]) => text.includes('audit_add(') && !file.endsWith('/audit.c')).flatMap(([, text]) => actsIn(text)));
  for (const act of ['import.run', 'import.dry_run']) acts.add(act); // handed on through a table
  expect(acts.size).toBeGreaterThan(180);
  const known = (key: string) => key.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown> | undefined)?.[name], zh) !== undefined;
  expect([...acts].filter((act) => !actKeys(act).every(known)).sort()).toEqual([]);
});

it('every kind of thing that is acted on has a name', () => {
  const kinds = new Set(Object.values(sources).flatMap((text) => callsOf('audit_add', text)).flatMap(([, args]) => words(args!, /"([a-z_]+):%/g)));
  expect(kinds.size).toBeGreaterThan(30);
  expect([...kinds].filter((kind) => !(kind in zh.acts.of)).sort()).toEqual([]);
});

it('what was acted on is told apart and leads to its page where there is one', () => {
  expect(objectParts('customer:42')).toEqual(['customer', '42']);
  expect(objectParts('alone')).toEqual(['', 'alone']);
  expect(objectPage('customer:42')).toBe('/customers/42');
  expect(objectPage('tagrule:7')).toBe('/tags/rules/7');
  expect(objectPage('setting:reach.quiet_to')).toBe('');
  expect(objectPage('customer:many')).toBe('');
});
