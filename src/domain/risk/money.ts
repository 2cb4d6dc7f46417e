import type { MicroUsd } from '../../kernel/units.js';

const MINUS = '−';
const MICRO_USD_PER_CENT = 10_000;

/** Money as every sentence and the page write it: `$2,500`, `−$24,897.46`. Cents only where there are some, the sign first. */
export function usd(amount: MicroUsd): string {
  const cents = Math.round(amount / MICRO_USD_PER_CENT);
  return `${cents < 0 ? MINUS : ''}${dollars(Math.abs(cents), cents % 100 === 0 ? 0 : 2)}`;
}

/** The same for gains and losses: always with its sign and its cents, so that a running figure keeps its width. */
export function signedUsd(amount: MicroUsd): string {
  const cents = Math.round(amount / MICRO_USD_PER_CENT);
  return `${cents > 0 ? '+' : cents < 0 ? MINUS : ''}${dollars(Math.abs(cents), 2)}`;
}

function dollars(cents: number, digits: 0 | 2): string {
  return `$${(cents / 100).toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, ',')}`;
}
