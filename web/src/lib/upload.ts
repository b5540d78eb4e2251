// Sends a file in parts, so that a gigabyte needs no gigabyte of memory and a lost part is sent again alone.
import { ApiError, http, newKey, ok, sendBytes } from '@/api/client';

const TRIES = 3;
const WAIT_MS = 1_000;

async function sendPart(place: string, n: number, part: Blob): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sendBytes(`${place}/parts/${n}`, part, 'PUT');
      return;
    } catch (e) {
      // A broken connection or a busy server is worth another try.
      if (attempt >= TRIES || !(e instanceof ApiError) || (e.status > 0 && e.status < 500)) throw e;
    }
    await new Promise((done) => setTimeout(done, WAIT_MS * attempt));
  }
}

async function sendParts(place: string, file: File, size: number, tell: (sent: number) => void, stopped: () => boolean) {
  for (let at = 0, n = 0; at < file.size; at += size, n++) {
    if (stopped()) throw new DOMException('stopped', 'AbortError');
    await sendPart(place, n, file.slice(at, at + size));
    tell(Math.min(file.size, at + size));
  }
}

/** Gives the id of the finished upload; `tell` hears the bytes that have arrived. Parts count from 0. */
export async function upload(file: File, tell: (sent: number) => void, stopped: () => boolean): Promise<string> {
  const { id, part_size } = await ok(
    http.POST('/api/v1/uploads', { headers: { 'Idempotency-Key': newKey() }, body: { name: file.name, size: file.size } }),
  );
  await sendParts(`/api/v1/uploads/${id}`, file, part_size > 0 ? part_size : 8 << 20, tell, stopped);
  await ok(http.POST('/api/v1/uploads/{id}/complete', { params: { path: { id } } }));
  return id;
}

/** The same for a file of the material library. */
export async function uploadMaterial(file: File, tell: (sent: number) => void) {
  const { id, part_size } = await ok(
    http.POST('/api/v1/material-files', { headers: { 'Idempotency-Key': newKey() }, body: { name: file.name, size: file.size } }),
  );
  await sendParts(`/api/v1/material-files/${id}`, file, part_size, tell, () => false);
  return ok(http.POST('/api/v1/material-files/{id}/complete', { params: { path: { id } } }));
}
