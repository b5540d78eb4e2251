import { describe, expect, it } from 'vitest';
import { touchBody, touchNew, touchReady } from './draft';

describe('a touch', () => {
  it('is ready when its channel would take it', () => {
    const cast = touchNew('broadcast', '2026-12-12 10:00:00');
    expect(touchReady(cast)).toBe(false);
    cast.content = { text: '你好', link: null };
    expect(touchReady(cast)).toBe(true);
    expect(touchReady({ ...cast, at: '' })).toBe(false);
    const sms = { ...touchNew('smsdrain', '2026-12-12 10:00:00'), words: '新品', target: 'https://a.cn' };
    expect(touchReady(sms)).toBe(false);
    expect(touchReady({ ...sms, words: '新品 {link}' })).toBe(true);
    expect(touchReady({ ...sms, words: '新品 {link}', target: 'https://' })).toBe(false);
    const group = { ...touchNew('groupcast', '2026-12-12 10:00:00'), text: '今晚八点' };
    expect(touchReady(group)).toBe(false);
    expect(touchReady({ ...group, owners: ['7'] })).toBe(true);
  });
  it('is sent with the time of the company', () => {
    const t = { ...touchNew('groupcast', '2026-12-12 10:00:00'), text: '今晚八点', owners: ['7'] };
    expect(touchBody(t, 'Asia/Shanghai')).toEqual({ channel: 'groupcast', content: { text: '今晚八点', owners: ['7'] }, at_ms: Date.UTC(2026, 11, 12, 2) });
  });
});
