import type { BarSizeSetting, Contract } from '@stoqey/ib';
import type { EpochMs } from '../../../kernel/units.js';
import { endText } from './asks.js';
import { TwsFailure } from './codes.js';
import { handshake, startConnection, type TwsAddress, type TwsListener } from './connection.js';
import type { MonthDetails, MonthQuery } from './contracts.js';
import type { RawBar } from './mapper.js';

/** The month a request is about. */
export interface TwsMonth {
  readonly conId: number;
  readonly exchange: string;
}

export interface PastRequest {
  readonly end: EpochMs;
  readonly duration: string;
}

export interface DaysRequest {
  readonly end: EpochMs;
  readonly days: number;
}

export interface BarWatcher {
  bar(bar: RawBar): void;
  failed(failure: TwsFailure): void;
}

export interface PriceWatcher {
  price(price: number): void;
  /** The second of the newest trade. */
  tradedAt(seconds: number): void;
  failed(failure: TwsFailure): void;
}

/** One connection to TWS or IB Gateway. Requests reject with a `TwsFailure`. */
export interface Tws {
  listedMonths(query: MonthQuery, signal: AbortSignal): Promise<readonly MonthDetails[]>;
  /** 1-minute bars of trades, all hours. */
  past(month: TwsMonth, request: PastRequest, signal: AbortSignal): Promise<readonly RawBar[]>;
  /** Bars of whole sessions, all hours, of this many days back from an instant; `time` is the date as `yyyyMMdd`. */
  pastDays(month: TwsMonth, request: DaysRequest, signal: AbortSignal): Promise<readonly RawBar[]>;
  /** 5-second bars of trades, all hours, until the returned function is called. */
  watchBars(month: TwsMonth, watcher: BarWatcher): () => void;
  watchPrice(month: TwsMonth, watcher: PriceWatcher): () => void;
  /** Resolves when the connection is gone, however it went. */
  readonly ended: Promise<TwsFailure>;
  close(): void;
}

interface HistoryAsked extends PastRequest {
  readonly size: BarSizeSetting;
}

const CURRENCY = 'USD';
/** Times as seconds since 1970. */
const EPOCH_SECONDS = 2;
const BAR_SECONDS = 5;
const ALL_HOURS = false;

/** Opens a connection; the package is loaded with the first one. Rejects with the `TwsFailure` that kept it shut. */
export async function openTws(address: TwsAddress, listener: TwsListener, signal: AbortSignal): Promise<Tws> {
  const ib = await import('@stoqey/ib');
  const { BarSizeSetting, SecType, WhatToShow } = ib;
  const connection = startConnection(ib, address, listener);
  await handshake(ib, connection, signal);
  const { api, months, bars, prices, ended, end } = connection;
  const contractOf = ({ conId, exchange }: TwsMonth): Contract => ({ conId, exchange, secType: SecType.FUT });
  const history = (month: TwsMonth, asked: HistoryAsked, signal: AbortSignal): Promise<readonly RawBar[]> =>
    bars.all({
      signal,
      send(id) {
        const contract = { ...contractOf(month), includeExpired: true };
        const { end: until, duration, size } = asked;
        const what = WhatToShow.TRADES;
        api.reqHistoricalData(id, contract, endText(until), duration, size, what, ALL_HOURS, EPOCH_SECONDS, false);
      },
      cancel: (id) => void api.cancelHistoricalData(id),
    });
  return {
    ended,
    close: () => end(new TwsFailure('cancelled', 0, 'closed')),
    listedMonths: ({ month, ...rest }, signal) =>
      months.all({
        signal,
        send(id) {
          const named = month === undefined ? {} : { lastTradeDateOrContractMonth: month };
          const which = { secType: SecType.FUT, currency: CURRENCY, includeExpired: true };
          api.reqContractDetails(id, { ...rest, ...named, ...which });
        },
        cancel() {},
      }),
    past: (month, request, signal) => history(month, { ...request, size: BarSizeSetting.MINUTES_ONE }, signal),
    pastDays: (month, { end, days }, signal) =>
      history(month, { end, duration: `${days} D`, size: BarSizeSetting.DAYS_ONE }, signal),
    watchBars: (month, { bar, failed }) =>
      bars.stream({
        send: (id) => void api.reqRealTimeBars(id, contractOf(month), BAR_SECONDS, WhatToShow.TRADES, ALL_HOURS),
        cancel: (id) => void api.cancelRealTimeBars(id),
        row: bar,
        failed,
      }),
    watchPrice: (month, { price, tradedAt, failed }) =>
      prices.stream({
        send: (id) => void api.reqMktData(id, contractOf(month), '', false, false),
        cancel: (id) => void api.cancelMktData(id),
        row: (row) => ('price' in row ? price(row.price) : tradedAt(row.tradedAt)),
        failed,
      }),
  };
}
