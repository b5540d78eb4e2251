// How many people are, were and went where: rows of the server by step.
export interface CountRow { version: number; node: string; what: string; n: number }
export type StepCounts = Map<string, number>;

/** Per step, over all versions that have it: a step keeps its id when it is edited. */
export function byStep(rows: CountRow[]): Map<string, StepCounts> {
  const all = new Map<string, StepCounts>();
  for (const row of rows) {
    const of = all.get(row.node) ?? new Map<string, number>();
    of.set(row.what, (of.get(row.what) ?? 0) + row.n);
    all.set(row.node, of);
  }
  return all;
}
export const sumOf = (counts: StepCounts | undefined, prefix: string) =>
  [...(counts ?? [])].filter(([what]) => what.startsWith(prefix)).reduce((n, [, x]) => n + x, 0);
/** "held:quiet" → ["quiet", 3], the most first. */
export const reasons = (counts: StepCounts | undefined, prefix: string) =>
  [...(counts ?? [])].filter(([what, n]) => what.startsWith(prefix) && n > 0).map(([what, n]) => [what.slice(prefix.length), n] as const).sort((a, b) => b[1] - a[1]);
