import { QUALITY_MIN } from '../../focus/bias.js';
import type { NoTradeGuard } from '../guard.js';

/** Blocks when no card shown is worth trading; a card without a quality yet is not worth trading either. */
export const lowQuality: NoTradeGuard = {
  id: 'low-quality',
  judge({ cards }) {
    const scores = cards.map((card) => card.reading.quality?.score);
    if (scores.some((score) => score !== undefined && score >= QUALITY_MIN)) return undefined;
    const known = scores.filter((score) => score !== undefined);
    const line = { line: QUALITY_MIN, cards: cards.length };
    if (known.length === 0)
      return { block: { text: 'No instrument has a quality yet', facts: { ...line, best: null } } };
    // Downwards: 54.96 must not read as 55, under 55.
    const best = Math.floor(Math.max(...known) * 10 + 1e-9) / 10;
    return {
      block: {
        text: `All focus assets are under quality ${QUALITY_MIN}: the best has ${best}`,
        facts: { ...line, best },
      },
    };
  },
};
