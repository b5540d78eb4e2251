import { createApp } from 'vue';
import BindPage from './BindPage.vue';
import './h5.css';

createApp(BindPage).mount('#app');
