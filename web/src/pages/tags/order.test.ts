import { describe, expect, it } from 'vitest';
import { moved } from './order';

describe('moving one of a list', () => {
  const ids = ['a', 'b', 'c', 'd'];
  it('puts it in front of another', () => {
    expect(moved(ids, 'd', 'b')).toEqual(['a', 'd', 'b', 'c']);
    expect(moved(ids, 'a', 'd')).toEqual(['b', 'c', 'a', 'd']);
  });
  it('puts it at the end', () => expect(moved(ids, 'a', null)).toEqual(['b', 'c', 'd', 'a']));
  it('leaves what is not there', () => {
    expect(moved(ids, 'x', 'a')).toEqual(ids);
    expect(moved(ids, 'b', 'b')).toEqual(ids);
    expect(moved(ids, 'b', 'x')).toEqual(['a', 'c', 'd', 'b']);
  });
});
