// The audience builder's own model: groups of conditions, each group and the whole joined by "all" or "any".
// It is a view of the server's tree: what does not fit (deeper nesting, a negated group) is edited as text.
import type { Attribute, Tree } from '@/api/types';

export type Join = 'and' | 'or';
export interface Condition {
  key: number;
  not: boolean;
  /** "tag", "did", "reachable", "audience", "in_group", or the name of an attribute. */
  field: string;
  /** tag and sets: any, all, none; times also "daysBefore" and "daysWithin"; did: the comparison of its count. */
  how: string;
  value: string;
  value2: string;
  many: string[];
  within: number;
  count: number;
}
export interface Group {
  key: number;
  join: Join;
  conditions: Condition[];
}
export interface Builder {
  join: Join;
  groups: Group[];
}
export type Kind = 'tag' | 'did' | 'reachable' | 'name' | 'time' | 'number' | 'choice' | 'bool' | 'text' | 'set';

const NAMED = ['audience', 'in_group'];
const OF_MANY = ['in', 'any', 'all', 'none'];
const WITHIN_DAYS = 7;
let lastKey = 0;

export function newCondition(field = 'tag', how = 'any'): Condition {
  return { key: ++lastKey, not: false, field, how, value: '', value2: '', many: [], within: WITHIN_DAYS, count: 1 };
}
export function newGroup(join: Join = 'and'): Group {
  return { key: ++lastKey, join, conditions: [newCondition()] };
}
export const newBuilder = (): Builder => ({ join: 'and', groups: [newGroup()] });

export function kindOf(field: string, attributes: Attribute[]): Kind {
  if (field === 'tag' || field === 'did' || field === 'reachable') return field;
  if (NAMED.includes(field)) return 'name';
  const attribute = attributes.find((a) => a.name === field);
  const type = attribute?.type ?? 'text';
  if (type === 'set') return 'set';
  if (/^(time|date|day)/.test(type)) return 'time';
  if (/^(bool|flag)/.test(type)) return 'bool';
  if (/^(money|number|int|count|amount)/.test(type)) return 'number';
  return attribute?.values?.length ? 'choice' : 'text';
}

const ways: Record<Kind, string[]> = {
  tag: ['any', 'all', 'none'],
  did: ['>=', '=', '<', '<=', '>'],
  reachable: ['is'],
  name: ['is'],
  time: ['daysBefore', 'daysWithin', '>=', '<', 'between', 'known', 'unknown'],
  number: ['>=', '>', '<=', '<', '=', '!=', 'between', 'known', 'unknown'],
  choice: ['in', '!=', 'known', 'unknown'],
  bool: ['='],
  text: ['in', '=', '!=', 'known', 'unknown'],
  set: ['any', 'all', 'none', 'known', 'unknown'],
};
export const waysOf = (kind: Kind) => ways[kind];

/** A condition that still misses its value takes no part, so the count follows what is complete. */
export function complete(c: Condition): boolean {
  if (c.field === 'tag') return c.many.length > 0;
  if (c.field === 'did') return c.value !== '' && c.within > 0 && c.count >= 0;
  if (c.how === 'known' || c.how === 'unknown') return true;
  if (OF_MANY.includes(c.how)) return c.many.length > 0;
  if (c.how === 'between') return c.value !== '' && c.value2 !== '';
  return c.value !== '';
}

function leafOf(c: Condition): Tree {
  if (c.field === 'tag') return { op: 'tag', how: c.how as 'any', tags: c.many };
  if (c.field === 'did') return { op: 'did', event: c.value, within: Number(c.within), cmp: c.how, count: Number(c.count) };
  if (c.field === 'reachable') return { op: 'reachable', channel: c.value };
  if (NAMED.includes(c.field)) return { op: c.field, name: c.value };
  const attr = { op: 'attr', name: c.field };
  const days = Number(c.value) === 0 ? 'today' : `-${c.value}d`;
  if (c.how === 'daysBefore') return { ...attr, cmp: '<', value: days };
  if (c.how === 'daysWithin') return { ...attr, cmp: '>=', value: days };
  if (c.how === 'known' || c.how === 'unknown') return { ...attr, cmp: c.how };
  if (c.how === 'in') return c.many.length === 1 ? { ...attr, cmp: '=', value: c.many[0] } : { ...attr, cmp: 'in', value: c.many };
  if (OF_MANY.includes(c.how)) return { ...attr, cmp: c.how, value: c.many };
  if (c.how === 'between') return { ...attr, cmp: 'between', value: [c.value, c.value2] };
  return { ...attr, cmp: c.how, value: c.value };
}

