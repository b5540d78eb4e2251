// The experiments that run: whoever composes something may put it into one of them.
import { useQuery } from '@tanstack/vue-query';
import { http, ok } from '@/api/client';
import type { Experiment } from '@/api/types';
import { useSession } from '@/lib/session';

const MOST = 100;

export function useRunning() {
  const session = useSession();
  return useQuery({
    queryKey: ['experiments', 'running'],
    queryFn: async () => (await ok(http.GET('/api/v1/experiments', { params: { query: { limit: MOST } } }))).data.filter((e: Experiment) => e.state === 'running'),
    enabled: () => session.can('experiment.read'),
  });
}
