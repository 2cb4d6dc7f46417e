import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { plural, usd } from '../format.js';
import { isActionable } from './card-actionable.js';
import { levelsView } from './card-levels.js';
import { row, type WhyRow, type WhySection } from './card-section.js';
import type { ViewContext } from './panel.js';

/** How many contracts, and what they can lose at the stop. */
export function sizeView(asset: FocusAsset, context: ViewContext) {
  const cap = context.state.plan?.account.risk_cap ?? null;
  return {
    lots: asset.position_size,
    notNow: notNow(asset, context),
    text: plural(asset.position_size, 'contract'),
    risk: `${usd(asset.risk_dollars)} of ${usd(cap)}`,
    // Said once: the note at the head of a card that cannot be sized holds the same sentence.
    problem: asset.position_size === 0 && !asset.note?.includes(asset.max_loss_text ?? '') ? asset.max_loss_text : null,
  };
}

/** What stands before the size of a card that may not be acted on, lest it read as an order. */
const notNow = (asset: FocusAsset, context: ViewContext): string =>
  asset.position_size > 0 && !isActionable(asset, context) ? 'not now: would be ' : '';

export function sizeWhy(asset: FocusAsset, context: ViewContext): WhySection {
  const head = { id: 'size', title: 'Size' };
  const account = context.state.plan?.account;
  const levels = levelsView(asset);
  const { risk_per_contract: each, position_size: lots } = asset;
  if (!account || !levels || each === null) return { ...head, says: 'not enough bars yet', groups: [] };
  const spec = instrument(asset.symbol);
  const tick = spec ? ` × ${usd(spec.microUsdPerTick / 1_000_000)}` : '';
  const share = Math.round((10_000 * account.risk_cap) / account.size) / 100;
  return {
    ...head,
    says: `${notNow(asset, context)}${plural(lots, 'contract')}, ${usd(asset.risk_dollars)} at the stop${lots > 0 ? '' : '; dollars beside the levels are for one'}`,
    groups: [
      {
        rows: [
          row('cap', usd(account.risk_cap), `${share} % of ${usd(account.size)}`),
          row('one contract', usd(each), `${levels.stopTicks} t${tick}, ${levels.worst} to the stop`),
          contractsRow(asset, account.risk_cap),
          row('risk', usd(asset.risk_dollars), `${lots} × ${usd(each)}`),
        ],
      },
    ],
  };
}

function contractsRow(
  { bias, position_size: lots, risk_per_contract, max_loss_text }: FocusAsset,
  cap: number,
): WhyRow {
  const fits = risk_per_contract === null || risk_per_contract <= 0 ? 0 : Math.floor(cap / risk_per_contract);
  const rule =
    max_loss_text ??
    (bias === 'NEUTRAL'
      ? 'none without a side'
      : lots < fits
        ? `the cap holds ${fits}, the contract limit ${lots}`
        : 'whole contracts in the cap');
  return row('contracts', String(lots), rule);
}
