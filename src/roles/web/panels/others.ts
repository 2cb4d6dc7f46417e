import type { FocusAsset } from '../../../messages/focus-plan.js';
import { price, UNKNOWN } from '../format.js';
import type { Panel } from './panel.js';

const ARROWS = { LONG: '▲', SHORT: '▼', NEUTRAL: '■' } as const;

/** The rest of the watch list, behind the cards. */
export const othersPanel: Panel = {
  id: 'others',
  title: 'Others',
  event: 'focus-update',
  view: ({ state }) => ({
    tone: 'calm',
    known: state.plan !== undefined,
    rows: (state.plan?.others ?? []).map(rowView),
  }),
};

const rowView = (asset: FocusAsset) => ({
  symbol: asset.symbol,
  name: asset.name,
  bias: asset.bias,
  arrow: ARROWS[asset.bias],
  quality: asset.quality === null ? UNKNOWN : String(Math.floor(asset.quality)),
  price: price(asset.last_price, asset.symbol),
  note: asset.note ?? (asset.tradeable ? 'tradeable' : 'not tradeable'),
  stale: asset.stale,
});
