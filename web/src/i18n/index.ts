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

/** Sections only some pages need come with those pages, and then in every language asked for. */
const sections = import.meta.glob<{ default: Partial<Messages> }>(['./*/again.ts', './*/campaign.ts', './*/experiment.ts', './*/journey.ts', './*/moment.ts']);
const folders: Record<Language, string> = { 'zh-CN': 'zh', 'en-US': 'en' };
const added = new Set<string>();
async function addTo(lang: Language, section: string) {
  const load = sections[`./${folders[lang]}/${section}.ts`];
  if (load) i18n.global.mergeLocaleMessage(lang, (await load()).default);
}
export async function addTexts(section: string) {
  if (added.has(section)) return;
  for (const lang of i18n.global.availableLocales) await addTo(lang as Language, section);
  added.add(section);
}

export function asLanguage(lang: string): Language {
  return lang.toLowerCase().startsWith('en') ? 'en-US' : 'zh-CN';
}

export async function setLanguage(wanted: string) {
  const lang = asLanguage(wanted);
  if (lang === 'en-US' && !i18n.global.availableLocales.includes(lang)) {
    i18n.global.setLocaleMessage(lang, (await import('./en')).default as Messages);
    for (const section of added) await addTo(lang, section);
  }
  i18n.global.locale.value = lang;
  document.documentElement.lang = lang;
}
