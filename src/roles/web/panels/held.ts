import { openIn } from './open-in.js';
import type { ViewContext } from './panel.js';
import { type PositionView, positionView } from './position-rows.js';

/** Its own element: positions are never delayed, while cards are throttled. */
export const heldId = (symbol: string): string => `held-${symbol.toLowerCase()}`;

/** What is open in a card's instrument, or in its full-size or micro sibling, in any account. */
export function heldView(symbol: string, context: ViewContext) {
  const { positions } = context.state;
  const rows = openIn(symbol, context.state);
  const manyAccounts = (positions?.accounts.length ?? 0) > 1;
  return {
    id: heldId(symbol),
    symbol,
    rows: rows.map((row): PositionView & { who: string } => ({
      ...positionView(row, context),
      who: [row.root === symbol ? '' : `${row.root}`, manyAccounts ? row.account : ''].filter(Boolean).join(' · '),
    })),
  };
}
