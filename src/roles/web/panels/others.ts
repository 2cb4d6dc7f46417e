import type { FocusAsset } from '../../../messages/focus-plan.js';
import { price, UNKNOWN } from '../format.js';
import type { DashboardState } from '../state.js';
import { staleText } from './believed.js';
import { heldView } from './held.js';
import { shownPlan } from './open-in.js';
import type { Panel, ViewContext } from './panel.js';
import { unheard } from './unheard.js';

const ARROWS = { LONG: '▲', SHORT: '▼', NEUTRAL: '■' } as const;

/** The rest of the watch list, behind the cards. */
export const othersPanel: Panel = {
  id: 'others',
  title: 'Others',
  event: 'focus-update',
  view: (context) => ({
    tone: 'calm',
    rows: shownPlan(context.state).others.map((asset) => rowView(asset, context)),
    note: noteOf(context.state),
  }),
};

function noteOf(state: DashboardState): string {
  if (!state.plan) return 'The rest of the watch list appears here with the first plan.';
  const { cards, others } = shownPlan(state);
  const symbols = unheard(state);
  // Where no bar of any symbol was heard, the plan above says so.
  if (symbols.length > 0 && cards.length + others.length > 0)
    return `No bar of ${symbols.join(', ')} has been heard yet.`;
  if (others.length > 0) return '';
  return cards.length > 0 ? 'Every symbol of the watch list is shown above.' : 'No other symbol.';
}

const rowView = (asset: FocusAsset, context: ViewContext) => ({
  symbol: asset.symbol,
  name: asset.name,
  bias: asset.bias,
  arrow: ARROWS[asset.bias],
  quality: asset.quality === null ? UNKNOWN : String(Math.floor(asset.quality)),
  price: price(asset.last_price, asset.symbol),
  note: asset.note ?? (asset.tradeable ? 'tradeable' : 'not tradeable'),
  held: heldView(asset.symbol, context),
  stale: staleText(asset, context) !== undefined,
});
