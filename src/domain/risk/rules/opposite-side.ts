import type { RiskRule } from '../rule.js';

/** A trade against an open position may close it, never turn it round or hedge it: close first, then enter. */
export const oppositeSide: RiskRule = {
  id: 'opposite-side',
  severity: 'refuse',
  judge({ entry }) {
    if (!entry || entry.kind === 'closes') return undefined;
    const { request, held } = entry;
    const against = held.find(({ side }) => side !== request.side);
    if (!against) return undefined;
    return {
      text: `${against.quantity} ${against.symbol} ${against.side} in ${against.account} is open: close first, then enter ${request.side}`,
      facts: { symbol: against.symbol, account: against.account, held: against.quantity, asked: request.quantity },
    };
  },
};
