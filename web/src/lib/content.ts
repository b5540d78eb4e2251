// What WeCom accepts in a message, so that a refusal is seen while typing and not after sending.
import type { Content } from '@/api/types';

export const LIMITS = { text: 4000, title: 128, desc: 512, url: 2048 } as const;

const encoder = new TextEncoder();
export const bytes = (text: string) => encoder.encode(text).length;

export type LinkProblem = 'title' | 'titleLong' | 'url' | 'urlLong' | 'descLong' | 'pic';

function isWebAddress(text: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** The name of a material or a survey stands for its address. */
export const isMaterial = (text: string) => /^material:\d+$/.test(text);
export const isSurvey = (text: string) => /^survey:\d+$/.test(text);

export function linkProblems(link: Content['link']): LinkProblem[] {
  if (!link) return [];
  const found: LinkProblem[] = [];
  if (!link.title.trim()) found.push('title');
  if (bytes(link.title) > LIMITS.title) found.push('titleLong');
  if (!isWebAddress(link.url) && !isMaterial(link.url) && !isSurvey(link.url)) found.push('url');
  if (bytes(link.url) > LIMITS.url) found.push('urlLong');
  if (bytes(link.desc ?? '') > LIMITS.desc) found.push('descLong');
  if (link.picurl && !isWebAddress(link.picurl)) found.push('pic');
  return found;
}

export function contentFits(content: Content): boolean {
  return (content.text.trim() !== '' || content.link !== null || Boolean(content.enclosed)) && bytes(content.text) <= LIMITS.text && !linkProblems(content.link).length;
}
