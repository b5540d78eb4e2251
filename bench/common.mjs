// What benches share: figures, processor time, callbacks as WeCom sends them, a PostgreSQL of one's own.
import { execFileSync } from 'node:child_process';
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { AES_KEY, TOKEN, freePort } from '../tests/scenario/lib.mjs';

const TICK_MS = 10; // of /proc

export const option = (name, otherwise) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : otherwise);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export const note = (text) => console.error(`  ${text}`);
export const load = () => `load ${loadavg()[0].toFixed(1)} on ${cpus().length} processors`;
export const percentile = (list, p) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * p))] ?? Infinity;

const round = (value) => (Math.abs(value) >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3)));
const missed = [];
const holds = { '<=': (a, b) => a <= b, '>=': (a, b) => a >= b, '<': (a, b) => a < b, '=': (a, b) => a === b };

export function figure(name, value, unit, op, goal) {
  const fine = holds[op](value, goal);
  if (!fine) missed.push(name);
  console.log(`figure ${name} ${round(value)} ${unit} goal ${op} ${round(goal)}${fine ? '' : '   MISSED'}`);
}
export const exitCode = () => (missed.length ? 1 : 0);

/** Milliseconds of processor a process has used, its threads together. */
export function cpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** The same of each of its threads. */
export function threadsMs(pid) {
  return Object.fromEntries(readdirSync(`/proc/${pid}/task`).map((tid) => {
    const fields = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8').split(') ')[1].split(' ');
    return [tid, (Number(fields[11]) + Number(fields[12])) * TICK_MS];
  }));
}

/** The most memory a process has had so far, in bytes. */
export const peakMemory = (pid) => 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

/** A message as WeCom seals it. */
export function sealed(xml, corpid) {
  const key = Buffer.from(`${AES_KEY}=`, 'base64'), length = Buffer.alloc(4), text = Buffer.from(xml);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([randomBytes(16), length, text, Buffer.from(corpid)]), pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

export const post = (path, body) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
export const get = (path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

/** The request that delivers an event; fields are those of the event beside the usual ones. */
export function callback(path, corpid, at, nonce, event, change, fields) {
  const rest = Object.entries(fields).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`).join('');
  const text = sealed(`<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>${Math.floor(at / 1000)}</CreateTime>`
    + `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${event}]]></Event><ChangeType><![CDATA[${change}]]></ChangeType>${rest}</xml>`, corpid);
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHash('sha1').update([TOKEN, timestamp, nonce, text].sort().join('')).digest('hex');
  return post(`${path}?msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}`,
    `<xml><ToUserName><![CDATA[${corpid}]]></ToUserName><Encrypt><![CDATA[${text}]]></Encrypt><AgentID></AgentID></xml>`);
}

/** Connections that are kept, each with one request at a time; answer(socket) is called for every answer of status 200. */
export function connections(to, count, answer, fail) {
  return Promise.all(Array.from({ length: count }, () => new Promise((done) => {
    const socket = net.connect(to.port, to.host);
    let rest = '';
    socket.setNoDelay(true);
    socket.on('error', fail);
    socket.on('connect', () => done(socket));
    socket.on('data', (data) => {
      rest += data.toString('latin1');
      const head = rest.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(rest)?.[1] ?? 0);
      if (rest.length < head + 4 + length) return;
      if (!rest.startsWith('HTTP/1.1 200')) return fail(new Error(rest.slice(0, 400)));
      rest = '';
      answer(socket);
    });
  })));
}

/** Keeps connections busy for some seconds; how many answers there were. */
export function hammer(to, count, request, seconds) {
  return new Promise((done, fail) => {
    const end = performance.now() + seconds * 1000;
    let answers = 0, open = count;
    connections(to, count, (socket) => {
      answers++;
      if (performance.now() < end) return socket.write(request);
      socket.destroy();
      if (--open === 0) done(answers);
    }, fail).then((sockets) => sockets.forEach((socket) => socket.write(request)));
  });
}

/** Sends at a steady rate whether or not answers come; milliseconds from when each was due to its answer. */
export function steadily(to, count, rate, requests) {
  return new Promise((done, fail) => {
    const times = [], idle = [], waiting = [];
    let next = 0;
    const send = (socket, due) => {
      socket.due = due;
      socket.write(requests[next]);
      requests[next++] = undefined;
    };
    connections(to, count, (socket) => {
      times.push(performance.now() - socket.due);
      if (times.length === requests.length) {
        sockets.forEach((one) => one.destroy());
        return done(times);
      }
      if (waiting.length) send(socket, waiting.shift());
      else idle.push(socket);
    }, fail).then((all) => {
      sockets = all;
      idle.push(...all);
      const began = performance.now();
      let due = 0;
      const timer = setInterval(() => {
        for (let at; due < requests.length && (at = began + due * (1000 / rate)) <= performance.now(); due++) {
          if (idle.length) send(idle.shift(), at); // in turn: a connection that is never used would be closed at the other end
          else waiting.push(at);
        }
        if (due === requests.length) clearInterval(timer);
      }, 1);
    }, fail);
    let sockets = [];
  });
}

/** A PostgreSQL that is gone afterwards; act is given its address. --postgres names one to use instead. */
export async function withPostgres(act) {
  if (option('--postgres')) return act(option('--postgres'));
  const bin = '/usr/lib/postgresql/15/bin', dir = join('/tmp', `yutang-acquire-pg-${process.pid}`), port = await freePort();
  const as = (command, ...args) => (process.getuid() === 0
    ? execFileSync('runuser', ['-u', 'postgres', '--', command, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] })
    : execFileSync(command, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }));
  as(join(bin, 'initdb'), '-D', dir, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8');
  try {
    as(join(bin, 'pg_ctl'), '-D', dir, '-l', join(dir, 'log'), '-w', '-o',
      `-h 127.0.0.1 -p ${port} -c unix_socket_directories=${dir} -c shared_buffers=512MB -c max_wal_size=4GB`, 'start');
    return await act(`postgres://postgres@127.0.0.1:${port}/postgres`);
  } finally {
    try { as(join(bin, 'pg_ctl'), '-D', dir, '-m', 'immediate', 'stop'); } catch { /* never came up */ }
    rmSync(dir, { recursive: true, force: true });
  }
}
