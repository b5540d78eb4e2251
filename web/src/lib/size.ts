// The width of an element as it is laid out, for what is drawn by the pixel.
import { onBeforeUnmount, ref, watch, type Ref } from 'vue';

export function useWidth(box: Ref<HTMLElement | null>) {
  const width = ref(0);
  const watcher = new ResizeObserver(([entry]) => { width.value = Math.round(entry!.contentRect.width); });
  watch(box, (now, was) => {
    if (was) watcher.unobserve(was);
    if (now) watcher.observe(now);
  }, { immediate: true, flush: 'post' });
  onBeforeUnmount(() => watcher.disconnect());
  return width;
}
