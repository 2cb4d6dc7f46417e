import { type MicroUsd, toUsd } from '../../kernel/units.js';

/** Dollars in a sentence: `$-312.50` reads badly, so the sign comes first. */
export function usd(amount: MicroUsd): string {
  const dollars = toUsd(amount);
  return `${dollars < 0 ? '-' : ''}$${Math.abs(dollars).toFixed(2)}`;
}
