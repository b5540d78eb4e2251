// What is edited of a survey: ids and codes are made so that none is there twice.
import type { SurveyForm } from '@/api/types';

export type Question = SurveyForm['questions'][number];
export type Choice = NonNullable<Question['choices']>[number];

/** The first of q1, q2 … that is free. */
export function freeId(questions: Question[]): string {
  for (let n = 1; ; n++) if (!questions.some((q) => q.id === `q${n}`)) return `q${n}`;
}
export const CODE_CHARS = 20;
const tidy = (text: string) => [...text.replace(/[:：\n]/g, ' ').trim()].slice(0, CODE_CHARS).join('');

/** A choice that was given no code is named by its words. */
export function withCodes(form: SurveyForm): SurveyForm {
  return {
    ...form,
    questions: form.questions.map((q) => {
      const chosen = q.kind === 'one' || q.kind === 'several';
      const choices = (q.choices ?? []).map((c) => ({ ...c, label: c.label.trim(), code: tidy(c.code || c.label) }));
      return { ...q, title: q.title.trim(), reason: q.kind === 'one' && Boolean(q.reason), choices: chosen ? choices.filter((c) => c.label) : [] };
    }),
  };
}
export function ready(form: SurveyForm): boolean {
  return form.title.trim() !== '' && form.questions.length > 0 && withCodes(form).questions.every((q) => {
    const chosen = q.kind === 'one' || q.kind === 'several';
    const codes = (q.choices ?? []).map((c) => c.code);
    return q.title !== '' && (!chosen || codes.length > 0) && new Set(codes).size === codes.length;
  });
}
