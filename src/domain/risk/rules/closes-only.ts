import { closedBy } from '../held.js';
import type { RiskRule } from '../rule.js';

/** Says of a trade against an open position that it enters nothing; where that is not certain, `account-in-sync` refuses. */
export const closesOnly: RiskRule = {
  id: 'closes-only',
  severity: 'warn',
  judge({ entry, accounts }) {
    if (entry?.kind !== 'closes') return undefined;
    const { request, held } = entry;
    const there = closedBy(request, held);
    const isCertain = there.every((trade) =>
      accounts.some(({ account, verdict }) => account === trade.account && verdict === 'IN_SYNC'),
    );
    const [against] = there;
    if (!against || !isCertain) return undefined;
    const { account, symbol, side, quantity } = against;
    return {
      text: `this closes ${request.quantity} of ${quantity} ${symbol} ${side} in ${account}: it enters nothing`,
      facts: { symbol, account, held: quantity, asked: request.quantity },
    };
  },
};
