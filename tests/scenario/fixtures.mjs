// Order files with the oddities of real ones, made from a seed, and what a careful reader would count in them.
import { crc32, deflateRawSync } from 'node:zlib';

export function random(seed) {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const day = (i) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10);

/** Columns of white space, CRLF, a header that is indented, purchases that repeat exactly. */
export function cdnowLike(rows, seed = 7) {
  const next = random(seed);
  const lines = [' customer_id  date number_of_cds  dollar_value'];
  const buyers = new Set();
  for (let i = 0; i < rows; i++) {
    if (i > 0 && i % 50 === 0) {
      lines.push(lines.at(-1));
      continue;
    }
    const buyer = 1 + next(Math.max(2, rows / 3));
    buyers.add(buyer);
    const count = 1 + next(6);
    lines.push(` ${String(buyer).padStart(5, '0')} ${day(next(500)).replaceAll('-', '')} ${String(count).padStart(2)} ${(count * (900 + next(700)) / 100).toFixed(2).padStart(7)}`);
  }
  return { text: lines.join('\r\n') + '\r\n', counts: { rows, accepted: rows, rejected: 0, orders: rows, refunds: 0, customers: buyers.size } };
}

const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A row per order line, invoices' lines scattered, C-invoices taking goods back, buyers written as 12923.0 or missing. */
export function retailLike(invoices, seed = 11) {
  const next = random(seed);
  const goods = ['SET OF 3 HANGING OWLS, BLUE', 'CHARLOTTE BAG "PINK"', 'CHILDRENS CUTLERY SPACEBOY ', 'JUMBO BAG', 'POPCORN HOLDER'];
  const lines = [], buyers = new Set();
  let orders = 0, refunds = 0;
  const add = (no, what, count, at, price, buyer) => lines.push([next(1 << 30), [no, `2${1000 + what}`, quoted(goods[what % goods.length]), count, at, price, buyer, 'United Kingdom'].join(',')]);
  for (let i = 0; i < invoices; i++) {
    const buyer = next(10) === 0 ? '' : `${12000 + next(Math.max(2, invoices / 4))}.0`;
    if (buyer) buyers.add(buyer);
    const at = `${day(next(300))} ${String(8 + next(10)).padStart(2, '0')}:${String(next(60)).padStart(2, '0')}:00`;
    const no = 536000 + i, n = 1 + next(6);
    for (let k = 0; k < n; k++) add(no, i * 7 + k, 1 + next(12), at, (0.5 + next(900) / 100).toFixed(2), buyer);
    orders++;
    if (buyer && i % 12 === 0) {
      add(`C${no}`, i * 7, -1, at.replace(/^\d+/, '2026'), '0.50', buyer);
      refunds++;
    }
  }
  lines.sort((a, b) => a[0] - b[0]);
  const text = ['InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country', ...lines.map((line) => line[1])].join('\n') + '\n';
  return { text, counts: { rows: lines.length, accepted: lines.length, rejected: 0, orders, refunds, customers: buyers.size } };
}

/** Cells of a shop's export; money as numbers, times as text or as Date, some rows twice. */
export function shopRows(rows, { numbered = true, seed = 3, phones = false } = {}) {
  const next = random(seed);
  const header = [...(numbered ? ['订单号'] : []), phones ? '手机号' : '买家', '付款时间', '实付金额', '商品名称', '数量'];
  const cells = [];
  for (let i = 0; i < rows; i++) {
    if (!numbered && i > 0 && i % 20 === 0) {
      cells.push(cells.at(-1));
      continue;
    }
    const buyer = next(rows);
    const at = new Date(Date.UTC(2026, next(8), 1 + next(28), next(24), next(60), next(60)));
    cells.push([...(numbered ? [`SO-${100000 + i}`] : []), phones ? `139${String(10000000 + buyer)}` : `buyer-${buyer}`, at, (100 + next(90000)) / 100, `奶粉 ${1 + next(3)}段`, 1 + next(4)]);
  }
  return { header, cells };
}

const two = (n) => String(n).padStart(2, '0');
const clock = (d) => `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())} ${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;

export function csvOf({ header, cells }) {
  return '\ufeff' + [header, ...cells].map((row) => row.map((cell) => quoted(cell instanceof Date ? clock(cell) : typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(2) : String(cell))).join(',')).join('\r\n') + '\r\n';
}

// ---- xlsx: a zip of a few parts ----

function zip(parts) {
  const files = [], directory = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const data = Buffer.isBuffer(text) ? text : Buffer.from(text), packed = deflateRawSync(data), path = Buffer.from(name);
    const head = Buffer.alloc(30), entry = Buffer.alloc(46);
    head.writeUInt32LE(0x04034b50, 0);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(20, 4);
    for (const [block, from] of [[head, 4], [entry, 6]]) {
      block.writeUInt16LE(20, from);
      block.writeUInt16LE(8, from + 4);
      block.writeUInt16LE(0x21, from + 8);
      block.writeUInt32LE(crc32(data), from + 10);
      block.writeUInt32LE(packed.length, from + 14);
      block.writeUInt32LE(data.length, from + 18);
      block.writeUInt16LE(path.length, from + 22);
    }
    entry.writeUInt32LE(at, 42);
    files.push(head, path, packed);
    directory.push(entry, path);
    at += head.length + path.length + packed.length;
  }
  const list = Buffer.concat(directory), end = Buffer.alloc(22), n = Object.keys(parts).length;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(n, 8);
  end.writeUInt16LE(n, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const column = (i) => String.fromCharCode(65 + i);
const serial = (d) => (d.getTime() / 86400000 + 25569).toFixed(9);

export function bookOf(sheet) {
  return zip({
    '[Content_Types].xml': `${HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
    '_rels/.rels': `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${REL}"><sheets><sheet name="订单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `${HEAD}<styleSheet xmlns="${MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': sheet,
  });
}

export function xlsxOf({ header, cells }) {
  const cell = (value, i, row) => {
    const at = `r="${column(i)}${row}"`;
    if (value instanceof Date) return `<c ${at} s="1"><v>${serial(value)}</v></c>`;
    if (typeof value === 'number') return `<c ${at}><v>${value}</v></c>`;
    return `<c ${at} t="inlineStr"><is><t>${escaped(value)}</t></is></c>`;
  };
  const rows = [header, ...cells].map((row, i) => `<row r="${i + 1}">${row.map((value, k) => cell(value, k, i + 1)).join('')}</row>`);
  return bookOf(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${rows.join('')}</sheetData></worksheet>`);
}

/** A small file that unpacks to `bytes`. */
export function bombOf(bytes) {
  const row = Buffer.alloc(bytes, ' ');
  return bookOf(Buffer.concat([Buffer.from(`${HEAD}<worksheet xmlns="${MAIN}"><sheetData>`), row, Buffer.from('</sheetData></worksheet>')]));
}
