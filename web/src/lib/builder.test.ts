import { describe, expect, it } from 'vitest';
import type { Attribute, Tree } from '@/api/types';
import { fromTree, newCondition, newGroup, toTree, type Builder } from './builder';

const attribute = (name: string, type: string, values: string[] = []): Attribute => ({ name, type, label: name, ops: [], values, later: false });
const attributes = [
  attribute('spent', 'money'),
  attribute('last_order', 'time'),
  attribute('gender', 'enum', ['male', 'female']),
  attribute('friend', 'bool'),
  attribute('city', 'text'),
  attribute('categories', 'set', ['奶粉']),
];
const mums: Tree = { op: 'tag', how: 'any', tags: ['人群/宝妈'] };
const rich: Tree = { op: 'attr', name: 'spent', cmp: '>=', value: '500' };
const quiet: Tree = { op: 'attr', name: 'last_order', cmp: '<', value: '-30d' };

function roundTrip(tree: Tree) {
  const builder = fromTree(tree, attributes);
  expect(builder).not.toBeNull();
  expect(toTree(builder!)).toEqual(tree);
}

describe('audience builder', () => {
  it('shows and gives back one condition', () => roundTrip(mums));
  it('shows and gives back a flat list', () => roundTrip({ op: 'and', of: [mums, rich, quiet] }));
  it('shows and gives back groups of two levels', () => {
    roundTrip({ op: 'and', of: [{ op: 'or', of: [mums, rich] }, quiet] });
    roundTrip({ op: 'or', of: [{ op: 'and', of: [mums, rich] }, { op: 'and', of: [quiet, rich] }] });
  });
  it('keeps every kind of condition', () => {
    for (const leaf of [
      { op: 'not', of: [mums] },
      { op: 'attr', name: 'spent', cmp: 'between', value: ['100', '500'] },
      { op: 'attr', name: 'last_order', cmp: '>=', value: '-7d' },
      { op: 'attr', name: 'last_order', cmp: '<', value: '2026-11-01' },
      { op: 'attr', name: 'last_order', cmp: '>=', value: 'today' },
      { op: 'attr', name: 'last_order', cmp: 'unknown' },
      { op: 'attr', name: 'gender', cmp: '=', value: 'female' },
      { op: 'attr', name: 'city', cmp: 'in', value: ['上海', '杭州'] },
      { op: 'attr', name: 'categories', cmp: 'any', value: ['奶粉'] },
      { op: 'attr', name: 'categories', cmp: 'all', value: ['奶粉', '尿裤'] },
      { op: 'attr', name: 'categories', cmp: 'none', value: ['奶粉'] },
      { op: 'attr', name: 'categories', cmp: 'known' },
      { op: 'attr', name: 'friend', cmp: '=', value: 'true' },
      { op: 'did', event: 'order.paid', within: 7, cmp: '>=', count: 2 },
      { op: 'reachable', channel: 'wecom' },
      { op: 'audience', name: '会员' },
    ] as Tree[]) roundTrip(leaf);
  });
  it('leaves deeper trees to the text field', () => {
    const deep: Tree = { op: 'and', of: [{ op: 'or', of: [mums, { op: 'and', of: [rich, quiet] }] }, rich] };
    expect(fromTree(deep, attributes)).toBeNull();
    expect(fromTree({ op: 'not', of: [{ op: 'and', of: [mums, rich] }] }, attributes)).toBeNull();
    expect(fromTree({ op: 'attr', name: 'last_order', cmp: '>', value: '-30d' }, attributes)).toBeNull();
  });
  it('leaves out conditions that are not filled in yet', () => {
    const builder: Builder = { join: 'and', groups: [newGroup()] };
    expect(toTree(builder)).toBeNull();
    builder.groups[0]!.conditions = [newCondition(), { ...newCondition('spent', '>='), value: '500' }];
    expect(toTree(builder)).toEqual(rich);
  });
});
