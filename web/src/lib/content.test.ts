import { describe, expect, it } from 'vitest';
import { bytes, contentFits, LIMITS, linkProblems } from './content';

const link = { title: 't', url: 'https://example.com', desc: '', picurl: '' };

describe('message content', () => {
  it('counts bytes, not characters', () => expect(bytes('鱼a')).toBe(4));
  it('takes a text up to the limit and not one byte more', () => {
    expect(contentFits({ text: 'a'.repeat(LIMITS.text), link: null })).toBe(true);
    expect(contentFits({ text: 'a'.repeat(LIMITS.text + 1), link: null })).toBe(false);
  });
  it('wants something to say', () => expect(contentFits({ text: ' ', link: null })).toBe(false));
  it('names what is wrong with a link', () => {
    expect(linkProblems(link)).toEqual([]);
    expect(linkProblems({ ...link, title: '', url: 'javascript:alert(1)' })).toEqual(['title', 'url']);
    expect(linkProblems({ ...link, title: '鱼'.repeat(43) })).toEqual(['titleLong']);
    expect(linkProblems({ ...link, picurl: 'x' })).toEqual(['pic']);
  });
});
