import { priceOf } from '../instruments/contract.js';
import { sessionAt } from '../sessions/session.js';
import type { Setup } from './effect.js';
import type { CopilotEvent } from './event.js';
import type { CopilotState } from './state.js';

/**
 * The first bar of an active session that trades in the entry zone of a tradeable card, decided before that bar opened.
 * One a day per instrument.
 */
export function setupOf(state: CopilotState, event: Extract<CopilotEvent, { kind: 'bar' }>): Setup | undefined {
  const { plan } = state;
  if (!plan || state.setups.has(event.root) || sessionAt(event.bar.at) !== 'active') return undefined;
  const card = [...plan.assets, ...plan.others].find(({ root }) => root === event.root);
  const symbol = state.symbols.get(event.root);
  if (!card?.tradeable || !card.levels || !symbol || plan.asOf > event.bar.at) return undefined;
  const { entryLow, entryHigh, side } = card.levels;
  const { bar } = event;
  if (bar.high < entryLow || bar.low > entryHigh) return undefined;
  return {
    id: `entry-zone-${state.tradingDay}-${event.root}`,
    at: event.at,
    tradingDay: state.tradingDay,
    root: event.root,
    side,
    price: priceOf(bar.close, symbol.spec),
    openRisk: card.size.risk,
  };
}
