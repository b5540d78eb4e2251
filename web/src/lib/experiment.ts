// The grid of an experiment: factors and their combinations, shares in percent here and in thousandths on the wire.
import type { ExperimentPlan } from '@/api/types';

export const VARIANTS_MAX = 16;
export const FACTORS_MAX = 3;
export const LEVELS_MAX = 8;
const WHOLE = 1000;

export interface Factor { name: string; levels: string[] }
export interface Cell { levels: string[]; share: number; used: boolean }

const same = (a: string[], b: string[]) => a.length === b.length && a.every((x, i) => x === b[i]);
export const label = (levels: string[]) => levels.join(' × ');

/** Every combination of levels in order; what was set of one that stays, or was only renamed, is kept. */
export function combine(factors: Factor[], before: Cell[]): Cell[] {
  const rows = factors.reduce<string[][]>((all, f) => all.flatMap((row) => f.levels.map((level) => [...row, level])), [[]]);
  const renamed = rows.length === before.length;
  return rows.map((levels, i) => before.find((c) => same(c.levels, levels)) ?? { ...(renamed ? before[i]! : { share: 0, used: true }), levels });
}

/** Thousandths for n variants beside a hold-out, the first taking what is left over. */
export function even(n: number, held: number): number[] {
  if (n <= 0) return [];
  const each = Math.floor((WHOLE - held) / n);
  return Array.from({ length: n }, (_, i) => (i === 0 ? WHOLE - held - each * (n - 1) : each));
}

export function spread(cells: Cell[], held: number): Cell[] {
  const shares = even(cells.filter((c) => c.used).length, held);
  return cells.map((c) => ({ ...c, share: c.used ? shares.shift()! : 0 }));
}

export const total = (cells: Cell[], held: number) => held + cells.reduce((n, c) => n + (c.used ? c.share : 0), 0);
export const whole = (cells: Cell[], held: number) => total(cells, held) === WHOLE;
export const percentOf = (thousandths: number) => `${thousandths / 10}%`;

/** Names nobody would tell apart: empty ones, and one twice. */
export function nameless(factors: Factor[]): boolean {
  const twice = (names: string[]) => new Set(names).size < names.length;
  return factors.some((f) => !f.name.trim() || f.levels.some((l) => !l.trim()) || twice(f.levels.map((l) => l.trim()))) || twice(factors.map((f) => f.name.trim()));
}

/** Cells a plan holds; those it left out are there too, unused. */
export function cellsOf(plan: ExperimentPlan): Cell[] {
  const used = plan.cells.map((c) => ({ levels: c.levels, share: c.share, used: true }));
  const all = combine(plan.factors, used);
  return all.map((c) => (plan.cells.some((x) => same(x.levels, c.levels)) ? c : { ...c, used: false }));
}

/** Where a figure lies between two ends, in percent of the way, never outside. */
export const along = (x: number, low: number, high: number) => (high > low ? Math.min(100, Math.max(0, (100 * (x - low)) / (high - low))) : 0);
