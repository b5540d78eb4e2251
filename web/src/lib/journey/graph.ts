// The drawing of a journey as the editor holds it: steps, and one line at most out of each outlet of a step. Every
// change is a function from one graph to another, so undo is keeping the old one.

export interface Step {
  id: string;
  kind: string;
  name: string;
  x: number;
  y: number;
  /** What the kind is made of; its own editor knows the shape. */
  data: Record<string, unknown>;
  /** An act with a way of its own for whom it does not reach. */
  fork?: boolean;
}
export interface Line {
  from: string;
  port: string;
  to: string;
}
export interface Graph {
  steps: Step[];
  lines: Line[];
}
/** The outlets of a step, in the order they are shown. */
export type PortsOf = (step: Step) => string[];

export const STEP_WIDTH = 264;
export const STEP_HEIGHT = 88;
const GAP_Y = 64;
const GAP_X = 36;
const PASTE_SHIFT = 40;

export const find = (graph: Graph, id: string) => graph.steps.find((s) => s.id === id);
export const target = (graph: Graph, from: string, port: string) => graph.lines.find((l) => l.from === from && l.port === port)?.to;
const lineKey = (l: Line) => `${l.from} ${l.port}`;

/** "n7": the first free number, so that ids stay short in texts that name them. */
export function freeId(graph: Graph): string {
  const taken = new Set(graph.steps.map((s) => s.id));
  for (let n = graph.steps.length + 1; ; n++) if (!taken.has(`n${n}`)) return `n${n}`;
}

export function connect(graph: Graph, line: Line): Graph {
  return { ...graph, lines: [...graph.lines.filter((l) => lineKey(l) !== lineKey(line)), line] };
}
export function disconnect(graph: Graph, from: string, port: string): Graph {
  return { ...graph, lines: graph.lines.filter((l) => !(l.from === from && l.port === port)) };
}

/** Whether walking from a step along the lines comes to the other. */
export function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set<string>();
  const ahead = [from];
  while (ahead.length) {
    const at = ahead.pop()!;
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    graph.lines.filter((l) => l.from === at).forEach((l) => ahead.push(l.to));
  }
  return false;
}

/** Everything that comes after a step, itself included. */
function behind(graph: Graph, id: string): Set<string> {
  const seen = new Set<string>();
  const ahead = [id];
  while (ahead.length) {
    const at = ahead.pop()!;
    if (seen.has(at)) continue;
    seen.add(at);
    graph.lines.filter((l) => l.from === at).forEach((l) => ahead.push(l.to));
  }
  return seen;
}

/** A new step behind an outlet; what hung there before hangs on the new step's first outlet. */
export function insertAfter(graph: Graph, from: string, port: string, step: Step, ports: PortsOf): Graph {
  const before = find(graph, from);
  const old = target(graph, from, port);
  const outlets = before ? ports(before) : [port];
  const across = (outlets.indexOf(port) - (outlets.length - 1) / 2) * (STEP_WIDTH + GAP_X);
  const placed = { ...step, x: (before?.x ?? 0) + across, y: (before?.y ?? 0) + STEP_HEIGHT + GAP_Y };
  const out = ports(placed)[0];
  let steps = graph.steps;
  if (old && out !== undefined) {
    placed.x = find(graph, old)?.x ?? placed.x;
    const push = behind(graph, old);
    if (!push.has(from)) steps = steps.map((s) => (push.has(s.id) ? { ...s, y: s.y + STEP_HEIGHT + GAP_Y } : s));
  }
  let next: Graph = { steps: [...steps, placed], lines: graph.lines };
  next = connect(next, { from, port, to: placed.id });
  return old && out !== undefined ? connect(next, { from: placed.id, port: out, to: old }) : next;
}

export function addLoose(graph: Graph, step: Step): Graph {
  return { ...graph, steps: [...graph.steps, step] };
}

/** Takes a step out; what came before it goes on to what came first after it. */
export function remove(graph: Graph, id: string, ports: PortsOf): Graph {
  const step = find(graph, id);
  if (!step) return graph;
  const next = ports(step).map((p) => target(graph, id, p)).find((to) => to !== undefined && to !== id);
  const lines = graph.lines
    .filter((l) => l.from !== id)
    .flatMap((l) => (l.to !== id ? [l] : next === undefined || next === l.from ? [] : [{ ...l, to: next }]));
  return { steps: graph.steps.filter((s) => s.id !== id), lines };
}

export function update(graph: Graph, id: string, change: Partial<Step>): Graph {
  return { ...graph, steps: graph.steps.map((s) => (s.id === id ? { ...s, ...change } : s)) };
}

