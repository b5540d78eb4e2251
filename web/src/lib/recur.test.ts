import { describe, expect, it } from 'vitest';
import { blankRecur, recurBody, recurFits, recurForm, recurWords, weekdaysOf } from './recur';

describe('what recurs', () => {
  it('goes to the server and comes back the same', () => {
    for (const every of ['once', 'daily', 'weekly', 'monthly', 'quarterly'] as const) {
      const form = { ...blankRecur('2026-12-01', every), weekdays: [0, 6], month_day: 31 };
      const back = recurForm(recurBody(form));
      expect(back.every).toBe(every);
      expect(back.clock).toBe('10:00');
      if (every === 'weekly') expect(back.weekdays).toEqual([0, 6]);
      if (every === 'monthly') expect(back.month_day).toBe(31);
    }
    expect(recurBody({ ...blankRecur('2026-12-01', 'weekly'), weekdays: [0, 6] }).weekdays).toBe(65);
    expect(recurBody({ ...blankRecur('2026-12-01', 'once'), last_day: '2026-12-31' }).last_day).toBe(null);
  });
  it('needs a weekday when weekly', () => {
    expect(recurFits({ ...blankRecur('2026-12-01'), weekdays: [] })).toBe(false);
    expect(recurFits(blankRecur('', 'daily'))).toBe(false);
    expect(recurFits(blankRecur('2026-12-01', 'daily'))).toBe(true);
  });
  it('is said in words', () => {
    const t = (key: string, args?: Record<string, unknown>) => (args ? `${key}:${String(args.n)}` : key);
    expect(recurWords({ every: 'monthly', at_minute: 605, month_day: 31 }, t)).toBe('calendar.repeats.monthly again.monthDay:31 10:05');
    expect(weekdaysOf(null)).toEqual([]);
  });
});
