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

/** Sections only some pages need come with those pages (router.ts), and then in every language asked for. */
const sections = import.meta.glob<{ default: Partial<Messages> }>(['./*/*.ts', '!./*/{index,audience,base,material,people,profile,reach,system,tags}.ts']);
const folders: Record<Language, string> = { 'zh-CN': 'zh', 'en-US': 'en' };
const added = new Map<string, Promise<unknown>>();
async function addTo(lang: Language, section: string) {
  const load = sections[`./${folders[lang]}/${section}.ts`];
  if (!load) throw new Error(`no texts: ${section}`);
  i18n.global.mergeLocaleMessage(lang, (await load()).default);
}
/** What could not be fetched is asked for again the next time. */
export function addTexts(names: string) {
  return Promise.all(names.split(' ').map((section) => {
    if (!added.has(section)) {
      added.set(section, Promise.all(i18n.global.availableLocales.map((lang) => addTo(lang as Language, section))).catch((e) => {
        added.delete(section);
        throw e;
      }));
    }
    return added.get(section);
  }));
}

export function asLanguage(lang: string): Language {
  return lang.toLowerCase().startsWith('en') ? 'en-US' : 'zh-CN';
}

export async function setLanguage(wanted: string) {
  const lang = asLanguage(wanted);
  if (lang === 'en-US' && !i18n.global.availableLocales.includes(lang)) {
    i18n.global.setLocaleMessage(lang, (await import('./en')).default as Messages);
    await Promise.all([...added.keys()].map((section) => addTo(lang, section)));
  }
  i18n.global.locale.value = lang;
  document.documentElement.lang = lang;
}
