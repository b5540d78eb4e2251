// A journey as the server keeps it, and as the editor draws it.
import type { Filter } from '@/lib/tagrule';
import type { Graph, Line, Step } from './graph';

export const TYPES = ['trigger', 'wait', 'until', 'branch', 'split', 'act', 'end'] as const;
export type StepType = (typeof TYPES)[number];
export const TRIGGERS = ['event', 'audience', 'code', 'date', 'schedule', 'api'] as const;
export const NODES_MAX = 60;
export const CASES_MAX = 10;
export const ARMS_MAX = 10;
export const TARGETS_MAX = 5;
export const LATE_MINUTES = 120;
const DAY_MINUTES = 1440;
const NOON = 600;

export interface Target {
  name?: string;
  expr?: string;
  event?: string;
  filters?: Filter[];
}
export interface Entry {
  mode: 'once' | 'after_exit' | 'always' | 'every';
  days?: number;
  key?: string;
}
/** All of a journey but its drawing. */
export interface Rules {
  name: string;
  face?: string;
  who?: string;
  entry?: Entry;
  goals?: Target[];
  exits?: Target[];
}
export interface Doc {
  rules: Rules;
  graph: Graph;
}
export interface Case { port: string; expr: string }
export interface Arm { port: string; weight: number }

/** The server writes what is not there as null; here it is simply absent. */
export function bare<T>(value: T): T {
  if (Array.isArray(value)) return value.map(bare) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null && v !== undefined).map(([k, v]) => [k, bare(v)])) as T;
}

export function fromDef(def: unknown): Doc {
  const { graph, ...rules } = bare(def) as Rules & { graph?: { nodes?: Record<string, unknown>[]; edges?: Line[] } };
  const lines = (graph?.edges ?? []).map((e) => ({ from: e.from, port: e.port, to: e.to }));
  const steps = (graph?.nodes ?? []).map((n): Step => {
    const type = String(n.type);
    return {
      id: String(n.id), kind: type, name: String(n.note ?? ''), x: Number(n.x ?? 0), y: Number(n.y ?? 0),
      data: (n[type] ?? {}) as Step['data'], fork: lines.some((l) => l.from === n.id && l.port === 'refused'),
    };
  });
  return { rules, graph: { steps, lines } };
}

/** What is not filled in yet is not sent: a draft is kept however unfinished, and the check names what it lacks. */
function filled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(filled) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null && v !== undefined && v !== '').map(([k, v]) => [k, filled(v)])) as T;
}

export function toDef({ rules, graph }: Doc) {
  return filled({
    ...rules,
    name: rules.name.trim(),
    who: rules.who?.trim() || undefined,
    goals: rules.goals?.length ? rules.goals : undefined,
    exits: rules.exits?.length ? rules.exits : undefined,
    graph: {
      nodes: graph.steps.map((s) => ({ id: s.id, type: s.kind, x: Math.round(s.x), y: Math.round(s.y), note: s.name.trim() || undefined, [s.kind]: s.data })),
      edges: graph.lines,
    },
  });
}

/** The outlets of a step. Whom an act did not reach goes on with the others, unless she has her own way. */
export function portsOf(step: Step): string[] {
  if (step.kind === 'end') return [];
  if (step.kind === 'until') return ['yes', 'timeout'];
  if (step.kind === 'branch') return [...cases(step).map((c) => c.port), 'else'];
  if (step.kind === 'split') return arms(step).map((a) => a.port);
  if (step.kind === 'act') return step.fork ? ['done', 'refused'] : ['done'];
  return ['out'];
}
export const cases = (step: Step) => (step.data.cases ?? []) as Case[];
export const arms = (step: Step) => (step.data.arms ?? []) as Arm[];

/** "c3": a name no outlet of the step has yet. */
export function freePort(taken: string[], letter: string): string {
  for (let n = 1; ; n++) if (!taken.includes(`${letter}${n}`)) return `${letter}${n}`;
}

export function newTrigger(kind: string): Record<string, unknown> {
  if (kind === 'event') return { kind, event: 'order.placed', filters: [] };
  if (kind === 'audience') return { kind, audience: '', way: 'entered' };
  if (kind === 'code') return { kind, codes: [] };
  if (kind === 'date') return { kind, attribute: 'birthday', offset_days: 0, yearly: true, minute: NOON };
  if (kind === 'schedule') return { kind, every: 'week', weekdays: ['1'], minute: NOON, audience: '' };
  return { kind: 'api' };
}

/** What a step begins as. `what`: "wait", "act:oa.message", "trigger:code". */
export function newStep(id: string, what: string): Step {
  const [kind = '', of = ''] = what.split(':');
  const data: Record<string, Record<string, unknown>> = {
    trigger: newTrigger(of),
    wait: { kind: 'for', minutes: DAY_MINUTES },
    until: { event: 'order.placed', filters: [], timeout_minutes: 2 * DAY_MINUTES },
    branch: { cases: [{ port: 'c1', expr: 'orders >= 1' }] },
    split: { arms: [{ port: 'a1', weight: 50 }, { port: 'a2', weight: 50 }] },
    act: { verb: of, args: {}, held: 'wait', late_minutes: LATE_MINUTES },
    end: {},
  };
  return { id, kind, name: '', x: 0, y: 0, data: data[kind] ?? {} };
}

export function blank(name: string): Doc {
  return {
    rules: { name, entry: { mode: 'once' } },
    graph: { steps: [{ ...newStep('n1', 'trigger:event'), x: 0, y: 0 }], lines: [] },
  };
}

export interface Look { tone: string; icon: string }
const triggerIcons: Record<string, string> = { event: 'flash', audience: 'filter', code: 'qr', date: 'gift', schedule: 'clock', api: 'user' };
/** The colour and the sign of a step; an act's come from the channel it touches through. */
export function lookOf(kind: string, of: string, channel?: string | null): Look {
  if (kind === 'trigger') return { tone: 'green', icon: triggerIcons[of] ?? 'flash' };
  if (kind === 'wait') return { tone: 'amber', icon: 'clock' };
  if (kind === 'until') return { tone: 'amber', icon: 'bell' };
  if (kind === 'branch') return { tone: 'violet', icon: 'branch' };
  if (kind === 'split') return { tone: 'rose', icon: 'split' };
  if (kind === 'end') return { tone: 'grey', icon: 'flag' };
  if (channel ?? /^(oa|sms|mail|wecom|kf)\./.test(of)) return { tone: 'blue', icon: 'send' };
  return { tone: 'teal', icon: /tag/.test(of) ? 'tag' : /task|staff|todo/.test(of) ? 'task' : 'auto' };
}
