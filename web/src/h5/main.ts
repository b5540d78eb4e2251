// One light entry for the pages shown inside WeChat and WeCom; all but the member page are loaded when asked for.
import { createApp, defineAsyncComponent, type AsyncComponentLoader } from 'vue';
import BindPage from './BindPage.vue';
import './h5.css';
import '../styles/still.css';

const pages: Record<string, AsyncComponentLoader> = {
  '/h5/area': () => import('./place/AreaPage.vue'),
  '/h5/advisor': () => import('./place/AdvisorPage.vue'),
  '/h5/lucky': () => import('./place/LuckyPage.vue'),
  '/h5/lucky-group': () => import('./place/LuckyGroupPage.vue'),
  '/h5/material': () => import('./material/MaterialPage.vue'),
  '/h5/pay': () => import('./place/AdvisorPage.vue'),
  '/h5/survey': () => import('./survey/SurveyPage.vue'),
  '/h5/sidebar': () => import('./staff/SidebarPage.vue'),
  '/h5/work': () => import('./staff/WorkPage.vue'),
};
const load = pages[location.pathname.replace(/\/$/, '')];
createApp(load ? defineAsyncComponent(load) : BindPage).mount('#app');
