import { describe, expect, it } from 'vitest';
import { addLoose, connect, copy, freeId, insertAfter, moveDown, moveUp, outline, paste, prune, reaches, remove, target, type Graph, type Step } from './graph';
import { useHistory } from './history';
import { tidy } from './layout';

const ports = (s: Step) => (s.kind === 'branch' ? ['yes', 'no'] : s.kind === 'end' ? [] : ['next']);
const step = (id: string, kind = 'wait', x = 0, y = 0): Step => ({ id, kind, name: '', x, y, data: {} });
const chain = (...ids: string[]): Graph => ({
  steps: ids.map((id, i) => step(id, 'wait', 0, i * 150)),
  lines: ids.slice(1).map((to, i) => ({ from: ids[i]!, port: 'next', to })),
});
const order = (g: Graph, from = 'a') => outline(g, [from], ports).filter((r) => r.step).map((r) => r.step!.id).join('');

describe('drawing', () => {
  it('puts a step between two', () => {
    const g = insertAfter(chain('a', 'b'), 'a', 'next', step('c'), ports);
    expect(order(g)).toBe('acb');
    expect(g.steps.find((s) => s.id === 'b')!.y).toBeGreaterThan(g.steps.find((s) => s.id === 'c')!.y);
  });
  it('puts an end before nothing, and lets what was behind it loose', () => {
    const g = insertAfter(chain('a', 'b'), 'a', 'next', step('e', 'end'), ports);
    expect(target(g, 'a', 'next')).toBe('e');
    expect(g.lines.some((l) => l.to === 'b')).toBe(false);
  });
  it('heals the chain a step is taken from', () => {
    expect(order(remove(chain('a', 'b', 'c'), 'b', ports))).toBe('ac');
  });
  it('does not connect a step with itself when healing a ring', () => {
    const ring = connect(chain('a', 'b'), { from: 'b', port: 'next', to: 'a' });
    expect(remove(ring, 'b', ports).lines).toEqual([]);
  });
  it('keeps one line an outlet', () => {
    const g = connect(chain('a', 'b', 'c'), { from: 'a', port: 'next', to: 'c' });
    expect(g.lines.filter((l) => l.from === 'a')).toEqual([{ from: 'a', port: 'next', to: 'c' }]);
  });
  it('knows rings', () => {
    expect(reaches(chain('a', 'b', 'c'), 'a', 'c')).toBe(true);
    expect(reaches(chain('a', 'b', 'c'), 'c', 'a')).toBe(false);
  });
  it('drops lines of outlets that are gone', () => {
    const g = connect(chain('a', 'b'), { from: 'a', port: 'old', to: 'b' });
    expect(prune(g, ports).lines).toEqual([{ from: 'a', port: 'next', to: 'b' }]);
  });
  it('copies the lines inside the piece and no others', () => {
    const g = chain('a', 'b', 'c');
    const made = paste(g, copy(g, ['b', 'c']));
    expect(made.ids).toHaveLength(2);
    expect(made.graph.lines).toContainEqual({ from: made.ids[0], port: 'next', to: made.ids[1] });
    expect(made.graph.lines).toHaveLength(3);
    expect(new Set(made.graph.steps.map((s) => s.id)).size).toBe(5);
  });
  it('gives free names', () => {
    expect(freeId({ steps: [step('n2'), step('n3')], lines: [] })).toBe('n4');
  });
});

describe('the list', () => {
  const fork: Graph = {
    steps: [step('a'), step('b', 'branch'), step('c'), step('d'), step('e', 'end')],
    lines: [
      { from: 'a', port: 'next', to: 'b' }, { from: 'b', port: 'yes', to: 'c' }, { from: 'b', port: 'no', to: 'd' },
      { from: 'c', port: 'next', to: 'e' }, { from: 'd', port: 'next', to: 'e' },
    ],
  };
  it('goes down each branch once and says where they meet again', () => {
    const rows = outline(fork, ['a'], ports);
    expect(rows.map((r) => `${r.depth}${r.step?.id}${r.again ? '*' : ''}`)).toEqual(['0a', '0b', '1c', '1e', '1d', '1e*']);
  });
  it('shows outlets without a step, and loose steps', () => {
    const rows = outline(addLoose(remove(fork, 'd', ports), step('z')), ['a'], ports);
    expect(rows.filter((r) => !r.step).map((r) => `${r.from}.${r.port}`)).toEqual(['z.next']);
    const open = outline({ ...fork, lines: fork.lines.filter((l) => l.port !== 'no') }, ['a'], ports);
    expect(open.some((r) => r.from === 'b' && r.port === 'no' && !r.step)).toBe(true);
    expect(open.some((r) => r.step?.id === 'd' && r.depth === 0)).toBe(true);
  });
  it('ends on a ring', () => {
    expect(outline(connect(chain('a', 'b'), { from: 'b', port: 'next', to: 'a' }), ['a'], ports)).toHaveLength(3);
  });
  it('moves a step up and down a chain, not past a branch', () => {
    expect(order(moveUp(chain('a', 'b', 'c'), 'c', ports)!)).toBe('acb');
    expect(order(moveDown(chain('a', 'b', 'c', 'd'), 'b', ports)!)).toBe('acbd');
    expect(moveUp(chain('a', 'b'), 'b', ports)).toBeNull();
    expect(moveUp(fork, 'c', ports)).toBeNull();
  });
});

describe('history', () => {
  it('goes back and forth', () => {
    const h = useHistory('a');
    h.put('b');
    h.put('c');
    h.undo();
    expect(h.now.value).toBe('b');
    h.redo();
    expect(h.now.value).toBe('c');
    h.undo();
    h.put('d');
    expect(h.canRedo.value).toBe(false);
    h.undo();
    h.undo();
    h.undo();
    expect(h.now.value).toBe('a');
  });
  it('takes typing in one field as one change', () => {
    const h = useHistory('');
    h.put('1', 'name');
    h.put('12', 'name');
    h.put('12x', 'other');
    h.undo();
    expect(h.now.value).toBe('12');
    h.undo();
    expect(h.now.value).toBe('');
  });
  it('forgets what lies too far back', () => {
    const h = useHistory(0);
    for (let i = 1; i <= 150; i++) h.put(i);
    for (let i = 0; i < 200; i++) h.undo();
    expect(h.now.value).toBe(50);
  });
});

describe('tidying', () => {
  it('puts steps below those before them and side by side in the order of the outlets', async () => {
    const g: Graph = {
      steps: [step('a', 'branch'), step('b'), step('c')],
      lines: [{ from: 'a', port: 'yes', to: 'b' }, { from: 'a', port: 'no', to: 'c' }],
    };
    const at = await tidy(g, ports);
    expect(at.get('b')!.y).toBeGreaterThan(at.get('a')!.y);
    expect(at.get('b')!.x).toBeLessThan(at.get('c')!.x);
    expect(at.get('b')!.y).toBe(at.get('c')!.y);
  });
});
