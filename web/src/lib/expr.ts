// Pieces of the audience language the filter bar writes. Only what the bar offers; the builder and the text field
// go through the server's own parser.
export interface BarFilters {
  tags: string[];
  staff: string;
  channel: string;
  friend: string;
}

export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

export function barExpr(bar: BarFilters): string {
  const parts: string[] = [];
  if (bar.tags.length === 1) parts.push(`tag:${quote(bar.tags[0]!)}`);
  else if (bar.tags.length > 1) parts.push(`tag in (${bar.tags.map(quote).join(', ')})`);
  if (bar.staff) parts.push(`staff = ${quote(bar.staff)}`);
  if (bar.channel) parts.push(`channel = ${quote(bar.channel)}`);
  if (bar.friend) parts.push(`friend = ${bar.friend}`);
  return parts.join(' and ');
}

/** Joins with `and`; each side keeps its own meaning. */
export function both(a: string, b: string): string {
  const wrap = (x: string) => (/\bor\b/i.test(x) ? `(${x})` : x);
  const [left, right] = [a.trim(), b.trim()];
  return left && right ? `${wrap(left)} and ${wrap(right)}` : left || right;
}
