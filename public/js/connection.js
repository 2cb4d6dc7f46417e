// Whether the page is alive, and what stands in the banner when it is not.

import { byId, put } from './dom.js';
import { etTime, marketNow, marketSpeed } from './market-clock.js';
import { onArrival } from './messages.js';
import { toast } from './toasts.js';

/** The server shows a sign of life every 5 s; the rest is patience with one that comes late. */
const SILENT_MS = 9_000;
const ASK_AGAIN_MS = 5_000;
const LOOK_MS = 1_000;
/** A gap that nobody can have seen needs no toast. */
const WORTH_A_TOAST_MS = 3_000;

let heard = performance.now();
let askedAt = performance.now();
let lostAt;
let askAgain = () => {};
/** What to do about a connection that is lost, every 5 s until it is back. */
export const connectionLost = (run) => {
  askAgain = run;
};
export const heardNow = () => {
  heard = performance.now();
};
export const isLost = () => lostAt !== undefined;

export function alive() {
  heard = performance.now();
  document.documentElement.dataset.live = 'on';
  if (lostAt === undefined) return;
  const wasLong = marketNow() - lostAt > WORTH_A_TOAST_MS * marketSpeed();
  lostAt = undefined;
  delete document.documentElement.dataset.lost;
  byId('lost').hidden = true;
  if (wasLong) toast('Live again', { tone: 'good' });
  document.dispatchEvent(new Event('copilot:connection'));
}

/** `why` is the server's own sentence; without one the banner says only since when. */
export function lost(why = '') {
  document.documentElement.dataset.live = 'off';
  put(byId('lost-why'), why);
  if (lostAt !== undefined) return;
  lostAt = marketNow() - (performance.now() - heard) * marketSpeed();
  document.documentElement.dataset.lost = '';
  put(byId('lost-since'), etTime(lostAt));
  byId('lost').hidden = false;
  document.dispatchEvent(new Event('copilot:connection'));
}

function watch() {
  const silentFor = performance.now() - heard;
  if (silentFor > SILENT_MS) lost();
  const isOpen = byId('live')?._htmx?.sse !== undefined;
  if (isOpen && silentFor < SILENT_MS) return;
  if (performance.now() - askedAt < ASK_AGAIN_MS) return;
  askedAt = performance.now();
  askAgain();
}

export function startConnection() {
  const live = byId('live');
  if (!live) return;
  onArrival(alive);
  // The first request has no stream yet to fail: a refusal (too many streams) or a dead server shows here.
  document.addEventListener('htmx:response:error', ({ target, detail }) => target === live && lost(detail.ctx.text));
  document.addEventListener('htmx:error', ({ target }) => target === live && lost());
  document.addEventListener('htmx:sse:error', () => lost());
  document.addEventListener('htmx:sse:close', () => lost());
  setInterval(watch, LOOK_MS);
}
