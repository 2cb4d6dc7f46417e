import { after, type EpochMs, FIVE_MINUTES, MINUTE, microUsd, type TradingDay } from '../../kernel/units.js';
import { type GateMode, type GateView, gateText, gateView, isSuppressed, USUAL_GATE_MODE } from '../gate/mode.js';
import type { ContractSpec } from '../instruments/contract.js';
import { QUALITY_WARMUP } from '../signals/quality.js';
import { EXTREME_OVER, isExtreme, shownPercentile } from '../volatility/extreme.js';
import type { NewestBar } from './analysis.js';
import { biasPartsOf, leanOf, QUALITY_MIN, sideOf } from './bias.js';
import { levelsFor } from './levels.js';
import { sizeFor } from './size.js';
import type { AccountSize, Bias, BiasParts, FocusCard, Levels, Reading, Sizing } from './types.js';

export interface CardFacts {
  readonly reading: Reading;
  readonly last: NewestBar | undefined;
  /** Listed contract, e.g. `MGCZ6`. */
  readonly contract: string;
  readonly spec: ContractSpec;
  readonly account: AccountSize;
  readonly now: EpochMs;
  readonly marketOpen: boolean;
  readonly microsMax?: number;
  readonly gateMode?: GateMode;
  /** Why the prices themselves are in doubt; undefined when they are not. */
  readonly feedFault?: string | undefined;
  /** The first trading day of the next contract, where volume has decided it ahead of the calendar. */
  readonly rollsOn?: TradingDay | undefined;
}

const STALE_AFTER_BARS = 2;

export function focusCard(facts: CardFacts): FocusCard {
  const { reading, last, contract, spec, account, microsMax } = facts;
  const biasParts = biasPartsOf(reading);
  const called = biasParts ? sideOf(biasParts) : 'NEUTRAL';
  const isGood = reading.quality !== undefined && reading.quality.score >= QUALITY_MIN;
  const bias = isGood ? called : 'NEUTRAL';
  const levels = biasParts && levelsOf(reading, called === 'NEUTRAL' ? leanOf(biasParts, reading) : called, spec);
  const wanted = levels
    ? sizeFor({ levels, spec, account, ...(microsMax === undefined ? {} : { microsMax }) })
    : undefined;
  const size = sizeOf(bias, wanted);
  const stale = facts.marketOpen && isStale(facts);
  const note = noteOf(facts, { stale, called, biasParts, size });
  const held = note === undefined && bias !== 'NEUTRAL' ? heldOf(facts, bias) : NOT_HELD;
  // Of prices that are in doubt the trader hears in any case, unless there are none.
  const doubt = facts.marketOpen && !stale ? facts.feedFault : undefined;
  return {
    root: reading.root,
    contract,
    rollsOn: facts.rollsOn,
    bias,
    tradeable: note === undefined && held.heldBy === undefined,
    note: doubt ?? note ?? (held.heldBy && held.text),
    heldBy: held.heldBy,
    gate: held.gate,
    caution: held.heldBy ? undefined : held.text,
    price: last?.price ?? reading.price,
    priceAt: last?.closedAt ?? after(reading.barAt, FIVE_MINUTES),
    stale,
    reading,
    biasParts,
    levels,
    size,
  };
}

/**
 * Stale: the newest closed bar is older than two bar lengths, counted from its close. The bar is a 5-minute one unless
 * the source's own bars are longer, or a younger source bar shows that data still arrives.
 */
export function isStale({ reading, last, now }: Pick<CardFacts, 'reading' | 'last' | 'now'>): boolean {
  const closedAt = Math.max(reading.barAt + FIVE_MINUTES, last?.closedAt ?? 0);
  return now - closedAt > STALE_AFTER_BARS * Math.max(FIVE_MINUTES, last?.lengthMs ?? 0);
}

function levelsOf({ price, atr, wave }: Reading, side: 'LONG' | 'SHORT', spec: ContractSpec): Levels | undefined {
  if (atr === undefined || !wave) return undefined;
  return levelsFor({ side, price, atr, dominantRatio: wave.dominantRatio }, spec);
}

/** A card without a side risks nothing; what one contract would risk is still worth knowing. */
function sizeOf(bias: Bias, wanted: Sizing | undefined): Sizing {
  if (wanted && bias !== 'NEUTRAL') return wanted;
  return {
    contracts: 0,
    riskPerContract: wanted?.riskPerContract ?? microUsd(0),
    risk: microUsd(0),
    maxLossText: undefined,
  };
}

interface Held extends Pick<FocusCard, 'heldBy' | 'gate'> {
  readonly text: string | undefined;
}

const NOT_HELD: Held = { heldBy: undefined, gate: undefined, text: undefined };

/** What speaks against a card that could be traded: prices in doubt, its own market gone wild, the higher time frame. */
function heldOf({ reading, gateMode = USUAL_GATE_MODE, feedFault }: CardFacts, side: 'LONG' | 'SHORT'): Held {
  if (feedFault !== undefined) return { heldBy: 'feed', gate: undefined, text: feedFault };
  const { volatility } = reading;
  if (volatility && isExtreme(volatility)) {
    const percentile = shownPercentile(volatility);
    const text = `extreme volatility: percentile ${percentile} of this time of day, over ${EXTREME_OVER}`;
    return { heldBy: 'extreme-volatility', gate: undefined, text };
  }
  const gate: GateView = gateView(reading.gate, side, gateMode);
  return { heldBy: isSuppressed(gate) ? 'gate' : undefined, gate, text: gateText(gate) };
}

interface Findings {
  readonly stale: boolean;
  readonly called: Bias;
  readonly biasParts: BiasParts | undefined;
  readonly size: Sizing;
}

/** Why the card cannot be traded, the most absolute reason first; undefined when it can. */
function noteOf(facts: CardFacts, { stale, called, biasParts, size }: Findings): string | undefined {
  const { reading, marketOpen, spec } = facts;
  if (!marketOpen) return `market shut: ${spec.root} does not trade now`;
  if (stale) return staleNote(facts);
  const { quality } = reading;
  if (!quality || !biasParts) return `not warm: ${reading.bars} of ${QUALITY_WARMUP} five-minute bars`;
  if (quality.score < QUALITY_MIN) return `skip today: quality ${downTo1(quality.score)} is under ${QUALITY_MIN}`;
  if (called === 'NEUTRAL')
    return `no side: bias score ${biasParts.score.toFixed(2)}, wave ${reading.wave?.direction ?? 'unknown'}`;
  if (size.contracts === 0) return `no size: ${size.maxLossText ?? 'nothing fits the cap'}`;
  return undefined;
}

/** What is known of the feed is mostly why. */
function staleNote({ now, last, reading, feedFault }: CardFacts): string {
  const closedAt = Math.max(reading.barAt + FIVE_MINUTES, last?.closedAt ?? 0);
  const why = feedFault === undefined ? '' : `; ${feedFault}`;
  return `stale: the newest closed bar is ${Math.floor((now - closedAt) / MINUTE)} min old${why}`;
}

/** Downwards: 54.96 must not read as "55.0 is under 55". */
const downTo1 = (score: number): string => (Math.floor(score * 10 + 1e-9) / 10).toFixed(1);
