import { expect, test } from 'vitest';
import drawn from '../components/AppIcon.vue?raw';
import { groupOf, home, menu } from './pages';

const pages = menu.flatMap((group) => group.pages);

test('no two pages of the menu look alike', () => {
  for (const key of ['name', 'to', 'title', 'icon'] as const) {
    const all = pages.map((page) => page[key]);
    expect(all.filter((one, i) => all.indexOf(one) !== i), key).toEqual([]);
  }
});

test('every icon of the menu is drawn', () => {
  expect(pages.filter((page) => !drawn.includes(`\n  ${page.icon}: 'M`)).map((page) => page.icon)).toEqual([]);
});

test('a page below another opens the group of that entry', () => {
  for (const [page, entry] of Object.entries(home)) expect(pages.map((p) => p.name), page).toContain(entry);
  expect(groupOf(home['broadcast-new']!)).toBe('nav.gReach');
  expect(groupOf('home')).toBe('');
  expect(groupOf('missing')).toBe('');
});
