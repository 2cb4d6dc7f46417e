import type { FocusCard } from '../../focus/types.js';
import { VOLATILITY_DAYS_NEEDED } from '../../volatility/percentile.js';
import type { NoTradeGuard } from '../guard.js';

/** Percentile over which nobody should trade; about one bar in eight by construction of a rank. */
export const EXTREME_OVER = 88;

/** Blocks on a rank among the same time of day; a rank among the newest values calls every open extreme, so it only warns. */
export const extremeVolatility: NoTradeGuard = {
  id: 'extreme-volatility',
  judge({ cards, freshness }) {
    // A market that is shut moves nobody's stop, and its rank stands still.
    const shut = new Set(freshness.flatMap((row) => (row.marketOpen ? [] : [row.root])));
    const extreme = cards.filter(
      (card) => !shut.has(card.root) && (card.reading.volatility?.percentile ?? 0) > EXTREME_OVER,
    );
    const sure = extreme.filter((card) => card.reading.volatility?.basis === 'time-of-day');
    if (sure.length > 0) return { block: { text: `Extreme volatility: ${list(sure)}`, facts: factsOf(sure) } };
    if (extreme.length === 0) return undefined;
    const days = Math.min(...extreme.map((card) => card.reading.volatility?.days ?? 0));
    const doubt = `rank not reliable yet: ${days} of ${VOLATILITY_DAYS_NEEDED} days`;
    return {
      warn: { text: `Volatility looks extreme: ${list(extreme)} (${doubt})`, facts: { ...factsOf(extreme), days } },
    };
  },
};

/** One decimal, upwards: 88.04 must not read as "88, over 88". */
const percentile = (card: FocusCard): number => Math.ceil((card.reading.volatility?.percentile ?? 0) * 10) / 10;

const list = (cards: readonly FocusCard[]): string =>
  `${cards.map((card) => `${card.root} at percentile ${percentile(card)}`).join(', ')}, over ${EXTREME_OVER}`;

const factsOf = (cards: readonly FocusCard[]): Record<string, number> => ({
  line: EXTREME_OVER,
  ...Object.fromEntries(cards.map((card) => [card.root, percentile(card)])),
});
