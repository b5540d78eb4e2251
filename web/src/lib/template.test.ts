import { describe, expect, it } from 'vitest';
import { fill, pairsOf, variable } from './template';

describe('templates of an official account', () => {
  it('keep what was written when fields come and go', () => {
    expect(pairsOf(['thing1', 'time3'], [{ key: 'time3', value: '今天' }])).toEqual([{ key: 'thing1', value: '' }, { key: 'time3', value: '今天' }]);
    expect(pairsOf([], [{ key: 'old', value: 'x' }])).toEqual([{ key: 'old', value: 'x' }]);
    expect(pairsOf(['a'], [{ key: 'b', value: '2' }, { key: 'a', value: '1' }])).toEqual([{ key: 'a', value: '1' }, { key: 'b', value: '2' }]);
  });
  it('read as they will, with a dollar and twice the same field', () => {
    expect(fill('{{a.DATA}} / {{a.DATA}} {{b.DATA}}', [{ key: 'a', value: '$& 9' }, { key: 'b', value: '' }])).toBe('$& 9 / $& 9 {{b.DATA}}');
    expect(variable('name', '亲')).toBe('{{name|亲}}');
  });
});
