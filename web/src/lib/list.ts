// Lists with a cursor: one page at a time, the cursor in the address, the way back remembered while the filters stay.
import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { computed, ref, toValue, watch, type MaybeRefOrGetter } from 'vue';
import type { Page } from '@/api/types';
import { useUrl } from '@/lib/url';

export const PAGE_ROWS = 20;

interface ListOptions<F extends object, T> {
  key: string;
  filters?: MaybeRefOrGetter<F>;
  load: (filters: F & { cursor?: string; limit: number }) => Promise<Page<T>>;
  /** Polls while this says so. */
  refresh?: (rows: T[]) => number | false;
  enabled?: MaybeRefOrGetter<boolean>;
  /** Lists inside drawers and tabs keep their cursor to themselves. */
  inner?: boolean;
}

export function useList<F extends object, T>(options: ListOptions<F, T>) {
  const url = useUrl();
  const own = ref('');
  const cursor = computed(() => (options.inner ? own.value : url.get('cursor')));
  const filters = computed(() => (options.filters ? toValue(options.filters) : ({} as F)));
  const trail = ref<string[]>([]);

  function go(to: string) {
    if (options.inner) own.value = to;
    else void url.set({ cursor: to }, true);
  }
  watch(
    () => JSON.stringify(filters.value),
    () => {
      trail.value = [];
      own.value = '';
    },
  );

  const query = useQuery<Page<T>>({
    queryKey: computed(() => [options.key, filters.value, cursor.value]),
    queryFn: () => options.load({ ...filters.value, cursor: cursor.value || undefined, limit: PAGE_ROWS }),
    placeholderData: keepPreviousData,
    refetchInterval: (q) => (options.refresh && q.state.data ? options.refresh((q.state.data as Page<T>).data) : false),
    enabled: () => toValue(options.enabled ?? true),
  });

  const rows = computed<T[]>(() => query.data.value?.data ?? []);
  return {
    rows,
    total: computed(() => query.data.value?.total ?? null),
    loading: computed(() => query.isPending.value),
    busy: computed(() => query.isFetching.value),
    error: query.error,
    reload: () => query.refetch(),
    hasNext: computed(() => Boolean(query.data.value?.next_cursor)),
    hasPrevious: computed(() => cursor.value !== ''),
    next: () => {
      const to = query.data.value?.next_cursor;
      if (!to) return;
      trail.value.push(cursor.value);
      go(to);
    },
    previous: () => go(trail.value.pop() ?? ''),
  };
}
export type List<T> = ReturnType<typeof useList<object, T>>;
