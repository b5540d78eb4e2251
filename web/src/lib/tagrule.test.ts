import { describe, expect, it } from 'vitest';
import type { TagRuleEvent } from '@/api/types';
import { clock, fromDef, lines, minutes, newFilter, newRule, opsOf, toDef } from './tagrule';

const events: TagRuleEvent[] = [
  { event: 'site.tracked', doc: '', texts: true, fields: [{ name: 'name', type: 'text' }, { name: 'properties', type: 'json' }] },
  { event: 'order.placed', doc: '', texts: true, fields: [{ name: 'paid', type: 'money' }, { name: 'lines', type: 'number' }] },
];

describe('a tag rule as a form', () => {
  it('parts lists at lines and commas of either script, each once', () => {
    expect(lines('奶粉\n 尿布，奶粉、, \nVIP')).toEqual(['奶粉', '尿布', 'VIP']);
  });
  it('sends yuan as fen and JSON values by their chosen kind', () => {
    const f = { ...newRule(), name: ' 大单 ', put: ['1'], event: 'order.placed', count: 3, within: 7 };
    f.filters = [{ ...newFilter('paid'), op: 'ge', value: '199.99' }];
    expect(toDef(f, events).when).toEqual({ type: 'event', event: 'order.placed', filters: [{ name: 'paid', op: 'ge', value: 19999 }], count: 3, within_days: 7 });
    expect(toDef(f, events).name).toBe('大单');
    f.event = 'site.tracked';
    f.filters = [{ ...newFilter('properties', 'number'), path: 'price', op: 'in', value: '1\n2.5' }];
    expect(toDef(f, events).when.filters).toEqual([{ name: 'properties.price', op: 'in', value: [1, 2.5] }]);
  });
  it('leaves out what belongs to other types and a window without a count', () => {
    const f = { ...newRule(), type: 'region' as const, cities: '杭州\n宁波', keywords: 'x', count: 5, within: 3 };
    expect(toDef(f, events).when).toEqual({ type: 'region', cities: ['杭州', '宁波'] });
    expect(toDef({ ...newRule(), within: 7 }, events).when.within_days).toBeUndefined();
  });
  it('comes back as it went', () => {
    const f = { ...newRule(), name: 'a', put: ['1'], take: ['2'], expires: 30, confidence: 80, count: 2, within: 7 };
    f.filters = [
      { ...newFilter('name'), value: '看过' },
      { ...newFilter('properties', 'flag'), path: 'a.b', value: 'true' },
      { ...newFilter('properties', 'number'), path: 'n', op: 'exists', value: '' },
    ];
    const back = fromDef(toDef(f, events), events);
    expect(toDef(back, events)).toEqual(toDef(f, events));
    const timed = { ...newRule(), type: 'added' as const, timed: true, from: '22:00', to: '00:00', weekdays: ['1', '7'], codes: ['9'] };
    expect(toDef(timed, events).when).toMatchObject({ from_minute: 1320, to_minute: 1440 });
    expect(fromDef(toDef(timed, events), events)).toMatchObject({ timed: true, from: '22:00', to: '00:00', weekdays: ['1', '7'] });
  });
  it('knows clock times and comparisons', () => {
    expect(minutes('08:30')).toBe(510);
    expect(clock(510)).toBe('08:30');
    expect(opsOf('flag')).toEqual(['is', 'exists']);
    expect(opsOf('money')).toContain('ge');
    expect(opsOf('text')).not.toContain('ge');
  });
});
