import { type Bar, barFault } from '../../domain/bars/bar.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';

/** Why a feed's bar is refused; undefined for a sound bar of an instrument we know. */
export function feedBarFault(root: string, bar: Bar): string | undefined {
  if (!instrument(root)) return `${root} is not in the catalogue`;
  const isOnGrid = [bar.open, bar.high, bar.low, bar.close].every(Number.isSafeInteger);
  return isOnGrid ? barFault(bar) : 'a price is not a whole number of ticks';
}
