import { VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import { ApiError, whenSignedOut } from '@/api/client';
import App from './App.vue';
import { i18n, setLanguage } from './i18n';
import { useSession } from './lib/session';
import { makeRouter } from './router';
import './styles/theme.css';
import './styles/still.css';

const app = createApp(App);
const pinia = createPinia();
app.use(pinia).use(i18n);
const router = makeRouter();
whenSignedOut(() => {
  useSession().forget();
  const here = router.currentRoute.value;
  if (here.name !== 'login') void router.push({ name: 'login', query: { back: here.fullPath } });
});
app.use(VueQueryPlugin, {
  queryClientConfig: {
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        refetchOnWindowFocus: false,
        // A refusal stays a refusal; only a lost connection or a busy server is worth another try.
        retry: (count, e) => count < 2 && e instanceof ApiError && (e.status === 0 || e.status >= 502),
      },
    },
  },
});
void setLanguage(navigator.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en-US').then(() => {
  app.use(router).mount('#app');
});
