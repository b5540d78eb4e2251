// The arithmetic of drawn figures: round marks for an axis, and the bands of a flow.

const MARKS = 5;

/** Round numbers from at or below `low` to at or above `high`, about five of them. */
export function marks(low: number, high: number, whole = false): number[] {
  const raw = (high - low || 1) / MARKS;
  const base = 10 ** Math.floor(Math.log10(raw));
  const round = [1, 2, 5, 10].map((f) => f * base).find((step) => step >= raw * (1 - 1e-9)) ?? raw;
  const step = whole ? Math.max(1, round) : round;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export interface Flow { from: string; to: string; n: number }
export interface End { name: string; n: number; y: number; height: number }
export interface Band extends Flow { y0: number; y1: number; height: number }

/** Two columns of ends as high as what leaves and reaches them, and the bands between. */
export function flowLayout(flows: Flow[], height: number, gap: number): { left: End[]; right: End[]; bands: Band[] } {
  const total = flows.reduce((sum, f) => sum + f.n, 0);
  const names = (side: 'from' | 'to') => [...new Set(flows.map((f) => f[side]))];
  const room = height - gap * (Math.max(names('from').length, names('to').length) - 1);
  const scale = total ? room / total : 0;
  const column = (side: 'from' | 'to') => {
    let y = 0;
    return names(side).map((name) => {
      const n = flows.reduce((sum, f) => sum + (f[side] === name ? f.n : 0), 0);
      const end = { name, n, y, height: n * scale };
      y += end.height + gap;
      return end;
    });
  };
  const [left, right] = [column('from'), column('to')];
  const used = new Map<End, number>();
  const place = (end: End, size: number) => {
    const at = used.get(end) ?? 0;
    used.set(end, at + size);
    return end.y + at;
  };
  const bands = left.flatMap((l) => right.flatMap((r) => flows.filter((f) => f.from === l.name && f.to === r.name).map((f) => {
    const size = f.n * scale;
    return { ...f, y0: place(l, size), y1: place(r, size), height: size };
  })));
  return { left, right, bands };
}
