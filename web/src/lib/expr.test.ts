import { describe, expect, it } from 'vitest';
import { barExpr, both, quote } from './expr';

const empty = { tags: [], staff: '', channel: '', friend: '' };

describe('filter bar', () => {
  it('writes nothing when nothing is chosen', () => expect(barExpr(empty)).toBe(''));
  it('joins what is chosen', () =>
    expect(barExpr({ ...empty, tags: ['人群/宝妈'], staff: '王导购', friend: 'true' })).toBe('tag:"人群/宝妈" and staff = "王导购" and friend = true'));
  it('takes any of several tags', () => expect(barExpr({ ...empty, tags: ['a', 'b'] })).toBe('tag in ("a", "b")'));
  it('quotes quotes', () => expect(quote('a"b\\c')).toBe('"a\\"b\\\\c"'));
  it('keeps an "or" together when joining', () => {
    expect(both('orders >= 1 or spent > 5', 'friend = true')).toBe('(orders >= 1 or spent > 5) and friend = true');
    expect(both('', 'orders >= 1')).toBe('orders >= 1');
    expect(both('city = "Oregon"', 'orders >= 1')).toBe('city = "Oregon" and orders >= 1');
  });
});
