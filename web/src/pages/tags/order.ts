// The five dimensions, and moving one of a list.
export const dimensions = ['basic', 'behaviour', 'preference', 'channel', 'interest'] as const;
export type Dimension = (typeof dimensions)[number];

/** `ids` with `id` in front of `before`; null: at the end. */
export function moved(ids: string[], id: string, before: string | null): string[] {
  if (id === before || !ids.includes(id)) return ids;
  const rest = ids.filter((x) => x !== id);
  const at = before === null ? -1 : rest.indexOf(before);
  return at < 0 ? [...rest, id] : [...rest.slice(0, at), id, ...rest.slice(at)];
}
