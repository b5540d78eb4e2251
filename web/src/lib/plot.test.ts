import { describe, expect, it } from 'vitest';
import { flowLayout, marks } from './plot';

describe('marks', () => {
  it('are round and enclose everything', () => {
    expect(marks(0, 47)).toEqual([0, 10, 20, 30, 40, 50]);
    expect(marks(-3, 8)).toEqual([-5, 0, 5, 10]);
    expect(marks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(marks(0, 5)).toEqual([0, 1, 2, 3, 4, 5]);
  });
  it('are whole where half a person makes no sense, and there without any figure', () => {
    expect(marks(0, 2, true)).toEqual([0, 1, 2]);
    expect(marks(0, 0, true)).toEqual([0, 1]);
  });
});

describe('the bands of a flow', () => {
  const { left, right, bands } = flowLayout([{ from: 'a', to: 'x', n: 1 }, { from: 'b', to: 'x', n: 2 }, { from: 'a', to: 'y', n: 1 }], 110, 10);
  it('fill their ends without a gap', () => {
    expect(left.map((e) => [e.name, e.n, e.y, e.height])).toEqual([['a', 2, 0, 50], ['b', 2, 60, 50]]);
    expect(right.map((e) => [e.name, e.n, e.y, e.height])).toEqual([['x', 3, 0, 75], ['y', 1, 85, 25]]);
    expect(bands.map((b) => [b.from, b.to, b.y0, b.y1, b.height])).toEqual([['a', 'x', 0, 0, 25], ['a', 'y', 25, 85, 25], ['b', 'x', 60, 25, 50]]);
  });
  it('are none where nobody moved', () => {
    expect(flowLayout([], 100, 10)).toEqual({ left: [], right: [], bands: [] });
  });
});
