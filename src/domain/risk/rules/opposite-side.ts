import type { RiskRule } from '../rule.js';

/** What is open on the other side of a trade in the same product. */
export const against = <T extends { readonly side: 'LONG' | 'SHORT' }>(
  held: readonly T[],
  side: 'LONG' | 'SHORT',
): T | undefined => held.find((trade) => trade.side !== side);

/** A trade against an open position may close it, never turn it round or hedge it: close first, then enter. */
export const oppositeSide: RiskRule = {
  id: 'opposite-side',
  severity: 'refuse',
  judge({ entry }) {
    if (!entry || entry.kind === 'closes') return undefined;
    const { request, held } = entry;
    const other = against(held, request.side);
    if (!other) return undefined;
    return {
      text: `${other.quantity} ${other.symbol} ${other.side} in ${other.account} is open: close first, then enter ${request.side}`,
      facts: { symbol: other.symbol, account: other.account, held: other.quantity, asked: request.quantity },
    };
  },
};
