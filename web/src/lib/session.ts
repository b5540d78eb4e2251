// Who is logged in, to which corp, with which rights.
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { ApiError, http, ok, setCsrf } from '@/api/client';
import type { Session } from '@/api/types';
import { asLanguage, setLanguage } from '@/i18n';

export const useSession = defineStore('session', () => {
  const current = ref<Session | null>(null);
  const asked = ref(false);
  const corp = computed(() => current.value?.corp);
  const user = computed(() => current.value?.user);

  async function take(session: Session) {
    current.value = session;
    setCsrf(session.csrf);
    await setLanguage(session.lang);
  }
  /** Asks once per page load; a refusal means nobody is logged in, anything else is passed on. */
  async function load(): Promise<boolean> {
    if (asked.value) return current.value !== null;
    try {
      await take(await ok(http.GET('/api/v1/session')));
    } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 401) throw e;
    }
    asked.value = true;
    return current.value !== null;
  }
  async function login(name: string, password: string) {
    await take(await ok(http.POST('/api/v1/session', { body: { login: name, password } })));
    asked.value = true;
  }
  function forget() {
    current.value = null;
    asked.value = true;
    setCsrf('');
  }
  async function logout() {
    await ok(http.DELETE('/api/v1/session'));
    forget();
  }
  /** The server keeps the language as "zh" or "en". */
  async function language(lang: string) {
    await setLanguage(lang);
    const kept = asLanguage(lang) === 'en-US' ? 'en' : 'zh';
    if (current.value) await ok(http.PUT('/api/v1/session/lang', { body: { lang: kept } }));
  }
  const can = (perm: string) => Boolean(current.value?.perms.some((p) => p === perm || p === '*'));
  return { current, corp, user, load, login, logout, forget, language, can };
});
