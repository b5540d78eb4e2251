// A tag rule as a form, and back: what is typed in yuan, lines and clock times is sent in fen, lists and minutes.
import type { TagRuleDef, TagRuleEvent } from '@/api/types';

export const OPS = ['is', 'not', 'in', 'lt', 'le', 'gt', 'ge', 'has', 'exists'] as const;
export type Op = (typeof OPS)[number];
export type Kind = 'text' | 'number' | 'money' | 'flag';
export type RuleType = 'event' | 'keyword' | 'added' | 'region';

export interface FilterForm {
  key: number;
  field: string;
  /** Below a JSON field: "category", "a.b". */
  path: string;
  op: Op;
  kind: Kind;
  value: string;
}
export interface RuleForm {
  name: string;
  put: string[];
  take: string[];
  expires: number | undefined;
  confidence: number | undefined;
  type: RuleType;
  event: string;
  filters: FilterForm[];
  keywords: string;
  events: string[];
  codes: string[];
  states: string;
  channels: string;
  weekdays: string[];
  timed: boolean;
  from: string;
  to: string;
  cities: string;
  count: number;
  within: number | undefined;
}

let keys = 0;
export const newFilter = (field: string, kind: Kind = 'text'): FilterForm => ({ key: ++keys, field, path: '', op: 'is', kind, value: '' });

export function newRule(): RuleForm {
  return {
    name: '', put: [], take: [], expires: undefined, confidence: undefined, type: 'event', event: 'site.tracked', filters: [], keywords: '',
    events: [], codes: [], states: '', channels: '', weekdays: [], timed: false, from: '09:00', to: '18:00', cities: '', count: 1, within: undefined,
  };
}

/** One entry a line; commas of either script part too. Each once, in the order of first mention. */
export function lines(text: string): string[] {
  return [...new Set(text.split(/[\n,，、;；]/).map((x) => x.trim()).filter(Boolean))];
}

/** Which comparisons make sense of a kind of value. */
export function opsOf(kind: Kind): readonly Op[] {
  if (kind === 'flag') return ['is', 'exists'];
  return kind === 'text' ? ['is', 'not', 'in', 'has', 'exists'] : ['is', 'not', 'in', 'lt', 'le', 'gt', 'ge', 'exists'];
}

/** The kind a field's values have; of JSON it is chosen. */
export function kindOf(type: string | undefined, chosen: Kind): Kind {
  if (type === 'money' || type === 'flag' || type === 'text') return type;
  if (type === 'number' || type === 'time') return 'number';
  return chosen;
}

export const minutes = (clock: string): number => {
  const [h = 0, m = 0] = clock.split(':').map(Number);
  return h * 60 + m;
};
export const clock = (minute: number): string => `${String(Math.floor(minute / 60) % 24).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

function scalar(kind: Kind, text: string): unknown {
  if (kind === 'flag') return text === 'true';
  if (kind === 'text') return text;
  const n = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(n)) return text; // the server says what is wrong with it
  return kind === 'money' ? Math.round(n * 100) : n;
}
function shown(kind: Kind, value: unknown): string {
  return kind === 'money' && typeof value === 'number' ? String(value / 100) : String(value ?? '');
}
const typeOf = (value: unknown): Kind => (typeof value === 'boolean' ? 'flag' : typeof value === 'number' ? 'number' : 'text');

const fieldType = (events: TagRuleEvent[], event: string, field: string) => events.find((e) => e.event === event)?.fields.find((f) => f.name === field)?.type;

/** Filters on the body of an event, as the server takes them; rules and journeys write them alike. */
export interface Filter {
  name: string;
  op: Op;
  value?: unknown;
}
export function toFilters(filters: FilterForm[], events: TagRuleEvent[], event: string): Filter[] {
  return filters.map((x) => {
    const type = fieldType(events, event, x.field);
    const kind = kindOf(type, x.kind);
    const value = x.op === 'exists' ? null : x.op === 'in' ? lines(x.value).map((v) => scalar(kind, v)) : scalar(kind, x.value);
    return { name: type === 'json' && x.path.trim() ? `${x.field}.${x.path.trim()}` : x.field, op: x.op, value };
  });
}
export function fromFilters(filters: Filter[], events: TagRuleEvent[], event: string): FilterForm[] {
  return filters.map((x) => {
    const [field = '', ...rest] = x.name.split('.');
    const value = x.value;
    const first = Array.isArray(value) ? value[0] : value;
    const kind = kindOf(fieldType(events, event, field), typeOf(first));
    const text = Array.isArray(value) ? value.map((v) => shown(kind, v)).join('\n') : shown(kind, value);
    return { key: ++keys, field, path: rest.join('.'), op: x.op as Op, kind, value: text };
  });
}

export function toDef(f: RuleForm, events: TagRuleEvent[]): TagRuleDef {
  const when: TagRuleDef['when'] = { type: f.type };
  if (f.type === 'event') {
    when.event = f.event;
    when.filters = toFilters(f.filters, events, f.event);
  }
  if (f.type === 'keyword') {
    when.keywords = lines(f.keywords);
    when.events = f.events;
  }
  if (f.type === 'added') {
    when.codes = f.codes;
    when.states = lines(f.states);
    when.channels = lines(f.channels);
    when.weekdays = f.weekdays;
    if (f.timed) {
      when.from_minute = minutes(f.from);
      when.to_minute = minutes(f.to) || 1440;
    }
  }
  if (f.type === 'region') when.cities = lines(f.cities);
  if ((f.type === 'event' || f.type === 'keyword') && f.count > 1) {
    when.count = f.count;
    when.within_days = f.within ?? null;
  }
  return { name: f.name.trim(), put: f.put, take: f.take, expires_days: f.expires ?? null, confidence: f.confidence ?? null, when };
}

export function fromDef(d: TagRuleDef, events: TagRuleEvent[]): RuleForm {
  const w = d.when;
  const event = w.event ?? 'site.tracked';
  return {
    ...newRule(),
    name: d.name, put: d.put ?? [], take: d.take ?? [], expires: d.expires_days ?? undefined, confidence: d.confidence ?? undefined,
    type: w.type as RuleType, event,
    filters: fromFilters(w.filters ?? [], events, event),
    keywords: (w.keywords ?? []).join('\n'), events: w.events ?? [], codes: w.codes ?? [], states: (w.states ?? []).join('\n'),
    channels: (w.channels ?? []).join('\n'), weekdays: w.weekdays ?? [], timed: w.from_minute != null,
    from: w.from_minute == null ? '09:00' : clock(w.from_minute), to: w.to_minute == null ? '18:00' : clock(w.to_minute),
    cities: (w.cities ?? []).join('\n'), count: w.count ?? 1, within: w.within_days ?? undefined,
  };
}
