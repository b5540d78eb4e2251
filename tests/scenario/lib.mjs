// What every scenario needs: the product and the simulator as real processes on free ports with folders of their
// own, a logged-in console, the private socket, and simulated time.
//
// The driver is the clock's master: both processes stand still until it moves them, to the earlier of what falls
// due next in either, and each time waits until both are idle. So nothing here sleeps for an effect to happen.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, readdirSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const BIN = process.env.YUTANG_BIN ?? new URL('../../build/yutang', import.meta.url).pathname;
export const SPREAD = Number(process.env.YUTANG_SPREAD ?? 1);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const T0 = Date.UTC(2026, 8, 1, 2); // 10:00 in Shanghai, a Tuesday
export const TOKEN = 'pondtoken2026';
export const AES_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8';

const START_MS = Number(process.env.YUTANG_START_MS ?? 20_000);
const SETTLE_MS = 60_000;
const POLL_MS = 2;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- processes ----

const living = new Set();
const folders = new Set();
process.on('exit', () => {
  living.forEach((child) => child.kill('SIGKILL'));
  folders.forEach((dir) => rmSync(dir, { recursive: true, force: true }));
});

/** A process whose standard output is awaited line by line and whose standard error is kept. */
export class Program {
  constructor(args, env = {}) {
    this.out = '';
    this.err = '';
    this.child = spawn(BIN, args, { env: { ...process.env, LANG: 'en_US.UTF-8', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    living.add(this.child);
    this.child.stdout.setEncoding('utf8').on('data', (text) => (this.out += text));
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.err += text));
    this.ended = new Promise((done) => this.child.on('close', (code, signal) => {
      living.delete(this.child);
      this.code = code;
      this.signal = signal;
      done(code ?? signal);
    }));
  }

  get running() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async line(pattern, ms = START_MS) {
    const end = Date.now() + ms;
    for (;;) {
      const match = pattern.exec(this.out);
      if (match) return match;
      if (!this.running) throw new Error(`ended before ${pattern}: ${this.child.signalCode ?? this.child.exitCode}\n${this.err.slice(-2000)}`);
      if (Date.now() > end) throw new Error(`no ${pattern} within ${ms} ms:\n${this.out}\n${this.err.slice(-2000)}`);
      await pause(POLL_MS);
    }
  }

  async stop(signal = 'SIGTERM') {
    if (this.running) this.child.kill(signal);
    return this.ended;
  }
}

/** Runs a command to its end. */
export async function run(args, env) {
  const program = new Program(args, env);
  const code = await program.ended;
  return { code, out: program.out, err: program.err };
}

/** Runs a command with --json and gives its last line. */
export async function runJson(args, env) {
  const { code, out, err } = await run([...args, '--json'], env);
  assert.equal(code, 0, `yutang ${args.join(' ')}: ${err.slice(-1500)}`);
  return JSON.parse(out.trim().split('\n').at(-1));
}

/** A folder that is gone when the tests of this file have ended. */
export function tempDir() {
  const dir = mkdtempSync(join(tmpdir(), 'yutang-scenario-'));
  folders.add(dir);
  return dir;
}

export function filesBelow(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? filesBelow(path) : entry.isFile() ? [path] : [];
  });
}

export { readFileSync, statSync };

// ---- requests ----

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** One request; `to` is {host, port} or {socketPath}. The body is sent as it is when it is a Buffer, else as JSON. */
export function request(to, method, path, body, headers = {}) {
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return new Promise((done, fail) => {
    const req = http.request({ ...to, method, path, agent: to.socketPath ? undefined : agent, headers: {
      ...(bytes ? { 'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json', 'content-length': bytes.length } : {}),
      ...headers,
    } }, (res) => {
      const parts = [];
      res.on('data', (part) => parts.push(part));
      res.on('error', fail);
      res.on('end', () => {
        const raw = Buffer.concat(parts);
        const text = raw.toString('utf8');
        let json;
        if (/json/.test(res.headers['content-type'] ?? '') && !/ndjson/.test(res.headers['content-type'])) json = text ? JSON.parse(text) : undefined;
        done({ status: res.statusCode, headers: res.headers, raw, text, json });
      });
    });
    req.on('error', fail);
    req.end(bytes);
  });
}

function expectStatus(answer, what, status) {
  const ok = status ? answer.status === status : answer.status >= 200 && answer.status < 300;
  assert.ok(ok, `${what}: ${answer.status} ${answer.text.slice(0, 600)}`);
  return answer.json;
}

