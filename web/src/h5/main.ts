// One light entry for the pages shown inside WeChat and WeCom; those of staff are loaded when they are asked for.
import { createApp, defineAsyncComponent } from 'vue';
import BindPage from './BindPage.vue';
import './h5.css';

const pages: Record<string, () => Promise<typeof import('./staff/SidebarPage.vue')>> = {
  '/h5/sidebar': () => import('./staff/SidebarPage.vue'),
  '/h5/work': () => import('./staff/WorkPage.vue'),
};
const load = pages[location.pathname.replace(/\/$/, '')];
createApp(load ? defineAsyncComponent(load) : BindPage).mount('#app');