export function toTree(builder: Builder): Tree | null {
  const parts: Tree[] = [];
  for (const group of builder.groups) {
    const leaves = group.conditions.filter(complete).map((c) => (c.not ? { op: 'not', of: [leafOf(c)] } : leafOf(c)));
    if (leaves.length === 1) parts.push(leaves[0]!);
    else if (leaves.length) parts.push({ op: group.join, of: leaves });
  }
  if (!parts.length) return null;
  return parts.length === 1 ? parts[0]! : { op: builder.join, of: parts };
}

const joined = (tree: Tree): tree is Tree & { op: Join; of: Tree[] } => tree.op === 'and' || tree.op === 'or';

function conditionOf(tree: Tree, attributes: Attribute[]): Condition | null {
  const c = newCondition();
  if (tree.op === 'not') {
    const inner = tree.of?.length === 1 ? conditionOf(tree.of[0]!, attributes) : null;
    return inner && !inner.not ? { ...inner, not: true } : null;
  }
  if (tree.op === 'tag') return { ...c, how: tree.how ?? 'any', many: tree.tags ?? [] };
  if (tree.op === 'did') return { ...c, field: 'did', value: tree.event ?? '', within: tree.within ?? WITHIN_DAYS, how: tree.cmp ?? '>=', count: tree.count ?? 1 };
  if (tree.op === 'reachable') return { ...c, field: 'reachable', how: 'is', value: tree.channel ?? '' };
  if (NAMED.includes(tree.op)) return { ...c, field: tree.op, how: 'is', value: tree.name ?? '' };
  if (tree.op !== 'attr' || !tree.name || !tree.cmp) return null;
  const base = { ...c, field: tree.name, how: tree.cmp };
  const kind = kindOf(tree.name, attributes);
  const value: unknown = tree.value;
  if (tree.cmp === 'known' || tree.cmp === 'unknown') return base;
  if (Array.isArray(value)) {
    const texts = value.map(String);
    if (tree.cmp === 'between') return { ...base, value: texts[0] ?? '', value2: texts[1] ?? '' };
    return { ...base, many: texts };
  }
  const text = String(value ?? '');
  const relative = /^-(\d+)d$/.exec(text === 'today' ? '-0d' : text);
  if (kind === 'time' && relative) {
    if (tree.cmp === '<') return { ...base, how: 'daysBefore', value: relative[1]! };
    if (tree.cmp === '>=') return { ...base, how: 'daysWithin', value: relative[1]! };
    return null;
  }
  if (kind === 'choice' && tree.cmp === '=') return { ...base, how: 'in', many: [text] };
  return waysOf(kind).includes(tree.cmp) ? { ...base, value: text } : null;
}

function groupOf(trees: Tree[], join: Join, attributes: Attribute[]): Group | null {
  const conditions = trees.map((tree) => conditionOf(tree, attributes));
  return conditions.every((c) => c !== null) ? { key: ++lastKey, join, conditions: conditions as Condition[] } : null;
}

/** The builder that means the same as the tree, or null when the tree has a shape the builder cannot show. */
export function fromTree(tree: Tree, attributes: Attribute[]): Builder | null {
  if (!joined(tree)) {
    const only = groupOf([tree], 'and', attributes);
    return only && { join: 'and', groups: [only] };
  }
  if (!tree.of.some(joined)) {
    const flat = groupOf(tree.of, tree.op, attributes);
    return flat && { join: 'and', groups: [flat] };
  }
  const groups: Group[] = [];
  for (const part of tree.of) {
    const group = joined(part) ? groupOf(part.of, part.op, attributes) : groupOf([part], 'and', attributes);
    if (!group) return null;
    groups.push(group);
  }
  return { join: tree.op, groups };
}
