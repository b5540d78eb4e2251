// The live count: asks a quarter of a second after the last change, and only the newest question's answer counts.
import { onBeforeUnmount, ref, shallowRef } from 'vue';
import { ApiError, http, ok } from '@/api/client';
import type { AudienceCount, Tree } from '@/api/types';

export const COUNT_AFTER_MS = 250;

export function useCount(answered: (count: AudienceCount, asked: { expr?: string; tree?: Tree }) => void) {
  const result = shallowRef<AudienceCount | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const busy = ref(false);
  let timer = 0;
  let turn = 0;

  async function now(body: { expr?: string; tree?: Tree }) {
    const mine = ++turn;
    busy.value = true;
    try {
      const count = await ok(http.POST('/api/v1/audience/count', { body }));
      if (mine !== turn) return;
      result.value = count;
      error.value = null;
      answered(count, body);
    } catch (e) {
      if (mine !== turn) return;
      error.value = e instanceof ApiError ? e : new ApiError(0, {}, '');
    } finally {
      if (mine === turn) busy.value = false;
    }
  }
  function soon(body: { expr?: string; tree?: Tree }) {
    clearTimeout(timer);
    timer = window.setTimeout(() => void now(body), COUNT_AFTER_MS);
  }
  function clear() {
    clearTimeout(timer);
    turn++;
    result.value = null;
    error.value = null;
    busy.value = false;
  }
  onBeforeUnmount(clear);
  return { result, error, busy, now, soon, clear };
}
