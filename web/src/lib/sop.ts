// SOPs as forms hold them, and what to begin with. Texts of templates are those of the console's language.
import type { Content, CustomerSop } from '@/api/types';
import { clockOf, minuteOf } from '@/lib/days';
import type { RecurForm } from '@/lib/recur';

/** verb and args: an act of a SOP made elsewhere, kept as it is. */
export interface CustomerStep { day: number; clock: string; content: Content; verb: string; args: Record<string, unknown> | null }
export interface GroupStep { by: 'calendar' | 'age'; day: number; clock: string; recur: RecurForm; content: Content }
export type Exit = 'none' | 'bought' | 'expr';

const SEND = 'wecom.send';
const said = (text: string): Content => ({ text, link: null });
export const customerStep = (day: number, clock: string, text = ''): CustomerStep => ({ day, clock, content: said(text), verb: SEND, args: null });

export function stepsOf(sop: CustomerSop): CustomerStep[] {
  return sop.steps.map((s) => {
    const args = (s.args ?? {}) as { text?: string; link?: Content['link']; enclosed?: string | null };
    const sends = s.verb === SEND;
    return { day: s.day, clock: clockOf(s.minute), content: { text: (sends && args.text) || '', link: (sends && args.link) || null, enclosed: (sends && args.enclosed) || null }, verb: s.verb, args: args as Record<string, unknown> };
  });
}
/** In the order of their moments, as the server wants them. */
export function stepsBody(steps: CustomerStep[]) {
  return steps
    .map((s) => ({ day: s.day, minute: minuteOf(s.clock), verb: s.verb, args: s.verb === SEND ? { ...s.args, text: s.content.text || undefined, link: s.content.link ?? undefined, enclosed: s.content.enclosed ?? undefined } : (s.args ?? {}) }))
    .sort((a, b) => a.day - b.day || a.minute - b.minute);
}
export function exitOf(sop: CustomerSop): { exit: Exit; expr: string } {
  const goal = sop.goals[0];
  return !goal ? { exit: 'none', expr: '' } : goal.event === 'order.placed' ? { exit: 'bought', expr: '' } : { exit: 'expr', expr: goal.expr ?? '' };
}
export const goalsBody = (exit: Exit, expr: string, name: string) => (exit === 'none' ? [] : exit === 'bought' ? [{ name, event: 'order.placed' }] : [{ name, expr: expr.trim() }]);

export const customerTemplates = { newFriend: [[0, '20:00'], [1, '10:00'], [3, '10:00'], [7, '19:00']], care: [[7, '10:00'], [30, '10:00'], [60, '10:00'], [90, '10:00']] } as const;
export type CustomerTemplate = keyof typeof customerTemplates;
export const groupTemplates = { newGroup: [0, 1, 3, 7], weekly: [0, 2, 4] } as const;
export type GroupTemplate = keyof typeof groupTemplates;
