// The console's interface as the pages inside WeCom use it. No session yet means WeCom's login and back.
import type { paths } from '@/api/schema';

type Get<P extends keyof paths> = paths[P] extends { get: { responses: { 200: { content: { 'application/json': infer T } } } } } ? T : never;
export type Session = Get<'/api/v1/session'>;
export type Customer = Get<'/api/v1/customers/{id}'>;
export type Membership = Get<'/api/v1/customers/{id}/membership'>;
export type TagGroups = Get<'/api/v1/tag-groups'>['data'];
export type Board = Get<'/api/v1/followup'>;
export type Code = Get<'/api/v1/livecodes'>['data'][number];
export type Who = Get<'/api/v1/sidebar/customer'>;
export type Sign = Get<'/api/v1/sidebar/sign'>;
export type Work = Get<'/api/v1/work'>;
export type Approvals = Get<'/api/v1/approvals'>;
export type Refusal = Approvals['refused'][number];
export type Approval = Approvals['items'][number];
export type Post = Get<'/api/v1/work/calendar'>['data'][number];
export type Task = Get<'/api/v1/work/tasks'>['data'][number];
export type MyCards = Get<'/api/v1/my-cards'>;
export type Hand = Get<'/api/v1/work/materials'>['data'][number];
export type Lost = Get<'/api/v1/work/lost'>['data'][number];
export type Unpaid = Get<'/api/v1/work/unpaid'>['data'][number];

export class StaffError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

let csrf = '';
const corp = () => new URLSearchParams(location.search).get('corp') ?? '';
export const loginUrl = () => `/h5/api/guest/staff?corp=${encodeURIComponent(corp())}&return=${encodeURIComponent(location.pathname + location.search)}`;

export async function call<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (method !== 'GET') Object.assign(headers, { 'X-YT-CSRF': csrf, 'Idempotency-Key': Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('') });
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body), credentials: 'same-origin' });
  } catch {
    throw new StaffError(0, '');
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new StaffError(answer.status, data.detail || data.title || '');
  return data as T;
}

export async function session(): Promise<Session> {
  const s = await call<Session>('GET', 'session');
  csrf = s.csrf;
  return s;
}

/** Codes a member of staff stands in, looked for among the newest. */
export async function myCodes(staff: string): Promise<Code[]> {
  const found: Code[] = [];
  let cursor = '';
  for (let page = 0; page < 4; page++) {
    const list = await call<Get<'/api/v1/livecodes'>>('GET', `livecodes${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`);
    found.push(...list.data.filter((c) => c.state === 'active' && c.staff.some((s) => s.id === staff)));
    if (!list.next_cursor) break;
    cursor = list.next_cursor;
  }
  return found;
}
