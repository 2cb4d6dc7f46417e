import { type EpochMs, FIVE_MINUTES } from '../../kernel/units.js';
import type { CopilotState, SymbolState } from './state.js';

/** Two 5-minute bar lengths without a bar while the market is open: the price is not known any more. */
export const SILENT_AFTER_MS = 2 * FIVE_MINUTES;

/** Milliseconds since the newest bar closed, undefined when none is known. */
export function barAge(symbol: SymbolState, now: EpochMs): number | undefined {
  const last = symbol.analysis.last();
  return last === undefined ? undefined : Math.max(0, now - last.closedAt);
}

/** Instruments whose market is open, and was two bars ago, but whose newest bar is too old. */
export function silentRoots(state: CopilotState, now: EpochMs): readonly string[] {
  return state.roots.filter((root) => {
    const symbol = state.symbols.get(root);
    if (!symbol?.calendar.isOpen(now)) return false;
    return (barAge(symbol, now) ?? Number.POSITIVE_INFINITY) > SILENT_AFTER_MS;
  });
}
