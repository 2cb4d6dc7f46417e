import type { BiasParts, FocusCard, FocusPlan, NoTrade, Reading } from '../domain/focus/types.js';
import { instrument } from '../domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../domain/instruments/contract.js';
import { frontContract } from '../domain/instruments/roll.js';
import { leftOn, rollNoticeBy } from '../domain/instruments/roll-notice.js';
import { tradingDayStart } from '../domain/sessions/trading-day.js';
import { QUALITY_VERSION } from '../domain/signals/quality.js';
import { assert } from '../kernel/assert.js';
import { type EpochMs, iso, SECOND, type Ticks, toUsd } from '../kernel/units.js';
import { analysisFields, rounded } from './analysis-codec.js';
import type { FocusAsset, FocusPlanJson, Mode, NoTradeState } from './focus-plan.js';

export function focusPlanJson(plan: FocusPlan, mode: Mode): FocusPlanJson {
  return {
    version: 1,
    as_of: iso(plan.asOf),
    trading_day: plan.tradingDay,
    session: plan.session,
    mode,
    no_trade: noTradeJson(plan.noTrade),
    account: { size: toUsd(plan.account.size), risk_cap: toUsd(plan.account.riskCap) },
    assets: plan.assets.map((card) => focusAssetJson(card, plan.asOf)),
    others: plan.others.map((card) => focusAssetJson(card, plan.asOf)),
  };
}

export const noTradeJson = ({ active, reasons, warnings }: NoTrade): NoTradeState => ({
  active,
  reasons: reasons.map((reason) => ({ ...reason, facts: { ...reason.facts } })),
  warnings: warnings.map((reason) => ({ ...reason, facts: { ...reason.facts } })),
});

export function focusAssetJson(card: FocusCard, asOf: EpochMs): FocusAsset {
  const spec = instrument(card.root);
  assert(spec !== undefined, `a card of an unknown instrument ${card.root}`);
  const { size } = card;
  return {
    symbol: card.root,
    name: spec.name,
    contract: card.contract,
    ...rollField(card, asOf, spec),
    bias: card.bias,
    tradeable: card.tradeable,
    note: card.note ?? card.caution ?? null,
    last_price: priceOf(card.price, spec),
    price_at: iso(card.priceAt),
    data_age_s: Math.max(0, Math.round((asOf - card.priceAt) / SECOND)),
    stale: card.stale,
    bar_at: iso(card.reading.barAt),
    bar_close: priceOf(card.reading.price, spec),
    ...levelFields(card, spec),
    ...readingFields(card.reading, spec),
    bias_parts: biasFields(card.biasParts),
    ...analysisFields(card.reading, spec),
    position_size: size.contracts,
    risk_per_contract: card.levels ? toUsd(size.riskPerContract) : null,
    risk_dollars: toUsd(size.risk),
    max_loss_text: size.maxLossText ?? null,
  };
}

/** Only for the contract that is left; a feed that has moved on already needs no announcement. */
function rollField({ contract, rollsOn }: FocusCard, asOf: EpochMs, spec: ContractSpec): Pick<FocusAsset, 'roll'> {
  // One that did not come on its day leaves the word to the calendar.
  const isAhead = rollsOn !== undefined && asOf < tradingDayStart(rollsOn);
  const frontAt = isAhead ? leftOn(contract, rollsOn) : frontContract;
  const notice = rollNoticeBy(frontAt, { spec, at: asOf, inHand: contract });
  return notice?.from === contract ? { roll: { to: notice.to, on: notice.day, text: notice.text } } : {};
}

function levelFields({ levels }: FocusCard, spec: ContractSpec) {
  const price = (at: Ticks | undefined): number | null => (at === undefined ? null : priceOf(at, spec));
  return {
    side: levels?.side ?? null,
    entry_low: price(levels?.entryLow),
    entry_high: price(levels?.entryHigh),
    stop: price(levels?.stop),
    tp1: price(levels?.tp1),
    tp2: price(levels?.tp2),
  };
}

function readingFields({ wave, quality, volatility, atr }: Reading, spec: ContractSpec) {
  return {
    wave_ratio: rounded(wave?.ratio, 4),
    dominant_ratio: rounded(wave?.dominantRatio, 4),
    wave_direction: wave?.direction ?? null,
    current_ratio: rounded(wave?.currentRatio, 4),
    quality: rounded(quality?.score, 1),
    quality_version: QUALITY_VERSION,
    quality_parts: { ...quality?.parts },
    context: quality?.context ?? null,
    vol_percentile: rounded(volatility?.percentile, 1),
    vol_basis: volatility?.basis ?? null,
    vol_days: volatility?.days ?? null,
    vol_regime: volatility?.regime ?? null,
    // Two digits finer than the tick: an average range lies between ticks.
    atr: rounded(atr, spec.decimals + 2),
  } as const;
}

const biasFields = (parts: BiasParts | undefined): Record<string, number> =>
  parts ? { wave: parts.wave, ao: parts.ao, confluence: parts.confluence, score: rounded(parts.score, 4) ?? 0 } : {};
