// Small lists many pages choose from: staff, departments, tags. Loaded once, kept a minute.
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { http, ok } from '@/api/client';

const KEEP_MS = 60_000;
/** The server's largest page; corps with more staff or tags search by typing. */
const MANY = 500;

export function useStaff() {
  const query = useQuery({
    queryKey: ['staff'],
    queryFn: () => ok(http.GET('/api/v1/staff', { params: { query: { limit: MANY } } })),
    staleTime: KEEP_MS,
  });
  return { query, staff: computed(() => query.data.value?.data ?? []) };
}

export function useDepartments() {
  const query = useQuery({ queryKey: ['departments'], queryFn: () => ok(http.GET('/api/v1/departments')), staleTime: KEEP_MS });
  return { query, departments: computed(() => query.data.value?.data ?? []) };
}

export function useTagGroups() {
  const query = useQuery({ queryKey: ['tag-groups'], queryFn: () => ok(http.GET('/api/v1/tag-groups')), staleTime: KEEP_MS });
  const groups = computed(() => query.data.value?.data ?? []);
  return { query, groups, tags: computed(() => groups.value.flatMap((g) => g.tags.map((tag) => ({ ...tag, group: g.name })))) };
}
