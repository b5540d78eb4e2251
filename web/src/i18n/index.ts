// Chinese comes with the console, English when asked for. The tests hold both to the same keys.
import { createI18n } from 'vue-i18n';
import zh from './zh';

export type Language = 'zh-CN' | 'en-US';
export type Messages = typeof zh;

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as string,
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zh } as Record<string, Messages>,
});

export function asLanguage(lang: string): Language {
  return lang.toLowerCase().startsWith('en') ? 'en-US' : 'zh-CN';
}

export async function setLanguage(wanted: string) {
  const lang = asLanguage(wanted);
  if (lang === 'en-US' && !i18n.global.availableLocales.includes(lang)) {
    i18n.global.setLocaleMessage(lang, (await import('./en')).default as Messages);
  }
  i18n.global.locale.value = lang;
  document.documentElement.lang = lang;
}
