// Asks before typed text is thrown away, by a link inside the console or by closing the tab.
import { onBeforeUnmount, onMounted } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { i18n } from '@/i18n';
import { confirmEffect } from '@/lib/tell';

export async function mayDiscard(dirty: boolean): Promise<boolean> {
  const t = i18n.global.t;
  return !dirty || confirmEffect(t('unsaved.title'), t('unsaved.effect'), t('unsaved.leave'));
}

export function useUnsaved(dirty: () => boolean) {
  const hold = (e: BeforeUnloadEvent) => {
    if (dirty()) e.preventDefault();
  };
  onMounted(() => window.addEventListener('beforeunload', hold));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', hold));
  onBeforeRouteLeave(() => mayDiscard(dirty()));
}
