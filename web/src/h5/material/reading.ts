// Tells the server that somebody sees the page, how long and how deep. Only a visible page is an opening, only visible time
// counts, and what the last beat could not tell goes with the beacon when the page is hidden.
import { ask } from '../place/ask';

const QUIET = 'yutang_reader_quiet';
const MS = 1000;

export const isQuiet = () => localStorage.getItem(QUIET) === '1';
export function setQuiet(on: boolean) {
  if (on) localStorage.setItem(QUIET, '1');
  else localStorage.removeItem(QUIET);
}

export class Reading {
  private visit = '';
  private depth = 0;
  private seen = 0;
  private since = 0;
  private told = '';
  private timer = 0;

  constructor(private readonly link: { key: string; p?: string }) {}

  /** Resolves once it has been told, or need not be. */
  async start() {
    if (isQuiet()) return;
    await this.visible();
    const answer = await ask<{ visit: string; beat_s: number }>('/h5/api/material/open', this.link).catch(() => null);
    if (!answer?.visit) return;
    this.visit = answer.visit;
    this.since = performance.now();
    document.addEventListener('visibilitychange', this.turned);
    addEventListener('pagehide', this.turned);
    this.timer = window.setInterval(() => this.tell(false), answer.beat_s * MS);
  }
  /** At least that share of it, 0 to 1. */
  reach(share: number) {
    this.depth = Math.max(this.depth, Math.min(100, Math.round(share * 100)));
  }
  stop() {
    clearInterval(this.timer);
    this.tell(true);
    document.removeEventListener('visibilitychange', this.turned);
    removeEventListener('pagehide', this.turned);
  }

  private visible(): Promise<void> {
    if (document.visibilityState === 'visible') return Promise.resolve();
    return new Promise((done) => {
      const look = () => {
        if (document.visibilityState !== 'visible') return;
        document.removeEventListener('visibilitychange', look);
        done();
      };
      document.addEventListener('visibilitychange', look);
    });
  }
  private readonly turned = (e: Event) => {
    if (e.type === 'pagehide' || document.visibilityState !== 'visible') {
      if (this.since) this.seen += performance.now() - this.since;
      this.since = 0;
      this.tell(true);
    } else if (!this.since) {
      this.since = performance.now();
    }
  };
  private tell(last: boolean) {
    if (!this.visit || isQuiet()) return;
    const seconds = Math.round((this.seen + (this.since ? performance.now() - this.since : 0)) / MS);
    const body = JSON.stringify({ visit: this.visit, seconds, depth: this.depth });
    if (body === this.told) return;
    this.told = body;
    if (last && navigator.sendBeacon(`/h5/api/material/read`, new Blob([body], { type: 'application/json' }))) return;
    void fetch('/h5/api/material/read', { method: 'POST', body, keepalive: true, credentials: 'same-origin', headers: { 'Content-Type': 'application/json' } }).catch(() => undefined);
  }
}
