import { describe, expect, it } from 'vitest';
import type { CustomerSop } from '@/api/types';
import { customerStep, exitOf, goalsBody, stepsBody, stepsOf } from './sop';

const sop = (steps: unknown[], goals: unknown[] = []) => ({ steps, goals }) as unknown as CustomerSop;

describe('a customer SOP', () => {
  it('goes to the server in the order of its moments', () => {
    const body = stepsBody([customerStep(3, '10:00', 'b'), customerStep(0, '20:00', 'a'), customerStep(3, '09:00', 'c')]);
    expect(body.map((s) => (s.args as { text?: string }).text)).toEqual(['a', 'c', 'b']);
    expect(body[0]?.minute).toBe(1200);
  });
  it('keeps acts and arguments it does not show', () => {
    const steps = stepsOf(sop([{ day: 1, minute: 600, verb: 'staff.task', args: { title: 't' } }, { day: 2, minute: 600, verb: 'wecom.send', args: { text: 'x', move: true } }]));
    const body = stepsBody(steps);
    expect(body[0]?.args).toEqual({ title: 't' });
    expect(body[1]?.args).toMatchObject({ text: 'x', move: true });
  });
  it('knows how it ends early', () => {
    for (const [exit, expr] of [['none', ''], ['bought', ''], ['expr', 'orders >= 2']] as const) {
      expect(exitOf(sop([], goalsBody(exit, expr, 'n')))).toEqual({ exit, expr });
    }
  });
});
