// The plan of a live code as the form holds it: nothing is absent, lists are lists.
import type { Content, LiveCode } from '@/api/types';

export interface Hours { days: number; from: number; to: number }
export interface Plan {
  members: { staff: string; weight: number; cap: number; backup: boolean }[];
  shifts: (Hours & { staff: string[] })[];
  pass: Hours[];
  remark: string;
  blocked: string[];
  greetings: (Hours & { content: Content; staff: string[]; tags: string[] })[];
  leads: 'friend' | 'group' | 'friend_group';
  group: string | null;
  pool: number;
}

export function planOf(code?: LiveCode): Plan {
  const p = code?.plan;
  return {
    members: (p?.members ?? []).map((m) => ({ staff: m.staff, weight: m.weight, cap: m.cap, backup: m.backup ?? false })),
    shifts: (p?.shifts ?? []).map((s) => ({ ...s })),
    pass: (p?.pass ?? []).map((s) => ({ ...s })),
    remark: p?.remark ?? '',
    blocked: p?.blocked ?? [],
    greetings: (p?.greetings ?? []).map((g) => ({ ...g, staff: g.staff ?? [], tags: g.tags ?? [], content: { text: g.content.text ?? '', link: g.content.link ?? null, enclosed: g.content.enclosed } })),
    leads: p?.leads ?? 'friend',
    group: p?.group ?? null,
    pool: p?.pool ?? 0,
  };
}

/** What is sent: members are those who are staff of the code; a plan without hours is a plan. */
export function planSent(plan: Plan, staffIds: string[], kind: string) {
  return {
    ...plan,
    members: plan.members.filter((m) => staffIds.includes(m.staff)),
    shifts: plan.shifts.map((s) => ({ ...s, staff: s.staff.filter((id) => staffIds.includes(id)) })).filter((s) => s.staff.length),
    greetings: plan.greetings.map((g) => ({ ...g, staff: g.staff.filter((id) => staffIds.includes(id)) })),
    group: plan.leads === 'friend' ? null : plan.group,
    pool: kind === 'relay' ? plan.pool : 0,
  };
}

export function planFits(plan: Plan): boolean {
  const right = (h: Hours) => h.from < h.to;
  return [...plan.shifts, ...plan.pass, ...plan.greetings].every(right) && (plan.leads === 'friend' || !!plan.group);
}
