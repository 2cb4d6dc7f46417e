import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { against } from '../../../domain/risk/rules/opposite-side.js';
import type { PositionRow } from '../../../messages/dashboard.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import type { DashboardState } from '../state.js';

/** What is open in a card's instrument, or in its full-size or micro sibling, in any account. */
export function openIn(symbol: string, { positions }: DashboardState): readonly PositionRow[] {
  const sibling = instrument(symbol)?.sibling;
  return (positions?.positions ?? []).filter(({ root }) => root === symbol || (root !== null && root === sibling));
}

/** Why the risk rules would refuse the card's own trade although the card is good: the other side is open. */
export function closeFirst({ symbol, bias }: FocusAsset, state: DashboardState): string | undefined {
  if (bias === 'NEUTRAL') return undefined;
  const other = against(openIn(symbol, state), bias);
  if (!other) return undefined;
  const name = other.root === symbol ? '' : ` ${other.root}`;
  return `${other.side} ${other.quantity}${name} is open: close it first`;
}

/** The plan as the page shows it: what is open has a card, and the first one, wherever the ranking put it. */
export function shownPlan(state: DashboardState): {
  readonly cards: readonly FocusAsset[];
  readonly others: readonly FocusAsset[];
} {
  const { assets = [], others = [] } = state.plan ?? {};
  const isOpen = ({ symbol }: FocusAsset): boolean => openIn(symbol, state).length > 0;
  return {
    cards: [...others.filter(isOpen), ...assets],
    others: others.filter((asset) => !isOpen(asset)),
  };
}

/** Changes when cards have to be shown in another order or with another word about what is open. */
export const openMark = ({ positions }: DashboardState): string =>
  (positions?.positions ?? [])
    .map(({ root, side, quantity }) => `${root} ${side} ${quantity}`)
    .sort()
    .join('\n');
