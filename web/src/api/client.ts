// The one way to the server. Types come from schema.d.ts, which is generated from the server's own OpenAPI text.
// Unsafe requests carry the session's CSRF token; every POST carries an Idempotency-Key, so a repeat after a lost
// answer makes nothing twice (forms that create pass one key per opened form).
import createClient from 'openapi-fetch';
import type { paths } from './schema';

export interface Problem {
  status: number;
  code: string;
  title: string;
  detail: string;
  instance: string;
  request_id: string;
  errors: { detail: string; pointer?: string }[];
  position: number;
  suggestion: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problem: Partial<Problem>,
    readonly requestId: string,
  ) {
    super(problem.detail || problem.title || `HTTP ${status}`);
  }
  /** The first complaint about a field of the request, by the last part of its JSON pointer. */
  field(name: string): string | undefined {
    return this.problem.errors?.find((e) => e.pointer?.split('/').pop() === name)?.detail;
  }
}

let csrf = '';
let onSignedOut: () => void = () => undefined;

export function setCsrf(token: string) {
  csrf = token;
}
export function whenSignedOut(fn: () => void) {
  onSignedOut = fn;
}

/** crypto.randomUUID exists only on https and localhost; a console on a LAN address needs this too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export const http = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });

/** How often a form's key was refused. The server keeps a refusal under the key it came with and takes no other request under it, so
 *  the corrected form goes with the next one. Only what may have been made keeps its key: there the answer was lost. */
const refusals = new Map<string, number>();
const KEY = 'Idempotency-Key';

http.use({
  onRequest({ request }) {
    if (request.method === 'GET') return request;
    if (csrf) request.headers.set('X-YT-CSRF', csrf);
    if (request.method === 'POST') {
      const key = request.headers.get(KEY);
      request.headers.set(KEY, key ? `${key}.${refusals.get(key) ?? 0}` : newKey());
    }
    return request;
  },
  async onResponse({ request, response }) {
    const [key, n] = (request.headers.get(KEY) ?? '').split('.');
    if (!key || n === undefined || response.status < 400 || response.status >= 500) return;
    const { errors } = (await response.clone().json().catch(() => ({}))) as Partial<Problem>;
    if (!errors?.some((e) => e.pointer?.endsWith(`/${KEY}`))) refusals.set(key, Number(n) + 1);
  },
});

function requestIdOf(response: Response, problem: Partial<Problem>): string {
  return response.headers.get('X-Request-Id') ?? problem.request_id ?? problem.instance ?? '';
}

/** Waits for an answer of `http` and gives its data, or throws an ApiError. */
export async function ok<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: Awaited<typeof call>;
  try {
    answer = await call;
  } catch {
    throw new ApiError(0, { code: 'offline' }, '');
  }
  const { response } = answer;
  if (response.ok) return answer.data as T;
  const problem = (answer.error && typeof answer.error === 'object' ? answer.error : {}) as Partial<Problem>;
  if (response.status === 401 && !response.url.endsWith('/api/v1/session')) onSignedOut();
  throw new ApiError(response.status, problem, requestIdOf(response, problem));
}

/** Sends a file as it is and gives the answer, or throws an ApiError. */
export async function sendBytes<T>(path: string, bytes: Blob, method: 'POST' | 'PUT' = 'POST'): Promise<T> {
  const headers = { 'Content-Type': 'application/octet-stream', ...(csrf && { 'X-YT-CSRF': csrf }) };
  return ok(fetch(path, { method, body: bytes, headers }).then(async (response) => {
    const body = await response.json().catch(() => ({}));
    return { data: body as T, error: body, response };
  }));
}

/** The If-Match header of an edit. */
export function match(version: number) {
  return { 'If-Match': `"${version}"` };
}
