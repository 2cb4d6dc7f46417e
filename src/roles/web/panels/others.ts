import type { FocusAsset } from '../../../messages/focus-plan.js';
import { price, UNKNOWN } from '../format.js';
import { staleText } from './believed.js';
import { heldView } from './held.js';
import { shownPlan } from './open-in.js';
import type { Panel, ViewContext } from './panel.js';

const ARROWS = { LONG: '▲', SHORT: '▼', NEUTRAL: '■' } as const;

/** The rest of the watch list, behind the cards. */
export const othersPanel: Panel = {
  id: 'others',
  title: 'Others',
  event: 'focus-update',
  view: (context) => ({
    tone: 'calm',
    known: context.state.plan !== undefined,
    rows: shownPlan(context.state).others.map((asset) => rowView(asset, context)),
  }),
};

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
