// The few calls of the member page. No session yet means a walk through WeChat's consent page and back.
export class H5Error extends Error {
  constructor(readonly status: number, message: string, readonly requestId: string) {
    super(message);
  }
}

export interface BindSession {
  name: string;
  corp_name: string;
  bound: boolean;
  phone_masked: string;
  privacy_version: string;
  privacy_text: string;
  csrf?: string;
}

let csrf = '';

async function call<T>(method: string, path: string, body?: object): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (body) headers['Content-Type'] = 'application/json';
  if (csrf && method !== 'GET') headers['X-YT-CSRF'] = csrf;
  let answer: Response;
  try {
    answer = await fetch(`/h5/api/bind/${path}`, { method, headers, body: body && JSON.stringify(body), credentials: 'same-origin' });
  } catch {
    throw new H5Error(0, '', '');
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new H5Error(answer.status, data.detail || data.title || '', answer.headers.get('X-Request-Id') ?? data.instance ?? '');
  return data as T;
}

const corp = () => new URLSearchParams(location.search).get('corp') ?? '';

export function consentUrl(): string {
  const back = location.pathname + location.search;
  return `/h5/api/guest/start?corp=${encodeURIComponent(corp())}&return=${encodeURIComponent(back)}`;
}
export async function bindSession(): Promise<BindSession> {
  const session = await call<BindSession>('GET', `session?corp=${encodeURIComponent(corp())}`);
  csrf = session.csrf ?? '';
  return session;
}
export const sendCode = (phone: string) => call<{ wait_s: number; test_code?: string | null }>('POST', 'code', { phone });
export const confirmBind = (phone: string, code: string) =>
  call<{ bound: boolean; merged: boolean }>('POST', 'confirm', { phone, code, agree: true });

export interface Claim {
  state: 'waiting' | 'done' | 'refused';
  order_no?: string | null;
  paid?: number | null;
  text?: string | null;
}
export const claimOrder = (order_no: string, proof: { amount?: string; tail?: string }) => call<{ id: string }>('POST', 'claims', { order_no, ...proof });
export const claimState = (id: string) => call<Claim>('GET', `claims/${id}`);