/** The console of one user: cookie, CSRF header, and answers that must be fine unless said otherwise. */
export class Console {
  constructor(to) {
    this.to = to;
  }

  async ask(method, path, body, headers = {}) {
    return request(this.to, method, path.startsWith('/') ? path : `/api/v1/${path}`, body, {
      ...(this.cookie ? { cookie: this.cookie } : {}),
      ...(this.csrf && method !== 'GET' ? { 'x-yt-csrf': this.csrf } : {}),
      'accept-language': 'zh-CN',
      ...headers,
    });
  }

  async login(login, password) {
    const answer = await this.ask('POST', 'session', { login, password });
    expectStatus(answer, 'log in');
    this.cookie = answer.headers['set-cookie'][0].split(';')[0];
    this.csrf = answer.json.csrf;
    this.session = answer.json;
    return this;
  }

  async get(path, status) { return expectStatus(await this.ask('GET', path), `GET ${path}`, status); }
  async post(path, body = {}, status) { return expectStatus(await this.ask('POST', path, body), `POST ${path}`, status); }
  async put(path, body = {}, status) { return expectStatus(await this.ask('PUT', path, body), `PUT ${path}`, status); }
  async del(path, status) { return expectStatus(await this.ask('DELETE', path), `DELETE ${path}`, status); }

  /** All rows of a list, page by page. */
  async rows(path) {
    const rows = [];
    let cursor = '';
    do {
      const page = await this.get(cursor ? `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}` : path);
      rows.push(...page.data);
      cursor = page.next_cursor ?? '';
    } while (cursor);
    return rows;
  }
}

const place = (addr) => ({ host: addr.slice(0, addr.lastIndexOf(':')), port: Number(addr.slice(addr.lastIndexOf(':') + 1)) });

/** A port nobody listens on, and none that the system gives away by itself: addresses hold over a restart. */
export const freePort = () => new Promise((done) => {
  const port = 12000 + Math.floor(Math.random() * 20000);
  const server = createServer().on('error', () => done(freePort())).listen(port, '127.0.0.1', () => server.close(() => done(port)));
});

// ---- the product ----

export class Server {
  /** options: dir, clock (simulated from that moment; null: real time), sim (its address), env, port, args */
  static async start(options) {
    const s = new Server();
    s.options = { ...options, port: options.port ?? await freePort() };
    s.dir = options.dir;
    const clock = options.clock === null ? [] : ['--simulated-clock', String(options.clock ?? T0)];
    const base = options.sim ? ['--wecom-base', `http://${options.sim.addr}`] : [];
    s.program = new Program(['serve', '--data', s.dir, '--listen', `127.0.0.1:${s.options.port}`, ...clock, ...base, ...(options.args ?? [])], options.env);
    const [, addr] = await s.program.line(/running: http:\/\/(\S+)/);
    s.addr = addr;
    s.to = place(addr);
    s.local = { socketPath: join(s.dir, 'socket') };
    s.password = options.password ?? /password (\S+)/.exec(s.program.out)?.[1];
    s.simulated = options.clock !== null;
    return s;
  }

  /** The same data directory on the same port, as after a crash. The clock goes on where the driver's stands. */
  async again({ clock, env } = {}) {
    const next = await Server.start({ ...this.options, password: this.password, clock: clock ?? this.options.clock, env: env ?? {} });
    next.earlier = (this.earlier ?? '') + this.program.err;
    return next;
  }

  /** What the product wrote to its log, all lives together. */
  get log() { return (this.earlier ?? '') + this.program.err; }

  async admin() {
    return new Console(this.to).login('admin', this.password);
  }

  async clock(to) {
    const answer = to === undefined ? await request(this.local, 'GET', '/clock') : await request(this.local, 'POST', '/clock', { to });
    return answer.json;
  }

  stop(signal) { return this.program.stop(signal); }
}

// ---- the simulator ----

export class Sim {
  static async start({ clock = T0, seed = 1, brand = true, args = [] } = {}) {
    const s = new Sim();
    const time = clock === null ? [] : ['--simulated-clock', String(clock)]; // null: the real one
    s.program = new Program(['sim', '--listen', '127.0.0.1:0', '--seed', String(seed), ...time, ...(brand ? ['--brand'] : []), ...args]);
    await s.program.line(/^ready$/m);
    const said = Object.fromEntries(s.program.out.trim().split('\n').map((line) => line.split(' ')));
    s.addr = said.listen;
    s.to = place(said.listen);
    Object.assign(s, { corpid: said.corpid, secret: said.secret, agentid: said.agentid });
    return s;
  }

