// Steps in words: what a card says, in either language, with the names of what it points to.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, reactive } from 'vue';
import { useI18n } from 'vue-i18n';
import { http, ok } from '@/api/client';
import { useFormat } from '@/lib/format';
import { clock } from '@/lib/tagrule';
import { useTagGroups } from '@/lib/lookups';
import { arms, cases } from './def';
import type { Step } from './graph';

const MANY = 500;
const KEEP_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;
/** Enough of a message to know it by. */
const SHOWN = 40;

export function useVerbs() {
  const query = useQuery({ queryKey: ['verbs'], queryFn: () => ok(http.GET('/api/v1/verbs')), staleTime: Infinity });
  return { query, verbs: computed(() => query.data.value?.data ?? []) };
}
export function useJourneyEvents() {
  const query = useQuery({ queryKey: ['journey-events'], queryFn: () => ok(http.GET('/api/v1/journey-events')), staleTime: Infinity });
  const bodies = useQuery({ queryKey: ['tag-rule-events'], queryFn: () => ok(http.GET('/api/v1/tag-rule-events')), staleTime: Infinity, retry: false });
  return { query, events: computed(() => query.data.value?.data ?? []), bodies: computed(() => bodies.data.value?.data ?? []) };
}
export function useAudienceNames() {
  const query = useQuery({
    queryKey: ['audiences', 'all'],
    queryFn: () => ok(http.GET('/api/v1/audiences')),
    staleTime: KEEP_MS,
  });
  return { query, audiences: computed(() => query.data.value?.data ?? []) };
}
export function useCodeNames() {
  const query = useQuery({
    queryKey: ['livecodes', 'all'],
    queryFn: () => ok(http.GET('/api/v1/livecodes', { params: { query: { limit: MANY } } })),
    staleTime: KEEP_MS,
  });
  return { query, codes: computed(() => query.data.value?.data ?? []) };
}
/** The name of an event of a person. */
export function useEventNames() {
  const { t, te } = useI18n();
  const { events } = useJourneyEvents();
  return (event: string) => {
    const key = event.replace(/\./g, '_');
    for (const section of ['journey.ev', 'tagrule.ev', 'event']) if (te(`${section}.${key}`)) return t(`${section}.${key}`);
    return events.value.find((e) => e.event === event)?.doc || event;
  };
}
export function useSpan() {
  const { t } = useI18n();
  return (minutes: number) => {
    const [d, h, m] = [Math.floor(minutes / DAY_MINUTES), Math.floor((minutes % DAY_MINUTES) / HOUR_MINUTES), minutes % HOUR_MINUTES];
    const parts = [d && t('journey.nDays', { n: d }), h && t('journey.nHours', { n: h }), m && t('journey.nMinutes', { n: m })].filter(Boolean);
    return parts.length ? parts.join(' ') : t('journey.nMinutes', { n: 0 });
  };
}

/** What an expression says, once the server has put it into words; until then itself. */
const said = reactive(new Map<string, string>());
const asked = new Set<string>();
function useExprWords() {
  const client = useQueryClient();
  const { locale } = useI18n();
  return (expr: string) => {
    const key = `${locale.value} ${expr}`;
    if (expr && !asked.has(key)) {
      asked.add(key);
      void client
        .fetchQuery({ queryKey: ['expr-words', expr, locale.value], queryFn: () => ok(http.POST('/api/v1/audience/count', { body: { expr } })), retry: false })
        .then((x) => said.set(key, x.words), () => undefined);
    }
    return said.get(key) ?? expr;
  };
}

