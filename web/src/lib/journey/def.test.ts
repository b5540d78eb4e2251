import { describe, expect, it } from 'vitest';
import { byStep, reasons, sumOf } from './counts';
import { blank, freePort, fromDef, newStep, portsOf, toDef, TYPES } from './def';
import { changes } from './diff';
import { actsOf, tally } from './tries';

const sent = {
  name: '追单', entry: { mode: 'every', days: 30, key: null }, who: null, goals: [{ name: null, expr: null, event: 'order.placed', filters: [] }], exits: null, face: null,
  graph: {
    nodes: [
      { id: 't', type: 'trigger', x: 0, y: 0, note: null, trigger: { kind: 'event', event: 'follow.added', filters: [], audience: null }, wait: null, act: null },
      { id: 'a', type: 'act', x: 0, y: 150, note: '第一条', act: { verb: 'oa.message', args: { text: '您好' }, held: 'skip', late_minutes: null }, trigger: null },
      { id: 'e', type: 'end', x: 0, y: 300, note: null, end: { name: null } },
    ],
    edges: [{ from: 't', port: 'out', to: 'a' }, { from: 'a', port: 'refused', to: 'e' }],
  },
};

describe('a journey as sent', () => {
  it('comes back as it was, without what is empty', () => {
    const back = toDef(fromDef(sent));
    expect(back.name).toBe('追单');
    expect(back.entry).toEqual({ mode: 'every', days: 30 });
    expect(back.graph.nodes[1]).toEqual({ id: 'a', type: 'act', x: 0, y: 150, note: '第一条', act: { verb: 'oa.message', args: { text: '您好' }, held: 'skip' } });
    expect(back.graph.edges).toEqual(sent.graph.edges);
    expect(toDef(fromDef(back))).toEqual(back);
  });
  it('shows the way of the refused only where there is one', () => {
    const { graph } = fromDef(sent);
    expect(portsOf(graph.steps[1]!)).toEqual(['done', 'refused']);
    expect(portsOf({ ...graph.steps[1]!, fork: false })).toEqual(['done']);
  });
  it('begins each kind with all its record asks for', () => {
    for (const kind of TYPES) {
      const step = newStep('x', kind === 'act' ? 'act:tag.put' : kind === 'trigger' ? 'trigger:event' : kind);
      const [node] = toDef({ rules: { name: 'x' }, graph: { steps: [step], lines: [] } }).graph.nodes as Record<string, unknown>[];
      expect(node![kind], kind).toBeTypeOf('object');
    }
    expect(portsOf(newStep('x', 'branch'))).toEqual(['c1', 'else']);
    expect(portsOf(newStep('x', 'split'))).toEqual(['a1', 'a2']);
    expect(portsOf(newStep('x', 'end'))).toEqual([]);
  });
  it('leaves what is not chosen yet out of the draft', () => {
    const doc = blank('新');
    doc.graph.steps[0]!.data = { kind: 'audience', audience: '', way: 'entered' };
    expect((toDef(doc).graph.nodes[0] as { trigger?: unknown }).trigger).toEqual({ kind: 'audience', way: 'entered' });
  });
  it('names new outlets freely', () => {
    expect(freePort(['c1', 'c3'], 'c')).toBe('c2');
  });
});

describe('differences of versions', () => {
  it('tell what was added, changed, led elsewhere and removed, not what was moved', () => {
    const before = fromDef(sent);
    const after = structuredClone(before);
    after.graph.steps[0]!.x = 500;
    expect(changes(before, after)).toEqual([]);
    after.rules.name = '别的';
    after.graph.steps[1]!.data.held = 'wait';
    after.graph.steps.push(newStep('w', 'wait'));
    after.graph.lines = after.graph.lines.filter((l) => l.from !== 't');
    after.graph.steps = after.graph.steps.filter((s) => s.id !== 'e');
    expect(changes(before, after).map((c) => `${c.kind} ${c.step?.id ?? ''}`)).toEqual(['rules ', 'led t', 'edited a', 'added w', 'removed e']);
  });
});

describe('figures', () => {
  it('add up over versions', () => {
    const all = byStep([
      { version: 1, node: 'a', what: 'out:done', n: 3 }, { version: 2, node: 'a', what: 'out:done', n: 4 },
      { version: 2, node: 'a', what: 'refused:quiet', n: 1 }, { version: 2, node: 'a', what: 'refused:cap_day', n: 5 },
    ]);
    expect(all.get('a')!.get('out:done')).toBe(7);
    expect(sumOf(all.get('a'), 'refused:')).toBe(6);
    expect(reasons(all.get('a'), 'refused:')).toEqual([['cap_day', 5], ['quiet', 1]]);
    expect(sumOf(undefined, 'out:')).toBe(0);
  });
  it('read the acts of a dry run', () => {
    const text = 'n3 oa.message 2026-11-03 10:00; n5 tag.put 2026-11-04 10:00';
    expect(actsOf(text)).toEqual([{ node: 'n3', verb: 'oa.message', at: '2026-11-03 10:00' }, { node: 'n5', verb: 'tag.put', at: '2026-11-04 10:00' }]);
    expect([...tally([text, 'n3 oa.message 2026-11-05 09:00', ''])]).toEqual([['n3', 2], ['n5', 1]]);
  });
});
