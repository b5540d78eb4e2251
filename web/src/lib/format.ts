// How numbers, money and times are written. Days and hours are the corp's, never the browser's: two people in
// two cities must read the same figure.
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useSession } from '@/lib/session';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export function dayIn(zone: string, ms: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return parts.format(ms);
}

/** The moment at which clocks of the zone show "2026-11-29 08:30:00"; one that is skipped is the moment after. */
export function momentIn(zone: string, text: string): number {
  const wall = Date.parse(`${text.replace(' ', 'T')}Z`);
  const shown = (ms: number) => {
    const parts = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
    }).formatToParts(ms);
    const of = (type: string) => parts.find((p) => p.type === type)?.value ?? '00';
    return Date.parse(`${of('year')}-${of('month')}-${of('day')}T${of('hour')}:${of('minute')}:${of('second')}Z`);
  };
  const guess = wall - (shown(wall) - wall);
  return guess - (shown(guess) - wall);
}
/** What clocks of the zone show, as momentIn reads it. */
export function wallIn(zone: string, ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(ms);
}

/** Money comes as integer hundredths; currencies without hundredths are the server's business. */
export function moneyText(locale: string, fen: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(fen / 100);
  } catch {
    return `${(fen / 100).toFixed(2)} ${currency}`;
  }
}

export function useFormat() {
  const { locale, t } = useI18n();
  const session = useSession();
  const zone = computed(() => session.corp?.zone || 'Asia/Shanghai');

  const num = (n: number | null | undefined) => (n == null ? '—' : new Intl.NumberFormat(locale.value).format(n));
  const money = (fen: number | null | undefined, currency?: string) =>
    fen == null ? '—' : moneyText(locale.value, fen, currency || session.corp?.currency || 'CNY');
  const percent = (rate: number | null | undefined) =>
    rate == null
      ? '—'
      : new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 1, signDisplay: 'negative' }).format(rate);
  const time = (ms: number | null | undefined) =>
    ms
      ? new Intl.DateTimeFormat(locale.value, {
          timeZone: zone.value, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
          hour12: false,
        }).format(ms)
      : '—';
  const day = (ms: number | null | undefined) => (ms ? dayIn(zone.value, ms) : '—');
  const ago = (ms: number | null | undefined) => {
    if (!ms) return '—';
    const gap = Date.now() - ms;
    if (gap < MINUTE) return t('time.now');
    const rel = new Intl.RelativeTimeFormat(locale.value, { numeric: 'always' });
    if (gap < HOUR) return rel.format(-Math.floor(gap / MINUTE), 'minute');
    if (gap < DAY) return rel.format(-Math.floor(gap / HOUR), 'hour');
    if (gap < 31 * DAY) return rel.format(-Math.floor(gap / DAY), 'day');
    return day(ms);
  };
  const span = (ms: number | null | undefined) => {
    if (ms == null) return '—';
    if (ms < MINUTE) return t('time.seconds', { n: Math.max(1, Math.round(ms / 1000)) });
    if (ms < HOUR) return t('time.minutes', { n: Math.round(ms / MINUTE) });
    return t('time.hours', { n: (ms / HOUR).toFixed(1) });
  };
  const today = () => dayIn(zone.value, Date.now());
  return { num, money, percent, time, day, ago, span, today, zone };
}
