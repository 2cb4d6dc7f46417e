// The event that all servers of the fan-out send: the banner with so many reasons that it has some 2 kB.
import { createRender, createViews } from '../../../src/roles/web/render.js';
import { fromSnapshot } from '../../../src/roles/web/state.js';
import { fullSnapshot, MORNING, noTradeAt } from '../../../tests/support/web-source.js';

export const EVENT = 'no-trade-alert';
const REASONS = 16;
const BASE = noTradeAt(MORNING);

/** Every event has other words, as live events do, and signs that need more than a byte. */
export function noTradeNo(n: number) {
  const text = (i: number): string => `MNQ volatility ${60 + i} of 100 (limit 55 – 58), quality 41 · skip, event ${n}`;
  return {
    ...BASE,
    reasons: Array.from({ length: REASONS }, (_, i) => ({ id: 'extreme-volatility', text: text(i), facts: {} })),
  };
}

const render = createRender(createViews());
const state = fromSnapshot(fullSnapshot(MORNING));
const shown = { now: MORNING, freshness: { stale: false }, mode: 'demo', speed: 1 } as const;

/** Rendered with our views, once an event and for all clients, by whoever asks. */
export const htmlNo = (n: number): string =>
  render
    .event(EVENT, { ...shown, state: { ...state, noTrade: noTradeNo(n) } })
    .trim()
    .replace(/[\r\n]\s*/g, '\n');
