import { describe, expect, it } from 'vitest';
import { addDays, clockOf, minuteOf, mondayOf, monthOf, today } from './days';

describe('days', () => {
  it('walks over months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  });
  it('knows Monday and the month', () => {
    expect(mondayOf('2026-11-29')).toBe('2026-11-23');
    expect(mondayOf('2026-11-23')).toBe('2026-11-23');
    expect(monthOf('2026-12-15')).toEqual({ first: '2026-12-01', last: '2026-12-31' });
    expect(monthOf('2027-02-15').last).toBe('2027-02-28');
  });
  it('writes the clock of a minute and reads it', () => {
    expect(clockOf(0)).toBe('00:00');
    expect(clockOf(1439)).toBe('23:59');
    expect(minuteOf('09:05')).toBe(545);
  });
  it('takes today from the reader', () => {
    expect(today(new Date(2026, 0, 5, 23, 59))).toBe('2026-01-05');
  });
});