export function useStepWords() {
  const { t, te } = useI18n();
  const { percent } = useFormat();
  const { verbs } = useVerbs();
  const { audiences } = useAudienceNames();
  const { codes } = useCodeNames();
  const { tags } = useTagGroups();
  const eventName = useEventNames();
  const span = useSpan();
  const exprWords = useExprWords();
  const text = (v: unknown) => (typeof v === 'string' ? v : '');
  const list = (v: unknown) => (Array.isArray(v) ? v.map(String) : []);
  const names = (ids: string[], of: { id: string; name: string }[]) => ids.map((id) => of.find((x) => x.id === id)?.name ?? id).join('、');
  const audienceName = (id: unknown) => audiences.value.find((a) => a.id === id)?.name ?? t('journey.noAudience');
  const verbName = (verb: string) => verbs.value.find((v) => v.name === verb)?.label || (te(`journey.vb.${verb.replace('.', '_')}`) ? t(`journey.vb.${verb.replace('.', '_')}`) : verb) || t('journey.noVerb');
  const at = (minute: unknown) => (typeof minute === 'number' ? clock(minute) : '');

  function kindName(kind: string, of = ''): string {
    if (kind === 'trigger') return t(`journey.tr_${of}`);
    return kind === 'act' ? verbName(of) : t(`journey.k_${kind}`);
  }
  function title(s: Step): string {
    if (s.name.trim()) return s.name;
    if (s.kind === 'trigger') return t('journey.triggerTitle', { what: s.data.kind === 'event' ? eventName(text(s.data.event)) : kindName('trigger', text(s.data.kind)) });
    if (s.kind === 'wait') return s.data.kind === 'until' ? t('journey.waitTill', { at: at(s.data.minute) }) : t('journey.waitFor', { span: span(Number(s.data.minutes ?? 0)) });
    if (s.kind === 'until') return t('journey.untilTitle', { event: eventName(text(s.data.event)) });
    if (s.kind === 'act') return verbName(text(s.data.verb));
    if (s.kind === 'end') return text(s.data.name) || t('journey.k_end');
    return t(`journey.k_${s.kind}`);
  }
  function days(s: Step): string {
    const week = list(s.data.weekdays).map((d) => t(`tagrule.d${d}`)).join('、');
    const later = Number(s.data.days ?? 0);
    return [later ? t('journey.atLeastDays', { n: later }) : '', week].filter(Boolean).join(' · ');
  }
  function triggerWords(s: Step): string {
    const d = s.data;
    if (d.kind === 'event') return list(d.filters).length ? t('journey.nFilters', { n: list(d.filters).length }) : t('journey.everyTime');
    if (d.kind === 'audience') return t(d.way === 'left' ? 'journey.leftPack' : 'journey.enteredPack', { name: audienceName(d.audience) });
    if (d.kind === 'code') return names(list(d.codes), codes.value) || t('journey.anyCode');
    if (d.kind === 'date') {
      const name = text(d.attribute);
      const n = Number(d.offset_days ?? 0);
      const when = n === 0 ? t('journey.onDay') : n < 0 ? t('journey.daysBefore', { n: -n }) : t('journey.daysAfter', { n });
      return `${te(`attr.${name}`) ? t(`attr.${name}`) : name} ${when} ${at(d.minute)}`;
    }
    if (d.kind === 'schedule') {
      const when = d.every === 'week' ? list(d.weekdays).map((x) => t(`tagrule.d${x}`)).join('、') : d.every === 'month' ? t('journey.dayOfMonth', { n: Number(d.day ?? 1) }) : t('journey.everyDay');
      return `${when} ${at(d.minute)} · ${audienceName(d.audience)}`;
    }
    return t('journey.apiText');
  }
  /** The first text an act says, or the tags it sets. */
  function actWords(s: Step): string {
    const args = (s.data.args ?? {}) as Record<string, unknown>;
    const found: string[] = [];
    const look = (v: unknown, key: string) => {
      if (Array.isArray(v) && v.length && v.every((x) => typeof x === 'string') && /tag/.test(`${key}${text(s.data.verb)}`)) found.push(names(v, tags.value));
      else if (v && typeof v === 'object') Object.entries(v).forEach(([k, x]) => look(x, k));
      else if (typeof v === 'string' && /tag/.test(key)) found.push(names([v], tags.value));
      else if (typeof v === 'string' && v && !/^[\w.:/-]+$/.test(v)) found.push(v);
    };
    look(args, '');
    const best = found.sort((a, b) => b.length - a.length)[0] ?? '';
    return [...best].length > SHOWN ? `${[...best].slice(0, SHOWN).join('')}…` : best || t('journey.nothingSet');
  }
  function summary(s: Step): string {
    if (s.kind === 'trigger') return triggerWords(s);
    if (s.kind === 'wait') return s.data.kind === 'until' ? days(s) || t('journey.nextTime') : '';
    if (s.kind === 'until') return t('journey.atMost', { span: span(Number(s.data.timeout_minutes ?? 0)) });
    if (s.kind === 'branch') return cases(s).map((c) => exprWords(c.expr)).filter(Boolean).join('；') || t('journey.noCondition');
    if (s.kind === 'split' && s.data.experiment) return t('journey.splitExperiment');
    if (s.kind === 'split') {
      const sum = arms(s).reduce((n, a) => n + a.weight, 0) || 1;
      return arms(s).map((a) => percent(a.weight / sum)).join(' / ');
    }
    if (s.kind === 'act') return [s.name.trim() ? verbName(text(s.data.verb)) : '', actWords(s)].filter(Boolean).join(' · ');
    return t('journey.endText');
  }
  function portName(s: Step, port: string): string {
    if (s.kind === 'branch') {
      const i = cases(s).findIndex((c) => c.port === port);
      return i < 0 ? t('journey.p_else') : cases(s).length === 1 ? t('journey.p_case') : t('journey.p_caseN', { n: i + 1 });
    }
    if (s.kind === 'split' && port === 'holdout') return t('journey.p_holdout');
    if (s.kind === 'split') return t('journey.p_arm', { x: String.fromCharCode(65 + Math.max(0, arms(s).findIndex((a) => a.port === port))) });
    return te(`journey.p_${port}`) ? t(`journey.p_${port}`) : port;
  }
  return { title, summary, portName, kindName, verbName, eventName, audienceName, span };
}
