import { describe, expect, it } from 'vitest';
import { momentIn, wallIn } from './format';

describe('moments of a zone', () => {
  it('reads wall time as the zone shows it', () => {
    expect(momentIn('Asia/Shanghai', '2026-11-29 08:30:00')).toBe(Date.UTC(2026, 10, 29, 0, 30));
    expect(momentIn('America/New_York', '2026-07-01 00:00:00')).toBe(Date.UTC(2026, 6, 1, 4));
    expect(momentIn('Asia/Kolkata', '2024-02-29 23:59:59')).toBe(Date.UTC(2024, 1, 29, 18, 29, 59));
  });
  it('is the way back of what is shown', () => {
    for (const zone of ['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'])
      for (const ms of [Date.UTC(2026, 0, 15, 12), Date.UTC(2026, 5, 30, 23, 59, 59), Date.UTC(2026, 11, 31, 16)])
        expect(momentIn(zone, wallIn(zone, ms))).toBe(ms);
  });
});
