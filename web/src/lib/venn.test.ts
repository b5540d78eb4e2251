import { describe, expect, it } from 'vitest';
import { lens, venn } from './venn';

describe('venn', () => {
  it('draws areas in proportion', () => {
    for (const [a, b, both] of [[100, 50, 20], [7, 7, 1], [1000, 10, 4], [3, 900, 2]] as const) {
      const v = venn(a, b, both, 60);
      const unit = (Math.PI * 60 * 60) / Math.max(a, b);
      expect(Math.PI * v.ra * v.ra).toBeCloseTo(a * unit, 3);
      expect(Math.PI * v.rb * v.rb).toBeCloseTo(b * unit, 3);
      expect(lens(v.ra, v.rb, v.d)).toBeCloseTo(both * unit, 2);
    }
  });
  it('keeps apart what shares nothing and puts inside what is contained', () => {
    const apart = venn(10, 10, 0, 60);
    expect(apart.d).toBeGreaterThan(apart.ra + apart.rb);
    const inside = venn(10, 4, 4, 60);
    expect(inside.d).toBeLessThanOrEqual(inside.ra - inside.rb + 1e-9);
    expect(venn(0, 0, 0, 60).ra).toBe(0);
  });
});
