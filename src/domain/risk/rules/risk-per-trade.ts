import { type MicroUsd, microUsd, toUsd } from '../../../kernel/units.js';
import { type EntryFacts, sameSide } from '../entry.js';
import { usd } from '../money.js';
import type { RiskRule } from '../rule.js';

/** What one trade can lose, with what is already held in its direction. Exactly the limit is allowed. */
export const riskPerTrade: RiskRule = {
  id: 'risk-per-trade',
  severity: 'refuse',
  judge({ entry, limits }) {
    // An instrument nobody knows is refused by a rule of its own.
    if (!entry?.isKnownInstrument) return undefined;
    const limit = toUsd(limits.riskPerTrade);
    const total = tradeRisk(entry);
    if (total === undefined)
      return {
        text: `the risk of this trade is not known: ${entry.riskNote ?? 'the trade it adds to has none that can be told'}`,
        facts: { risk: null, limit },
      };
    if (total <= limits.riskPerTrade) return undefined;
    return {
      text: `risk ${usdUp(total)} of ${what(entry)} is over the ${usd(limits.riskPerTrade)} for one trade`,
      facts: { risk: toUsd(total), limit },
    };
  },
};

function tradeRisk(entry: EntryFacts): MicroUsd | undefined {
  if (entry.riskPerContract === undefined) return undefined;
  let total: number = entry.request.quantity * entry.riskPerContract;
  for (const { riskAfter } of sameSide(entry)) {
    if (riskAfter === undefined) return undefined;
    total += riskAfter;
  }
  return microUsd(total);
}

function what(entry: EntryFacts): string {
  const { quantity, root } = entry.request;
  const held = sameSide(entry).map((trade) => `${trade.quantity} ${trade.symbol}`);
  return `${quantity} ${root}${held.length === 0 ? '' : ` with the ${held.join(' and ')} already held`}`;
}

/** To the next cent upwards: a loss is never shown smaller than it is. */
const usdUp = (amount: MicroUsd): string => usd(microUsd(Math.ceil(amount / 10_000) * 10_000));
