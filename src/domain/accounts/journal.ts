import type { EpochMs, MicroUsd, TradingDay } from '../../kernel/units.js';

/** A round trip in one contract of one account: from flat to flat, or to the reversal that ended it. */
export interface Trade {
  /** Made from account and the id of the fill that opened it. */
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly root: string | undefined;
  readonly side: 'LONG' | 'SHORT';
  /** Largest number of contracts held. */
  readonly quantity: number;
  readonly openedAt: EpochMs;
  readonly closedAt: EpochMs;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Result before fees, by first in first out; undefined for an instrument we do not know. */
  readonly gross: MicroUsd | undefined;
  readonly fees: MicroUsd;
  /** Gross less fees: below zero is a loss, exactly zero a scratch. */
  readonly net: MicroUsd | undefined;
}

/** Trades of one account that closed in one trading day, oldest first. */
export interface TradesOfDay {
  readonly tradingDay: TradingDay;
  readonly trades: readonly Trade[];
}

/** Result of one account's trading day and where it was read. */
export interface AccountResult {
  readonly account: string;
  readonly source: 'executions' | 'platform' | 'none';
  readonly realized: MicroUsd | undefined;
  readonly fees: MicroUsd | undefined;
  readonly consecutiveLosses: number | undefined;
  readonly trades: number;
}
