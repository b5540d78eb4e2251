// A message many members are asked to send: looked at again while it runs, its members reminded, stopped.
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Page } from '@/api/types';
import { useList } from '@/lib/list';
import { attempt, confirmEffect } from '@/lib/tell';

/** How often a member may be reminded within a day. */
export const REMINDERS = 3;
const OVER = ['closed', 'cancelled', 'failed', 'missed'];

interface Member { staff_id: string; name: string }
interface Calls<P, M> {
  key: string;
  id: string;
  pollMs: number;
  load: () => Promise<P>;
  members: (page: { cursor?: string; limit: number }) => Promise<Page<M & { id: string }>>;
  remind: (staff_id: string) => Promise<unknown>;
  cancel: () => Promise<unknown>;
}

export function useSendPlan<P extends { state: string }, M extends Member>(calls: Calls<P, M>) {
  const { t } = useI18n();
  const client = useQueryClient();
  const reminding = ref('');
  const query = useQuery({
    queryKey: [calls.key, calls.id],
    queryFn: calls.load,
    refetchInterval: (q) => (q.state.data && OVER.includes((q.state.data as P).state) ? false : calls.pollMs),
  });
  const plan = computed(() => query.data.value as P | undefined);
  const alive = computed(() => plan.value !== undefined && !OVER.includes(plan.value.state));
  const members = useList({
    key: `${calls.key}-members`,
    inner: true,
    filters: { id: calls.id },
    load: ({ cursor, limit }) => calls.members({ cursor, limit }),
    refresh: () => (alive.value ? calls.pollMs : false),
  });
  async function remind(member: Member) {
    reminding.value = member.staff_id;
    await attempt(() => calls.remind(member.staff_id), t('cast.reminded', { name: member.name }));
    reminding.value = '';
    await client.invalidateQueries({ queryKey: [`${calls.key}-members`] });
  }
  async function cancel(title: string, effect: string, done: string) {
    if (!(await confirmEffect(title, effect, title))) return;
    await attempt(calls.cancel, done);
    await query.refetch();
  }
  return { query, plan, alive, members, reminding, remind, cancel };
}
