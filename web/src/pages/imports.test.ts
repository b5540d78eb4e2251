import { expect, it } from 'vitest';

// A tag nobody imported shows nothing and says nothing.
const OURS = /^(El[A-Z]\w*|Router(Link|View)|Transition(Group)?|KeepAlive|Teleport|Suspense)$/;
const sources: Record<string, string> = import.meta.glob(['../**/*.vue'], { query: '?raw', import: 'default', eager: true });

it('every component a template names is imported', () => {
  const missing = Object.entries(sources).flatMap(([file, text]) => {
    const script = text.slice(0, text.lastIndexOf('</script>'));
    const tags = new Set([...text.slice(text.indexOf('<template>')).matchAll(/<([A-Z]\w*)/g)].map((m) => m[1]!));
    return [...tags].filter((tag) => !OURS.test(tag) && !new RegExp(`\\b${tag}\\b`).test(script)).map((tag) => `${file}: ${tag}`);
  });
  expect(Object.keys(sources).length).toBeGreaterThan(150);
  expect(missing).toEqual([]);
});
