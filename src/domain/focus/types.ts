import type { EpochMs, MicroUsd, Ticks, TradingDay } from '../../kernel/units.js';
import type { Session } from '../sessions/session.js';

export type Bias = 'LONG' | 'SHORT' | 'NEUTRAL';
export type Direction = 'BULLISH' | 'BEARISH' | 'NEUTRAL';
export type MarketContext = 'UPTREND' | 'DOWNTREND' | 'RANGING';

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
}

export interface WaveReading {
  readonly bull: number;
  readonly bear: number;
  readonly ratio: number;
  readonly dominance: number;
  readonly dominantRatio: number;
  readonly direction: Direction;
  readonly trendSpeed: number | undefined;
  readonly currentRatio: number | undefined;
}

export interface VolatilityReading {
  /** 0-100. */
  readonly percentile: number;
  readonly basis: 'time-of-day' | 'recent';
  /** Trading days that stand behind a time-of-day rank. */
  readonly days: number;
  readonly regime: 'very low' | 'low' | 'normal' | 'high' | 'very high';
}

export interface QualityReading {
  readonly version: 1;
  /** 0-100. */
  readonly score: number;
  readonly context: MarketContext;
  /** Points of each component, 4.0 in all. */
  readonly parts: {
    readonly volatility: number;
    readonly momentum: number;
    readonly impulse: number;
    readonly candle: number;
    readonly higher_frame: number;
  };
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
  /** Confluence direction times score/3; 0 until the confluence layers exist. */
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
  readonly bias: Bias;
  readonly tradeable: boolean;
  /** Why a card is not tradeable ("skip today: quality 41 is under 55"). */
  readonly note: string | undefined;
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
