// Order files by the command line, beside a running server and without one.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bombOf, cdnowLike, csvOf, retailLike, shopRows, xlsxOf } from './fixtures.mjs';
import { Server, request, run, runJson, tempDir } from './lib.mjs';

const folder = tempDir();
const file = (name, content) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const orders = (path, data, ...more) => runJson(['import', 'orders', path, '--data', data, ...more]);
const picked = (result) => Object.fromEntries(['rows', 'accepted', 'rejected', 'orders', 'refunds', 'customers'].map((name) => [name, result[name]]));
const nothing = ({ rows, accepted, rejected }) => ({ rows, accepted, rejected, orders: 0, refunds: 0, customers: 0 });

/** What stands in a store, read through a server opened for it: orders by key, the sums, the people. */
async function stands(data) {
  const server = await Server.start({ dir: data, clock: null });
  try {
    const ask = async (path) => {
      const rows = [];
      for (let cursor = ''; ;) {
        const { json, status, text } = await request(server.local, 'GET', `${path}limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, undefined, { 'x-yt-corp': '1' });
        assert.equal(status, 200, text);
        rows.push(...json.data);
        if (!json.next_cursor) return rows;
        cursor = json.next_cursor;
      }
    };
    const all = await ask('/api/v1/orders?');
    const unmatched = await ask('/api/v1/orders?unmatched=true&');
    return {
      keys: [...all, ...unmatched].map((row) => row.id).sort(),
      paid: [...all, ...unmatched].reduce((sum, row) => sum + Number(row.amount), 0),
      refunded: all.reduce((sum, row) => sum + Number(row.refunded), 0),
      statuses: new Set(all.map((row) => row.status)),
    };
  } finally {
    await server.stop();
  }
}

test('columns of white space: every row is an order, exact repeats too; again changes nothing', async () => {
  const data = tempDir(), { text, counts } = cdnowLike(1200), path = file('cdnow.txt', text);
  assert.deepEqual(picked(await orders(path, data, '--preset', 'cdnow')), counts);
  const first = await stands(data);
  assert.equal(first.keys.length, counts.orders);
  assert.equal(new Set(first.keys).size, counts.orders);
  const sum = text.trim().split('\r\n').slice(1).reduce((s, line) => s + Math.round(Number(line.trim().split(/\s+/)[3]) * 100), 0);
  assert.equal(first.paid, sum, 'to the cent');
  assert.deepEqual(picked(await orders(path, data, '--preset', 'cdnow')), nothing(counts));
  assert.deepEqual(await stands(data), first);
});

test('lines of an invoice may stand anywhere; C-invoices take back; nobody is lost without saying so', async () => {
  const data = tempDir(), { text, counts } = retailLike(400), path = file('retail.csv', text);
  assert.deepEqual(picked(await orders(path, data, '--preset', 'online-retail')), counts);
  const first = await stands(data);
  assert.equal(first.keys.length, counts.orders);
  assert.ok(first.refunded > 0);
  const shuffled = text.trim().split('\n');
  const upside = file('retail-2.csv', [shuffled[0], ...shuffled.slice(1).reverse()].join('\n'));
  assert.deepEqual(picked(await orders(upside, data, '--preset', 'online-retail')), nothing(counts));
  assert.deepEqual(await stands(data), first);
});

test('csv and xlsx of the same rows are the same orders, with numbers and without', async () => {
  for (const numbered of [true, false]) {
    const data = tempDir(), other = tempDir(), rows = shopRows(200, { numbered });
    const csv = file(`shop-${numbered}.csv`, csvOf(rows)), xlsx = file(`shop-${numbered}.xlsx`, xlsxOf(rows));
    const made = await orders(csv, data, '--preset', 'generic');
    assert.equal(made.rows, 200);
    assert.equal(made.rejected, 0);
    assert.equal(made.orders, 200);
    assert.deepEqual(picked(await orders(xlsx, data, '--preset', 'generic')), nothing(made));
    assert.deepEqual(picked(await orders(xlsx, other, '--preset', 'generic')), picked(made));
    assert.deepEqual((await stands(other)).keys, (await stands(data)).keys);
  }
});

test('a dry run counts what a run would make and leaves nothing', async () => {
  const data = tempDir(), { text, counts } = retailLike(200, 5), path = file('dry.csv', text);
  const dry = await orders(path, data, '--preset', 'online-retail', '--dry-run');
  assert.deepEqual(picked(dry), counts);
  assert.equal((await stands(data)).keys.length, 0);
  assert.deepEqual(picked(await orders(path, data, '--preset', 'online-retail')), counts);
});

test('a half row and rows that cannot be read are rejected with number and reason, the others stand', async () => {
  const data = tempDir(), { text, counts } = retailLike(40, 9), rejected = join(folder, 'rejected.csv');
  const broken = [
    '581000,21000,TEA,2,2025-13-45 10:00:00,1.25,12500.0,France',
    '581001,21000,TEA,two,2025-02-03 10:00:00,1.25,12500.0,France',
    '581002,21000,TEA,2,,1.25,12500.0,France',
    ',21000,TEA,2,2025-02-03 10:00:00,1.25,12500.0,France',
    '581003,210',
  ];
  const path = file('half.csv', text + broken.join('\n'));
  const result = await orders(path, data, '--preset', 'online-retail', '--rejected', rejected);
  assert.deepEqual(picked(result), { ...counts, rows: counts.rows + broken.length, rejected: broken.length });
  const said = readFileSync(rejected, 'utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/);
  assert.equal(said.length, broken.length + 1, said.join('\n'));
  for (let i = 0; i < broken.length; i++) {
    assert.match(said[i + 1], new RegExp(`^"?${counts.rows + 2 + i}\\b`), `row ${i} is named by its number in the file: ${said[i + 1]}`);
    assert.ok(said[i + 1].length > broken[i].length, 'with its reason');
  }
});

test('columns are named by hand where no name fits', async () => {
  const data = tempDir();
  const path = file('odd.csv', 'a,b,c,d\nX-1,guest-1,2026-03-01 10:00,12.50\nX-2,guest-2,2026-03-02 11:00,7\n');
  const refused = await run(['import', 'orders', path, '--data', data, '--preset', 'generic', '--json']);
  assert.notEqual(refused.code, 0);
  const result = await orders(path, data, '--preset', 'generic', '--map', 'order_no=a,buyer_id=2,ordered_at=c,amount=d');
  assert.deepEqual(picked(result), { rows: 2, accepted: 2, rejected: 0, orders: 2, refunds: 0, customers: 2 });
  assert.equal((await stands(data)).paid, 1950);
});

test('an .xlsx that is a zip bomb is refused, and so is what is no workbook', async () => {
  const data = tempDir();
  for (const [name, bytes] of [['bomb.xlsx', bombOf(64 << 20)], ['text.xlsx', Buffer.from('not a zip')], ['cut.xlsx', xlsxOf(shopRows(50)).subarray(0, 900)]]) {
    const { code, out } = await run(['import', 'orders', file(name, bytes), '--data', data, '--preset', 'generic', '--json']);
    assert.equal(code, 1, `${name}: ${out}`);
    assert.ok(JSON.parse(out.trim().split('\n').at(-1)).error, name);
  }
});

test('beside a running server the command works through it; undo takes back only what the import made', async () => {
  const data = tempDir(), server = await Server.start({ dir: data, clock: null });
  try {
    const rows = shopRows(120, { seed: 21 }), half = { header: rows.header, cells: rows.cells.slice(0, 60) };
    const whole = file('whole.csv', csvOf(rows)), part = file('part.csv', csvOf(half));
    assert.equal((await orders(part, data, '--preset', 'generic')).orders, 60);
    assert.equal((await orders(whole, data, '--preset', 'generic')).orders, 60);
    const api = await server.admin();
    const count = async () => (await api.rows('orders')).length;
    assert.equal(await count(), 120);
    const [latest] = (await api.get('imports')).data;
    assert.equal(latest.counts.unchanged, 60);
    const undo = async (id) => {
      await api.post(`imports/${id}/undo`);
      for (;;) {
        const { state } = await api.get(`imports/${id}`);
        if (state === 'undone') return;
        assert.ok(['undoing', 'done'].includes(state), state);
        await new Promise((done) => setTimeout(done, 20));
      }
    };
    await undo(latest.id);
    const standing = await api.rows('orders');
    assert.deepEqual(standing.filter((row) => row.status !== 'withdrawn').map((row) => row.order_no).sort(), half.cells.map((row) => row[0]).sort());
    const again = await orders(whole, data, '--preset', 'generic');
    assert.equal(again.orders, 60, 'the same file can be imported again');
    assert.equal(await count(), 120);
  } finally {
    await server.stop();
  }
});
