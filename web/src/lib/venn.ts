// Two circles whose areas, and whose common part, are in proportion to three counts.

export interface Venn {
  ra: number;
  rb: number;
  /** Between the centres. */
  d: number;
}

/** The area two circles share. */
export function lens(ra: number, rb: number, d: number): number {
  if (d >= ra + rb) return 0;
  const small = Math.min(ra, rb);
  if (d <= Math.abs(ra - rb)) return Math.PI * small * small;
  const a = Math.acos((d * d + ra * ra - rb * rb) / (2 * d * ra));
  const b = Math.acos((d * d + rb * rb - ra * ra) / (2 * d * rb));
  return ra * ra * (a - Math.sin(2 * a) / 2) + rb * rb * (b - Math.sin(2 * b) / 2);
}

/** Radii and distance for circles of a and b that share `both`; the greater one has radius `most`. */
export function venn(a: number, b: number, both: number, most: number): Venn {
  const top = Math.max(a, b, 1);
  const ra = most * Math.sqrt(a / top);
  const rb = most * Math.sqrt(b / top);
  const want = (Math.PI * most * most * both) / top;
  let low = Math.abs(ra - rb);
  let high = ra + rb;
  if (both <= 0) return { ra, rb, d: high + most * 0.1 };
  if (both >= Math.min(a, b)) return { ra, rb, d: low };
  for (let i = 0; i < 60; i++) {
    const d = (low + high) / 2;
    if (lens(ra, rb, d) > want) low = d;
    else high = d;
  }
  return { ra, rb, d: (low + high) / 2 };
}
