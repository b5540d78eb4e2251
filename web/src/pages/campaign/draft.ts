// A touch while it is written, and how it goes to the server: each channel takes the content its own creation takes.
import type { CampaignNew, CampaignTouch, Content, MomentMedia } from '@/api/types';
import { contentFits } from '@/lib/content';
import { momentIn, wallIn } from '@/lib/format';

export type Channel = 'broadcast' | 'moment' | 'groupcast' | 'smsdrain';
export const CHANNELS: { channel: Channel; perm: string }[] = [
  { channel: 'broadcast', perm: 'broadcast.send' }, { channel: 'moment', perm: 'moment.send' },
  { channel: 'groupcast', perm: 'groupcast.send' }, { channel: 'smsdrain', perm: 'sms.write' },
];
export const TOUCHES_MAX = 6;
export const IMAGES_MAX = 9;
const MOMENT_TEXT = 2000;

export interface Touch {
  key: number;
  channel: Channel;
  name: string;
  at: string;
  content: Content;
  text: string;
  images: MomentMedia[];
  owners: string[];
  words: string;
  target: string;
}

let last = 0;
export const touchNew = (channel: Channel, at: string): Touch => ({
  key: ++last, channel, name: '', at, content: { text: '', link: null }, text: '', images: [], owners: [], words: '', target: 'https://',
});

export function touchReady(t: Touch): boolean {
  if (!t.at) return false;
  if (t.channel === 'broadcast') return contentFits(t.content);
  if (t.channel === 'smsdrain') return t.words.includes('{link}') && /^https?:\/\/.+/.test(t.target);
  const said = t.text.trim() !== '';
  return t.channel === 'groupcast' ? said && t.owners.length > 0 : (said || t.images.length > 0) && [...t.text].length <= MOMENT_TEXT;
}

function contentOf(t: Touch): unknown {
  if (t.channel === 'broadcast') return { text: t.content.text, ...(t.content.link ? { link: t.content.link } : {}), ...(t.content.enclosed ? { enclosed: t.content.enclosed } : {}) };
  if (t.channel === 'smsdrain') return { words: t.words, target: t.target };
  if (t.channel === 'groupcast') return { text: t.text, owners: t.owners };
  return { ...(t.text ? { text: t.text } : {}), ...(t.images.length ? { images: t.images.map((i) => i.id) } : {}) };
}

export const touchBody = (t: Touch, zone: string): CampaignNew['touches'][number] => ({
  channel: t.channel, ...(t.name.trim() ? { name: t.name.trim() } : {}), content: contentOf(t) as never, at_ms: momentIn(zone, t.at),
});

/** A touch of a plan as it was written, to be changed. */
export function touchOf(was: CampaignTouch, plan: string, zone: string): Touch {
  const content = was.content as { text?: string; link?: Content['link']; enclosed?: string; images?: string[]; owners?: string[]; words?: string; target?: string };
  const t = touchNew(was.channel as Channel, wallIn(zone, was.at_ms).slice(0, 19));
  t.name = was.name === plan ? '' : was.name;
  if (was.channel === 'broadcast') t.content = { text: content.text ?? '', link: content.link ?? null, ...(content.enclosed ? { enclosed: content.enclosed } : {}) } as Content;
  else t.text = content.text ?? '';
  t.images = (content.images ?? []).map((id) => ({ id, kind: 'image', name: '', bytes: 0 }) as MomentMedia);
  t.owners = content.owners ?? [];
  t.words = content.words ?? '';
  t.target = content.target ?? t.target;
  return t;
}
