// New York's clock, and everything that counts on between two messages of the server.

import { byId, put } from './dom.js';

const et = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const TICKING = '[data-clock],[data-until],[data-age],[data-old-at]';
/** Four looks a second keep the shown second right; unchanged text is left alone. */
const LOOK_MS = 250;

const market = { told: '', at: 0, speed: 1, heard: 0 };

export const marketNow = () => market.at + (performance.now() - market.heard) * market.speed;
/** Market milliseconds per wall millisecond. */
export const marketSpeed = () => market.speed;
export const etTime = (at) => et.format(at);

function setClock() {
  const panel = byId('panel-session');
  const told = panel?.dataset.now ?? '';
  if (told === market.told) return;
  Object.assign(market, { told, at: Number(told), speed: Number(panel.dataset.speed), heard: performance.now() });
}

const two = (n) => String(n).padStart(2, '0');
function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}
const age = (ms) => (ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms));

/** Sets every clock, age and countdown to this instant. */
export function tick() {
  setClock();
  const now = marketNow();
  for (const node of document.querySelectorAll(TICKING)) {
    const { dataset } = node;
    if (dataset.clock !== undefined) put(node, et.format(now));
    else if (dataset.until) put(node, duration(Date.parse(dataset.until) - now));
    else if (dataset.age) put(node, age(now - Date.parse(dataset.age)));
    if (dataset.oldAt && now > Date.parse(dataset.oldAt)) dataset.kept = 'old';
  }
}

export function startClock() {
  tick();
  setInterval(() => document.hidden || tick(), LOOK_MS);
  document.addEventListener('visibilitychange', () => document.hidden || tick());
}
