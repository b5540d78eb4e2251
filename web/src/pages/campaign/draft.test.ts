import { describe, expect, it } from 'vitest';
import { touchBody, touchNew, touchOf, touchReady, type Touch } from './draft';

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
  it('comes back as it was written', () => {
    const at = '2026-12-12 10:00:00';
    const written: Touch[] = [
      { ...touchNew('broadcast', at), name: '首发', content: { text: '你好', link: null } },
      { ...touchNew('smsdrain', at), words: '新品 {link}', target: 'https://a.cn' },
      { ...touchNew('groupcast', at), text: '今晚八点', owners: ['7'] },
      { ...touchNew('moment', at), text: '上新', images: [{ id: '5', kind: 'image', name: 'a.png', bytes: 3 }] },
    ];
    for (const t of written) {
      const body = touchBody(t, 'Asia/Shanghai');
      expect(touchBody(touchOf({ ...body, name: body.name ?? '双十二' } as never, '双十二', 'Asia/Shanghai'), 'Asia/Shanghai')).toEqual(body);
    }
  });
});
