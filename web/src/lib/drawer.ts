// A drawer in which one thing is made or changed. The address opens it: "new", or "edit" with the thing's id.
import { useQuery } from '@tanstack/vue-query';
import { computed, reactive, ref, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { newKey } from '@/api/client';
import { tellDone } from '@/lib/tell';
import { mayDiscard, useUnsaved } from '@/lib/unsaved';
import { useUrl } from '@/lib/url';

interface EditOptions<F extends object, T> {
  /** Of the query that loads one. */
  key: string;
  empty: () => F;
  load: (id: string) => Promise<T>;
  /** What of the form is not as in an empty one. */
  read: (it: T) => Partial<F>;
  /** id '': makes one, once for a key; else changes that one. */
  save: (form: F, id: string, key: string) => Promise<unknown>;
  /** The text after one was made. */
  made: () => string;
  /** After saving, before it closes. */
  saved: () => unknown;
}

/** The form and whether it is open, loading, saving or at fault. Closing asks when something would be lost. */
export function useEditDrawer<F extends object, T>(of: EditOptions<F, T>) {
  const { t } = useI18n();
  const url = useUrl();
  const id = computed(() => url.get('edit'));
  const open = computed(() => url.get('new') !== '' || id.value !== '');
  const busy = ref(false);
  const error = ref<unknown>(null);
  const form = reactive(of.empty()) as F;
  const before = ref('');
  let key = '';
  const query = useQuery({
    queryKey: computed(() => [of.key, id.value]),
    queryFn: () => of.load(id.value),
    enabled: () => id.value !== '',
    staleTime: 0,
  });
  const keep = () => (before.value = JSON.stringify(form));
  function fill(it?: T) {
    Object.assign(form, of.empty(), it && of.read(it));
    keep();
    error.value = null;
    key = newKey();
  }
  watch(open, (is) => is && fill(), { immediate: true });
  watch(() => query.data.value, (it) => open.value && id.value && it && fill(it as T), { immediate: true });
  const dirty = computed(() => open.value && JSON.stringify(form) !== before.value);
  useUnsaved(() => dirty.value && !busy.value);

  async function close(done?: () => void) {
    if (!(await mayDiscard(dirty.value))) return;
    keep();
    done?.();
    await url.set({ new: '', edit: '' });
  }
  async function save() {
    busy.value = true;
    error.value = null;
    try {
      await of.save(form, id.value, key);
      keep();
      tellDone(id.value ? t('common.saved') : of.made());
      await of.saved();
      await url.set({ new: '', edit: '' });
    } catch (e) {
      error.value = e;
    }
    busy.value = false;
  }
  return { id, open, form, query, busy, error, close, save };
}
