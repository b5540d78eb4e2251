// "2 minutes ago" that does not stand still.
import { computed, onBeforeUnmount, ref } from 'vue';
import { useFormat } from '@/lib/format';

const TICK_MS = 30_000;
export function useNow(at: () => number) {
  const { ago } = useFormat();
  const tick = ref(0);
  const timer = window.setInterval(() => tick.value++, TICK_MS);
  onBeforeUnmount(() => clearInterval(timer));
  return computed(() => (tick.value >= 0 ? ago(at()) : ''));
}
