import type { EpochMs } from '../../kernel/units.js';
import { type Freshness, freshnessOf } from '../no-trade/freshness.js';
import type { CopilotState } from './state.js';

/** How old the data of each watched instrument is; the same bound as the card's own. */
export function freshnessAt(state: CopilotState, now: EpochMs): readonly Freshness[] {
  return state.roots.flatMap((root) => {
    const symbol = state.symbols.get(root);
    if (!symbol) return [];
    const { analysis, calendar } = symbol;
    const facts = { reading: analysis.reading(), last: analysis.last(), marketOpen: calendar.isOpen(now), now };
    return [freshnessOf({ root, ...facts })];
  });
}

/** Instruments whose market is open and whose newest bar is too old. */
export const silentRoots = (state: CopilotState, now: EpochMs): readonly string[] =>
  freshnessAt(state, now).flatMap(({ root, marketOpen, stale }) => (marketOpen && stale ? [root] : []));