/** Drops the lines of outlets that are no more, after a branch lost one. */
export function prune(graph: Graph, ports: PortsOf): Graph {
  const lines = graph.lines.filter((l) => {
    const from = find(graph, l.from);
    return from !== undefined && find(graph, l.to) !== undefined && ports(from).includes(l.port);
  });
  return lines.length === graph.lines.length ? graph : { ...graph, lines };
}

export function move(graph: Graph, to: Map<string, { x: number; y: number }>): Graph {
  return { ...graph, steps: graph.steps.map((s) => ({ ...s, ...to.get(s.id) })) };
}

/** The chosen steps and the lines between them, as text for the clipboard. */
export function copy(graph: Graph, ids: Iterable<string>): Graph {
  const chosen = new Set(ids);
  return structuredClone({
    steps: graph.steps.filter((s) => chosen.has(s.id)),
    lines: graph.lines.filter((l) => chosen.has(l.from) && chosen.has(l.to)),
  });
}

/** Adds copied steps under new ids, a little aside. Gives the graph and the new ids. */
export function paste(graph: Graph, piece: Graph): { graph: Graph; ids: string[] } {
  let next = graph;
  const renamed = new Map<string, string>();
  for (const step of structuredClone(piece.steps)) {
    const id = freeId(next);
    renamed.set(step.id, id);
    next = addLoose(next, { ...step, id, x: step.x + PASTE_SHIFT, y: step.y + PASTE_SHIFT });
  }
  for (const line of piece.lines) {
    const [from, to] = [renamed.get(line.from), renamed.get(line.to)];
    if (from && to) next = connect(next, { ...line, from, to });
  }
  return { graph: next, ids: [...renamed.values()] };
}

export interface OutlineRow {
  key: string;
  depth: number;
  /** The outlet this row hangs on, when its step has several. */
  port?: string;
  from?: string;
  /** A step; or, when it was listed before, only the way back to it; or an outlet nothing hangs on. */
  step?: Step;
  again?: boolean;
}

/** The drawing as an indented list: the order people go through it, branches below the step that parts them. */
export function outline(graph: Graph, starts: string[], ports: PortsOf): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const seen = new Set<string>();
  const walk = (id: string, depth: number, from?: string, port?: string) => {
    const step = find(graph, id);
    if (!step) return;
    const key = from === undefined ? id : `${from} ${port} ${id}`;
    if (seen.has(id)) {
      rows.push({ key, depth, from, port, step, again: true });
      return;
    }
    seen.add(id);
    rows.push({ key, depth, from, port, step });
    const outlets = ports(step);
    const deeper = outlets.length > 1 ? depth + 1 : depth;
    for (const outlet of outlets) {
      const to = target(graph, id, outlet);
      if (to === undefined) rows.push({ key: `${id} ${outlet}`, depth: deeper, from: id, port: outlet });
      else walk(to, deeper, id, outlet);
    }
  };
  starts.forEach((id) => walk(id, 0));
  graph.steps.forEach((s) => {
    if (!seen.has(s.id) && !graph.lines.some((l) => l.to === s.id)) walk(s.id, 0);
  });
  graph.steps.forEach((s) => !seen.has(s.id) && walk(s.id, 0));
  return rows;
}

/** Exchanges a step with the only step before it, in a plain chain; null where branches make "up" mean nothing. */
export function moveUp(graph: Graph, id: string, ports: PortsOf): Graph | null {
  const step = find(graph, id);
  const into = graph.lines.filter((l) => l.to === id);
  const before = into.length === 1 ? find(graph, into[0]!.from) : undefined;
  if (!step || !before || ports(step).length !== 1 || ports(before).length !== 1) return null;
  const above = graph.lines.filter((l) => l.to === before.id);
  if (!above.length) return null;
  const [out, outBefore] = [ports(step)[0]!, ports(before)[0]!];
  const after = target(graph, id, out);
  const lines = graph.lines
    .filter((l) => l.from !== id && l.from !== before.id)
    .map((l) => (l.to === before.id ? { ...l, to: id } : l));
  lines.push({ from: id, port: out, to: before.id });
  if (after !== undefined) lines.push({ from: before.id, port: outBefore, to: after });
  const steps = graph.steps.map((s) => (s.id === id ? { ...s, x: before.x, y: before.y } : s.id === before.id ? { ...s, x: step.x, y: step.y } : s));
  return { steps, lines };
}
export function moveDown(graph: Graph, id: string, ports: PortsOf): Graph | null {
  const step = find(graph, id);
  const outlets = step ? ports(step) : [];
  const next = outlets.length === 1 ? target(graph, id, outlets[0]!) : undefined;
  return next === undefined ? null : moveUp(graph, next, ports);
}
