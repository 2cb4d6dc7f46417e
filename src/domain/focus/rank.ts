import type { FocusCard } from './types.js';

/** Cards shown in the plan; the others are listed behind them. */
export const CARDS_SHOWN = 4;

export interface RankedCards {
  readonly assets: readonly FocusCard[];
  readonly others: readonly FocusCard[];
}

/** Tradeable first, then by quality, then by dominance, then by name. A quality that is not known ranks last. */
export function rankCards(cards: readonly FocusCard[]): RankedCards {
  const ranked = cards.toSorted(
    (a, b) =>
      Number(b.tradeable) - Number(a.tradeable) ||
      (b.reading.quality?.score ?? -1) - (a.reading.quality?.score ?? -1) ||
      (b.reading.wave?.dominantRatio ?? 0) - (a.reading.wave?.dominantRatio ?? 0) ||
      (a.root < b.root ? -1 : 1),
  );
  return { assets: ranked.slice(0, CARDS_SHOWN), others: ranked.slice(CARDS_SHOWN) };
}
