import { describe, expect, it } from 'vitest';
import type { SurveyForm } from '@/api/types';
import { freeId, ready, withCodes } from './form';

const form = (over: Partial<SurveyForm['questions'][number]>): SurveyForm => ({
  title: '问卷', questions: [{ id: 'q1', kind: 'one', title: '为什么', required: true, reason: true, choices: [{ code: '', label: ' 太贵: 了 ', tags: [] }], ...over }],
});

describe('a survey being edited', () => {
  it('names a choice without a code by its words', () => {
    expect(withCodes(form({})).questions[0]!.choices).toEqual([{ code: '太贵  了', label: '太贵: 了', tags: [] }]);
  });
  it('keeps a code when the words change, and cuts it to its limit', () => {
    const choices = [{ code: 'price', label: '嫌贵', tags: [] }, { code: '', label: '长'.repeat(30), tags: [] }];
    expect(withCodes(form({ choices })).questions[0]!.choices!.map((c) => c.code)).toEqual(['price', '长'.repeat(20)]);
  });
  it('drops choices and the reason where the kind takes none', () => {
    expect(withCodes(form({ kind: 'text' })).questions[0]).toMatchObject({ choices: [], reason: false });
  });
  it('is ready with a title, words for every question and codes that differ', () => {
    expect(ready(form({}))).toBe(true);
    expect(ready(form({ title: ' ' }))).toBe(false);
    expect(ready(form({ choices: [] }))).toBe(false);
    expect(ready(form({ choices: [{ code: 'a', label: 'x' }, { code: 'a', label: 'y' }] }))).toBe(false);
    expect(ready({ ...form({}), questions: [] })).toBe(false);
  });
  it('gives a new question an id that is free', () => {
    expect(freeId(form({}).questions)).toBe('q2');
    expect(freeId(form({ id: 'q2' }).questions)).toBe('q1');
  });
});
