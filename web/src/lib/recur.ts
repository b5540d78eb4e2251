// What recurs, as forms hold it and as the server takes it: weekdays are bits there (bit 0 is Monday), minutes the
// company's.
import { clockOf, minuteOf } from '@/lib/days';

export const EVERY = ['once', 'daily', 'weekly', 'monthly', 'quarterly'] as const;
export const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Every = (typeof EVERY)[number];
export interface RecurForm { every: Every; clock: string; weekdays: number[]; month_day: number; first_day: string; last_day: string }
export interface RecurBody { every?: Every | null; at_minute: number; weekdays?: number | null; month_day?: number | null; first_day?: string | null; last_day?: string | null }

export const blankRecur = (first: string, every: Every = 'weekly'): RecurForm => ({ every, clock: '10:00', weekdays: [0], month_day: 1, first_day: first, last_day: '' });
const byMonth = (every: Every) => every === 'monthly' || every === 'quarterly';

export function recurBody(f: RecurForm) {
  return {
    every: f.every,
    at_minute: minuteOf(f.clock),
    weekdays: f.every === 'weekly' ? f.weekdays.reduce((bits, i) => bits | (1 << i), 0) : null,
    month_day: byMonth(f.every) ? f.month_day : null,
    first_day: f.first_day,
    last_day: f.every !== 'once' && f.last_day ? f.last_day : null,
  };
}
export const weekdaysOf = (bits?: number | null) => WEEK.flatMap((_, i) => (((bits ?? 0) >> i) & 1 ? [i] : []));
export function recurForm(b: RecurBody): RecurForm {
  return { every: b.every ?? 'daily', clock: clockOf(b.at_minute), weekdays: weekdaysOf(b.weekdays), month_day: b.month_day ?? 1, first_day: b.first_day ?? '', last_day: b.last_day ?? '' };
}
export const recurFits = (f: RecurForm) => f.clock !== '' && f.first_day !== '' && (f.every !== 'weekly' || f.weekdays.length > 0);

type T = (key: string, args?: Record<string, unknown>) => string;
export function recurWords(b: RecurBody, t: T): string {
  const every = b.every ?? 'daily';
  const which = every === 'weekly' ? weekdaysOf(b.weekdays).map((i) => t(`calendar.days.${WEEK[i]}`)).join(t('again.and')) : byMonth(every) ? t('again.monthDay', { n: b.month_day ?? 1 }) : every === 'once' ? (b.first_day ?? '') : '';
  return [t(`calendar.repeats.${every}`), which, clockOf(b.at_minute)].filter(Boolean).join(' ');
}
