import { beforeEach, expect, it, vi } from 'vitest';

const answers: Response[] = [];
const keys: string[] = [];
vi.stubGlobal('location', { origin: 'http://pond' });
vi.stubGlobal('fetch', async (request: Request) => {
  keys.push(request.headers.get('Idempotency-Key') ?? '');
  const answer = answers.shift();
  if (!answer) throw new TypeError('no connection');
  return answer;
});
const { http, ok } = await import('./client');
const refusal = (pointer: string) => Response.json({ errors: [{ detail: 'no', pointer }] }, { status: 422 });
const create = (name: string) => ok(http.POST('/api/v1/group-classes', { baseUrl: 'http://pond', headers: { 'Idempotency-Key': 'form' }, body: { name } })).catch(() => undefined);

beforeEach(() => { keys.length = 0; });

it('a form keeps its key while the answer is lost, and takes the next one once it is refused', async () => {
  await create('a');
  answers.push(refusal('#/name'), Response.json({}, { status: 201 }));
  await create('a');
  await create('b');
  expect(keys).toEqual(['form.0', 'form.0', 'form.1']);
});

it('a key under which something may have been made is not given up', async () => {
  answers.push(refusal('#/Idempotency-Key'));
  await create('c');
  await create('c');
  expect(keys).toEqual(['form.1', 'form.1']);
});
