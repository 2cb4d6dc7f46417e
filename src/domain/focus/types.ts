import type { EpochMs, MicroUsd, Ticks, TradingDay } from '../../kernel/units.js';
import type { ConfluenceReading } from '../confluence/confluence.js';
import type { GateReading } from '../gate/gate.js';
import type { GateView } from '../gate/mode.js';
import type { IctReading } from '../ict/ict.js';
import type { OpeningRange } from '../opening-range/opening-range.js';
import type { LiveRegime } from '../regime/filter.js';
import type { Session } from '../sessions/session.js';
import type { Hint } from '../signals/hints.js';
import type { MarketContext, QualityReading } from '../signals/quality.js';
import type { VolatilityReading } from '../volatility/percentile.js';
import type { Direction, WaveReading } from '../wave/wave.js';

export type Bias = 'LONG' | 'SHORT' | 'NEUTRAL';
export type {
  ConfluenceReading,
  Direction,
  GateReading,
  Hint,
  IctReading,
  LiveRegime,
  MarketContext,
  OpeningRange,
  QualityReading,
  VolatilityReading,
  WaveReading,
};

/** Everything the analysis of one symbol says at its newest closed 5-minute bar; undefined means "not warm". */
export interface Reading {
  readonly root: string;
  /** Open of the newest closed 5m bar. */
  readonly barAt: EpochMs;
  /** Last close: the P of the levels. */
  readonly price: Ticks;
  readonly bars: number;
  /** ATR14 of the 5m bars, in points of price. */
  readonly atr: number | undefined;
  readonly ao: number | undefined;
  readonly wave: WaveReading | undefined;
  readonly volatility: VolatilityReading | undefined;
  readonly quality: QualityReading | undefined;
  readonly confluence: ConfluenceReading;
  /** Levels of the 5-minute bars. */
  readonly ict: IctReading | undefined;
  /** Of the reading's trading day; its ATR is in points. */
  readonly openingRange: OpeningRange | undefined;
  readonly gate: GateReading | undefined;
  /** What the volume of the newest closed 5m bar hints at. */
  readonly hint: Hint | undefined;
  /** Undefined until a model was trained and its filter is warm. */
  readonly regime: LiveRegime | undefined;
}

export interface Levels {
  readonly side: 'LONG' | 'SHORT';
  readonly entryLow: Ticks;
  readonly entryHigh: Ticks;
  readonly stop: Ticks;
  readonly tp1: Ticks;
  readonly tp2: Ticks;
}

export interface BiasParts {
  readonly wave: number;
  readonly ao: number;
  /** Confluence direction times score/3. */
  readonly confluence: number;
  readonly score: number;
}

export interface Sizing {
  readonly contracts: number;
  readonly riskPerContract: MicroUsd;
  readonly risk: MicroUsd;
  /** Why the size is 0 and what would fix it. */
  readonly maxLossText: string | undefined;
}

export interface FocusCard {
  readonly root: string;
  /** Listed contract the prices belong to, e.g. `MGCZ6`. */
  readonly contract: string;
  /** The first trading day of the next contract, where volume has decided it ahead of the calendar. */
  readonly rollsOn: TradingDay | undefined;
  readonly bias: Bias;
  readonly tradeable: boolean;
  /** Why a card is not tradeable ("skip today: quality 41 is under 55"). */
  readonly note: string | undefined;
  /** What alone keeps a card from being tradeable that has a side, a quality and a size. */
  readonly heldBy: 'extreme-volatility' | 'gate' | 'feed' | undefined;
  /** What the gate says of the side of a card that nothing else speaks against. */
  readonly gate: GateView | undefined;
  /** What speaks against a card that may be traded all the same. */
  readonly caution: string | undefined;
  readonly price: Ticks;
  /** Close time of the bar the price comes from. */
  readonly priceAt: EpochMs;
  readonly stale: boolean;
  readonly reading: Reading;
  readonly biasParts: BiasParts | undefined;
  readonly levels: Levels | undefined;
  readonly size: Sizing;
}

/** One reason not to trade, with the numbers behind it. */
export interface NoTradeReason {
  readonly id: string;
  readonly text: string;
  readonly facts: Readonly<Record<string, number | string | boolean | null>>;
}

export interface NoTrade {
  readonly active: boolean;
  readonly reasons: readonly NoTradeReason[];
  /** Guards that would like to block but whose evidence is not reliable yet. */
  readonly warnings: readonly NoTradeReason[];
}

export interface AccountSize {
  readonly size: MicroUsd;
  /** Largest risk of one trade: 0.75 % of the account. */
  readonly riskCap: MicroUsd;
}

export interface FocusPlan {
  readonly asOf: EpochMs;
  readonly tradingDay: TradingDay;
  readonly session: Session;
  readonly noTrade: NoTrade;
  readonly account: AccountSize;
  /** The cards shown, best first. */
  readonly assets: readonly FocusCard[];
  /** The rest of the watch list, behind them. */
  readonly others: readonly FocusCard[];
}
