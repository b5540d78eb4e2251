import { describe, expect, it } from 'vitest';
import en from './en';
import enAgain from './en/again';
import enCampaign from './en/campaign';
import enExperiment from './en/experiment';
import enJourney from './en/journey';
import enMaterial from './en/material';
import enMoment from './en/moment';
import zh from './zh';
import zhAgain from './zh/again';
import zhCampaign from './zh/campaign';
import zhExperiment from './zh/experiment';
import zhJourney from './zh/journey';
import zhMaterial from './zh/material';
import zhMoment from './zh/moment';

/** Every text by its full key. */
function flat(tree: object, prefix = ''): Map<string, string> {
  const all = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') all.set(prefix + key, value);
    else flat(value as object, `${prefix}${key}.`).forEach((text, k) => all.set(k, text));
  }
  return all;
}
const args = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

describe('texts', () => {
  const chinese = flat({ ...zh, ...zhJourney, ...zhExperiment, ...zhMaterial, ...zhMoment, ...zhAgain, ...zhCampaign });
  const english = flat({ ...en, ...enJourney, ...enExperiment, ...enMaterial, ...enMoment, ...enAgain, ...enCampaign });
  it('have the same keys in both languages', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    expect(chinese.size).toBeGreaterThan(300);
  });
  it('take the same arguments in both languages', () => {
    for (const [key, text] of chinese) expect(args(english.get(key)!), key).toEqual(args(text));
  });
  it('are never empty', () => {
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('');
  });
  it('stand in one file each, so that none hides another', () => {
    const parts = import.meta.glob<{ default: object }>('./zh/*.ts', { eager: true });
    const sections = Object.entries(parts).filter(([file]) => !file.endsWith('/index.ts')).flatMap(([, part]) => Object.keys(part.default));
    expect(sections.filter((name, i) => sections.indexOf(name) !== i)).toEqual([]);
  });
  it('exist wherever a page names one', () => {
    const pages = import.meta.glob<string>(['../pages/**/*.vue', '../components/**/*.vue', '../layout/**/*.vue', '../lib/*.ts', '../router.ts'], { query: '?raw', import: 'default', eager: true });
    const missing: string[] = [];
    for (const [file, text] of Object.entries(pages)) {
      for (const m of text.matchAll(/(?<![\w.])\$?t\(\s*'([\w.-]+)'/g)) if (!chinese.has(m[1]!)) missing.push(`${file}: ${m[1]}`);
    }
    expect(missing).toEqual([]);
  });
  it('are in their language', () => {
    for (const [key, text] of english) expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false);
  });
});
