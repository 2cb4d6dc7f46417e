import type { RiskRule } from '../rule.js';

/** Says of a trade against an open position that it enters nothing, and how sure the book is of that position. */
export const closesOnly: RiskRule = {
  id: 'closes-only',
  severity: 'warn',
  judge({ entry, accounts }) {
    if (entry?.kind !== 'closes') return undefined;
    const { request, held } = entry;
    const against = held.find((trade) => trade.root === request.root && trade.side !== request.side);
    if (!against) return undefined;
    const { account, symbol, side, quantity } = against;
    const verdict = accounts.find((it) => it.account === account)?.verdict ?? 'UNKNOWN';
    const doubt = verdict === 'IN_SYNC' ? '' : `; the account is ${verdict}, so look at the platform first`;
    return {
      text: `this closes ${request.quantity} of ${quantity} ${symbol} ${side} in ${account}: it enters nothing${doubt}`,
      facts: { symbol, account, verdict, held: quantity, asked: request.quantity },
    };
  },
};
