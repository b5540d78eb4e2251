// Templates of an official account: their fields beside what was written into them.
export interface Pair { key: string; value: string }

/** One pair for each field in the template's order, with what was written; what is no field of it comes behind. */
export function pairsOf(keys: string[], written: Pair[]): Pair[] {
  const value = (key: string) => written.find((p) => p.key === key)?.value ?? '';
  return [...keys.map((key) => ({ key, value: value(key) })), ...written.filter((p) => !keys.includes(p.key))];
}

/** The template as it will read, a field nobody filled staying as it is. */
export function fill(content: string, pairs: Pair[]): string {
  return pairs.reduce((text, p) => (p.value ? text.split(`{{${p.key}.DATA}}`).join(p.value) : text), content);
}

export const variable = (name: string, standIn: string) => `{{${name}|${standIn}}}`;
