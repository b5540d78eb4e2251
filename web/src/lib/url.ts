// The state of a page lives in its address: reload, the back button and a link in a message all give the same screen.
import { computed, type WritableComputedRef } from 'vue';
import { useRoute, useRouter, type LocationQueryRaw } from 'vue-router';

export function useUrl() {
  const route = useRoute();
  const router = useRouter();

  function get(name: string): string {
    const value = route.query[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  }
  /** Empty values leave the address. */
  function set(changes: Record<string, string | undefined>, push = false) {
    const query: LocationQueryRaw = { ...route.query };
    for (const [name, value] of Object.entries(changes)) {
      if (value) query[name] = value;
      else delete query[name];
    }
    return push ? router.push({ query }) : router.replace({ query });
  }
  /** A part of the address as a model; changing a filter goes back to the first page. */
  function model(name: string, fallback = ''): WritableComputedRef<string> {
    return computed({
      get: () => get(name) || fallback,
      set: (value) => void set({ [name]: value === fallback ? '' : value, cursor: '' }),
    });
  }
  return { get, set, model, route, router };
}
