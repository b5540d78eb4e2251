// A version while it is written, and how it goes to the server.
import { sendBytes } from '@/api/client';
import type { MomentDraft, MomentMedia } from '@/api/types';

export const VERSIONS_MAX = 9;
export const IMAGES_MAX = 9;
export const TEXT_MAX = 2000;
export const TITLE_BYTES = 64;
export const UPLOAD_BYTES = 10 << 20;

export type With = 'images' | 'video' | 'link' | 'none';
export interface Draft {
  key: number;
  name: string;
  expr: string;
  rest: boolean;
  text: string;
  with: With;
  images: MomentMedia[];
  video: MomentMedia | null;
  title: string;
  url: string;
  cover: MomentMedia | null;
}

let last = 0;
export const draftNew = (name: string): Draft => ({ key: ++last, name, expr: '', rest: false, text: '', with: 'none', images: [], video: null, title: '', url: '', cover: null });

export const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** variant: of an experiment, so for everybody it gives it to. */
export function draftReady(d: Draft, variant: boolean): boolean {
  const whom = variant || d.rest || d.expr.trim() !== '';
  const added =
    (d.with === 'images' && d.images.length > 0) ||
    (d.with === 'video' && d.video !== null) ||
    (d.with === 'link' && d.title.trim() !== '' && bytesOf(d.title) <= TITLE_BYTES && /^https?:\/\//.test(d.url) && d.cover !== null);
  const said = d.text.trim() !== '' && [...d.text].length <= TEXT_MAX;
  return d.name.trim() !== '' && whom && (d.with === 'none' ? said : added && [...d.text].length <= TEXT_MAX);
}

export function draftBody(d: Draft, variant: boolean): MomentDraft {
  return {
    name: d.name.trim(),
    ...(d.rest || variant ? {} : { expr: d.expr.trim() }),
    content: {
      ...(d.text ? { text: d.text } : {}),
      ...(d.with === 'images' ? { images: d.images.map((i) => i.id) } : {}),
      ...(d.with === 'video' && d.video ? { video: d.video.id } : {}),
      ...(d.with === 'link' && d.cover ? { link: { title: d.title, url: d.url, cover: d.cover.id } } : {}),
    },
  };
}

export const uploadMedia = (file: File, kind: 'image' | 'video') =>
  sendBytes<MomentMedia>(`/api/v1/moment-media?${new URLSearchParams({ kind, name: file.name.slice(0, 100) })}`, file);

export const mediaUrl = (id: string) => `/api/v1/moment-media/${id}`;
