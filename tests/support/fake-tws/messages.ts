import type { EpochMs } from '../../../src/kernel/units.js';
import type { Field } from './frames.js';

// Field orders of server version 178 (TWS 10.2x), as the decoder of @stoqey/ib 1.6 reads them.
export const SERVER_VERSION = 178;

export interface ListedFuture {
  readonly conId: number;
  readonly symbol: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly exchange: string;
  readonly multiplier: number;
  readonly minTick: number;
  /** `yyyyMM` */
  readonly month: string;
  /** `yyyyMMdd` */
  readonly lastTradingDay: string;
}

/** Prices as decimals; `at` is the open. */
export interface SentBar {
  readonly at: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

const seconds = (at: EpochMs): number => Math.floor(at / 1_000);

export const greeting = (): readonly Field[] => [SERVER_VERSION, '20261119 09:00:00 EST'];
export const nextValidId = (): readonly Field[] => [9, 1, 1];
export const managedAccounts = (): readonly Field[] => [15, 1, 'DU1234567'];

/** `id` -1 is a message without a request. */
export const message = (id: number, code: number, text: string): readonly Field[] => [4, 2, id, code, text, ''];

export const contractData = (id: number, it: ListedFuture): readonly Field[] => [
  ...[10, id, it.symbol, 'FUT', it.lastTradingDay, 0, '', it.exchange, 'USD', it.localSymbol, it.symbol],
  ...[it.tradingClass, it.conId, it.minTick, it.multiplier, 'LMT,MKT,STP', it.exchange, 1, 0],
  ...[`${it.symbol} future`, '', it.month, '', '', '', 'US/Eastern', '', '', '', 0, 0, 1],
  ...[it.symbol, 'IND', '26', it.lastTradingDay, '', 1, 1, 1],
];
export const contractDataEnd = (id: number): readonly Field[] => [52, 1, id];

export const historicalData = (id: number, bars: readonly SentBar[]): readonly Field[] => [
  ...[17, id, '', '', bars.length],
  ...bars.flatMap((it) => [seconds(it.at), it.open, it.high, it.low, it.close, it.volume, it.close, it.trades]),
];

/** A whole session, dated with the day on which it ends. */
export interface SentDay {
  /** `yyyyMMdd` */
  readonly day: string;
  readonly price: number;
  readonly volume: number;
}

export const historicalDays = (id: number, days: readonly SentDay[]): readonly Field[] => [
  ...[17, id, '', '', days.length],
  ...days.flatMap(({ day, price, volume }) => [day, price, price, price, price, volume, price, 4]),
];

export const realTimeBar = (id: number, it: SentBar): readonly Field[] => [
  ...[50, 3, id, seconds(it.at), it.open, it.high, it.low, it.close, it.volume, it.close, it.trades],
];

const [LAST, LAST_TIME] = [4, 45];
export const lastPrice = (id: number, price: number): readonly Field[] => [1, 6, id, LAST, price, 1, 0];
export const lastTime = (id: number, at: EpochMs): readonly Field[] => [46, 6, id, LAST_TIME, seconds(at)];
