// What a dry run tells of one person: "n3 oa.message 2026-11-03 10:00; n5 tag.put 2026-11-04 10:00".
export interface TriedAct { node: string; verb: string; at: string }

export function actsOf(text: string): TriedAct[] {
  return text.split(';').map((x) => x.trim()).filter(Boolean).map((x) => {
    const [node = '', verb = '', ...at] = x.split(/\s+/);
    return { node, verb, at: at.join(' ') };
  });
}
/** How often each step would have acted. */
export function tally(all: string[]): Map<string, number> {
  const by = new Map<string, number>();
  for (const text of all) for (const act of actsOf(text)) by.set(act.node, (by.get(act.node) ?? 0) + 1);
  return by;
}
