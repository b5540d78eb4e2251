import { describe, expect, it } from 'vitest';
import { along, cellsOf, combine, even, nameless, spread, total, whole } from './experiment';

const two = [{ name: '素材', levels: ['图一', '图二'] }, { name: '权益', levels: ['满减', '赠品', '积分'] }];

describe('the grid', () => {
  it('has every combination once, in order', () => {
    const cells = combine(two, []);
    expect(cells.map((c) => c.levels.join())).toEqual(['图一,满减', '图一,赠品', '图一,积分', '图二,满减', '图二,赠品', '图二,积分']);
  });
  it('keeps what was set of those that stay', () => {
    const cells = combine(two, []).map((c, i) => ({ ...c, share: i, used: i !== 2 }));
    const after = combine([two[0]!, { name: '权益', levels: ['满减', '积分'] }], cells);
    expect(after.map((c) => [c.share, c.used])).toEqual([[0, true], [2, false], [3, true], [5, true]]);
  });
  it('spreads evenly to exactly the whole', () => {
    expect(even(3, 0)).toEqual([334, 333, 333]);
    expect(even(3, 100)).toEqual([300, 300, 300]);
    expect(even(0, 100)).toEqual([]);
    const cells = spread(combine(two, []).map((c, i) => ({ ...c, used: i < 4 })), 50);
    expect(cells.map((c) => c.share)).toEqual([239, 237, 237, 237, 0, 0]);
    expect(total(cells, 50)).toBe(1000);
    expect(whole(cells, 50)).toBe(true);
    expect(whole(cells, 51)).toBe(false);
  });
  it('hears names that are missing or there twice', () => {
    expect(nameless(two)).toBe(false);
    expect(nameless([{ name: ' ', levels: ['a'] }])).toBe(true);
    expect(nameless([{ name: 'x', levels: ['a', ''] }])).toBe(true);
    expect(nameless([{ name: 'x', levels: ['a', 'a '] }])).toBe(true);
    expect(nameless([two[0]!, { name: '素材', levels: ['a'] }])).toBe(true);
  });
  it('shows combinations a plan left out', () => {
    const plan = { factors: two, cells: [{ levels: ['图一', '满减'], share: 600 }, { levels: ['图二', '积分'], share: 400 }] };
    expect(cellsOf(plan as never).map((c) => c.used)).toEqual([true, false, false, false, false, true]);
  });
  it('places a figure between its ends', () => {
    expect(along(5, 0, 10)).toBe(50);
    expect(along(-1, 0, 10)).toBe(0);
    expect(along(11, 0, 10)).toBe(100);
    expect(along(1, 1, 1)).toBe(0);
  });
});