  async post(path, body = {}, status) { return expectStatus(await request(this.to, 'POST', `/sim/${path}`, body), `sim ${path}`, status); }
  async get(path) { return expectStatus(await request(this.to, 'GET', `/sim/${path}`), `sim ${path}`); }
  next() { return this.get('next'); }
  fault(kind, more = {}) { return this.post('fault', { kind, ...more }); }

  /** Every effect accepted so far: the oracle. */
  async log() {
    const all = [];
    for (;;) {
      const { text } = await request(this.to, 'GET', `/sim/log?after=${all.length}&limit=10000`);
      const lines = text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
      if (lines.length === 0) return all;
      all.push(...lines);
    }
  }

  stop() { return this.program.stop(); }
}

// ---- both ----

export class World {
  constructor(server, sim) {
    this.server = server;
    this.sim = sim;
    this.now = server.options.clock ?? T0;
  }

  async quiet() {
    const sim = await this.sim.next();
    if (!sim.idle) return null;
    const server = await this.server.clock();
    if (!server.idle) return null;
    return { server, sim };
  }

  /** Until neither has anything to do now. Twice in a row, because a call may be on its way between the two. */
  async settle() {
    const end = Date.now() + SETTLE_MS;
    for (;;) {
      if ((await this.quiet())) {
        const still = await this.quiet();
        if (still) return still;
      }
      if (!this.server.program.running) throw new Gone(this.server.program);
      if (Date.now() > end) throw new Error(`not idle after ${SETTLE_MS} ms: ${JSON.stringify([await this.sim.next(), await this.server.clock()])}`);
      await pause(POLL_MS);
    }
  }

  /** Who has something to do at that moment moves last: what the product sends then, the simulator stamps with that moment, and what
   *  people do then finds the product's clock there already. Where both have, the product is first. */
  async moveTo(to, simulatorFirst = false) {
    this.now = to;
    const moves = [() => this.server.clock(to), () => this.sim.post('clock', { to })];
    for (const move of simulatorFirst ? moves.reverse() : moves) await move();
  }

  /** Lives through so many milliseconds, stopping wherever something falls due. */
  async advance(ms) {
    const until = this.now + ms;
    for (;;) {
      const { server, sim } = await this.settle();
      const ahead = (due) => (due !== null && due !== undefined && due > this.now ? due : Infinity);
      const [ours, theirs] = [ahead(server.next_due), ahead(sim.next_ms)];
      await this.moveTo(Math.min(ours, theirs, until), ours < theirs);
      if (this.now === until) return this.settle();
    }
  }

  /** After a kill: the same data directory in a new process, at the driver's time. */
  async restart(env) {
    await this.server.program.ended;
    this.server = await this.server.again({ clock: this.now, env });
    return this.server;
  }

  async stop() {
    await Promise.all([this.server.stop(), this.sim.stop()]);
  }
}

export class Gone extends Error {
  constructor(program) {
    super(`the product ended: ${program.signal ?? program.code}\n${program.err.slice(-1500)}`);
  }
}

/** Product and simulator, connected with each other, staff and tags read; and the admin's console. */
export async function connectedWorld({ seed = 1, env, args, clock = T0 } = {}) {
  const sim = await Sim.start({ clock, seed });
  const server = await Server.start({ dir: tempDir(), clock, sim, env, args });
  const world = new World(server, sim);
  const api = await server.admin();
  await connect(world, api);
  return { world, server, sim, api };
}

export async function connect(world, api) {
  const { server, sim } = world;
  await api.put('setup/wecom', { corpid: sim.corpid, agentid: sim.agentid, secret: sim.secret, token: TOKEN, aeskey: AES_KEY });
  const corp = await api.get('corp');
  const path = new URL(corp.callback_url).pathname;
  world.callback = `http://${server.addr}${path}`;
  await sim.post('corp', { url: world.callback, token: TOKEN, aes_key: AES_KEY });
  await api.post('setup/sync');
  await world.settle();
}

/** Asks again until it holds (real time only: where the driver does not own the clock). */
export async function until(what, ask, ms = 10_000) {
  const end = Date.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`never: ${what}`);
    await pause(20);
  }
}
