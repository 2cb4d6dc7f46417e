import type { FocusCard } from '../../focus/types.js';
import { EXTREME_OVER, isExtreme, looksExtreme, shownPercentile } from '../../volatility/extreme.js';
import { VOLATILITY_DAYS_NEEDED } from '../../volatility/percentile.js';
import type { NoTradeGuard } from '../guard.js';

/**
 * Blocks when extreme volatility has taken every card that could be traded out of the plan. An extreme card leaves by
 * itself, so while another can be traded the guard only says which one left (docs/adr/0006 has the measurements).
 */
export const extremeVolatility: NoTradeGuard = {
  id: 'extreme-volatility',
  judge({ cards, others = [], freshness }) {
    // A market that is shut moves nobody's stop, and its rank stands still.
    const shut = new Set(freshness.flatMap((row) => (row.marketOpen ? [] : [row.root])));
    const open = [...cards, ...others].filter(({ root }) => !shut.has(root));
    const held = open.filter(({ heldBy }) => heldBy === 'extreme-volatility');
    if (held.length > 0 && !open.some(({ tradeable }) => tradeable)) {
      return {
        block: { text: `Extreme volatility: ${list(held)}; no other card can be traded`, facts: factsOf(held) },
      };
    }
    return warningOf(cards.filter(({ root }) => !shut.has(root)));
  },
};

/** A shown card over the line is worth a word; one whose rank is not reliable yet only while no rank is. */
function warningOf(shown: readonly FocusCard[]): ReturnType<NoTradeGuard['judge']> {
  const sure = shown.filter(({ reading }) => isExtreme(reading.volatility));
  if (sure.length > 0) {
    return {
      warn: { text: `Extreme volatility: ${list(sure)}; not tradeable until it calms`, facts: factsOf(sure) },
    };
  }
  const extreme = shown.filter(({ reading }) => looksExtreme(reading.volatility));
  if (extreme.length === 0) return undefined;
  const days = Math.min(...extreme.map(({ reading }) => reading.volatility?.days ?? 0));
  const doubt = `rank not reliable yet: ${days} of ${VOLATILITY_DAYS_NEEDED} days`;
  return {
    warn: { text: `Volatility looks extreme: ${list(extreme)} (${doubt})`, facts: { ...factsOf(extreme), days } },
  };
}

const percentile = ({ reading: { volatility } }: FocusCard): number => (volatility ? shownPercentile(volatility) : 0);

const list = (cards: readonly FocusCard[]): string =>
  `${cards.map((card) => `${card.root} at percentile ${percentile(card)}`).join(', ')}, over ${EXTREME_OVER}`;

const factsOf = (cards: readonly FocusCard[]): Record<string, number> => ({
  line: EXTREME_OVER,
  ...Object.fromEntries(cards.map((card) => [card.root, percentile(card)])),
});
