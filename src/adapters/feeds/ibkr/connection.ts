import type { Contract, ContractDetails, IBApi } from '@stoqey/ib';
import { meaningOf, TwsFailure } from './codes.js';
import type { MonthDetails } from './contracts.js';
import type { RawBar } from './mapper.js';
import { createRequests, type Requests } from './requests.js';

export interface TwsAddress {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
}

export interface TwsListener {
  /** A message that belongs to no request. */
  said(code: number, text: string): void;
  /** A message that could not be read; what follows it goes on. */
  undecodable(text: string): void;
}

/** Of the last price's stream: the price, or the second of the newest trade. */
export type PriceRow = { readonly price: number } | { readonly tradedAt: number };

/** The package with an open connection, and who waits for what. */
export interface Connection {
  readonly api: IBApi;
  readonly months: Requests<MonthDetails>;
  readonly bars: Requests<RawBar>;
  readonly prices: Requests<PriceRow>;
  /** Resolves when the connection is gone, however it went. */
  readonly ended: Promise<TwsFailure>;
  end(failure: TwsFailure): void;
}

type Package = Pick<typeof import('@stoqey/ib'), 'IBApi' | 'EventName'>;

/** From the first packet to TWS saying that it is ready. A person may have to allow the connection first. */
const CONNECT_MS = 10_000;
/** Below the fifty messages a second TWS allows. */
const MESSAGES_PER_SECOND = 40;
/** Tick types of the API: the last trade's price, and its time. */
const [LAST_PRICE, LAST_TIME] = [4, 45];

export function startConnection(ib: Package, address: TwsAddress, listener: TwsListener): Connection {
  // Every option is given: for those that are not the package would look into the environment and into files.
  const api = new ib.IBApi({ ...address, maxReqPerSec: MESSAGES_PER_SECOND });
  let lastId = 0;
  const nextId = (): number => {
    lastId += 1;
    return lastId;
  };
  let hasEnded = (_failure: TwsFailure): void => {};
  const ended = new Promise<TwsFailure>((resolve) => {
    hasEnded = resolve;
  });
  const connection: Connection = {
    api,
    months: createRequests(nextId),
    bars: createRequests(nextId),
    prices: createRequests(nextId),
    ended,
    end(failure) {
      api.removeAllListeners();
      api.disconnect();
      hasEnded(failure);
      for (const { failAll } of [connection.months, connection.bars, connection.prices]) failAll(failure);
    },
  };
  hearMessages(ib, connection, listener);
  hearAnswers(ib, connection);
  return connection;
}

/** Connects and waits until TWS takes requests. */
export async function handshake(ib: Package, { api, ended, end }: Connection, signal: AbortSignal): Promise<void> {
  const stop = (): void => end(new TwsFailure('cancelled', 0, 'stopped'));
  const timer = setTimeout(
    () => end(new TwsFailure('unreachable', 0, `no greeting within ${CONNECT_MS / 1000} s`)),
    CONNECT_MS,
  );
  signal.addEventListener('abort', stop);
  try {
    const ready = new Promise<undefined>((resolve) => {
      api.once(ib.EventName.nextValidId, () => resolve(undefined));
    });
    if (signal.aborted) stop();
    else api.connect();
    const failure = await Promise.race([ready, ended]);
    if (failure) throw failure;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function hearMessages({ EventName }: Package, connection: Connection, listener: TwsListener): void {
  const { api, months, bars, prices } = connection;
  let trouble = new TwsFailure('unreachable', 0, 'TWS closed the connection');
  const hear = (code: number, text: string, id: number): void => {
    const meaning = meaningOf(code, text);
    const failure = new TwsFailure(meaning, code, text);
    if (meaning === 'unreachable' || meaning === 'client-id-taken') trouble = failure;
    if (meaning === 'undecodable') listener.undecodable(text);
    else if (meaning === 'notice' || id < 0) listener.said(code, text);
    else if (![months, bars, prices].some(({ failed }) => failed(id, failure)) && meaning !== 'cancelled')
      listener.said(code, text);
  };
  // A message without a request comes as information whatever it says.
  api.on(EventName.info, (text: string, code: number) => hear(code, text, -1));
  api.on(EventName.error, (error: Error, code: number, id: number) => hear(code, error.message, id));
  api.on(EventName.disconnected, () => connection.end(trouble));
}

function hearAnswers({ EventName }: Package, { api, months, bars, prices }: Connection): void {
  api.on(EventName.contractDetails, (id, details) => months.row(id, monthDetails(details)));
  api.on(EventName.contractDetailsEnd, (id) => months.ended(id));
  api.on(EventName.historicalData, (id, time, open, high, low, close, volume, trades) => {
    if (time.startsWith('finished')) return bars.ended(id);
    bars.row(id, { time: Number(time), open, high, low, close, volume, trades: trades ?? 0 });
  });
  api.on(EventName.realtimeBar, (id, time, open, high, low, close, volume, _average, trades) =>
    bars.row(id, { time, open, high, low, close, volume, trades }),
  );
  api.on(EventName.tickPrice, (id, field, price) => {
    if (field === LAST_PRICE) prices.row(id, { price });
  });
  api.on(EventName.tickString, (id, field, text) => {
    if (field === LAST_TIME) prices.row(id, { tradedAt: Number(text) });
  });
}

function monthDetails({ contract, contractMonth }: ContractDetails): MonthDetails {
  const { conId, symbol, localSymbol, tradingClass, exchange, multiplier, lastTradeDateOrContractMonth }: Contract =
    contract;
  return {
    conId: conId ?? 0,
    symbol: symbol ?? '',
    localSymbol: localSymbol ?? '',
    tradingClass: tradingClass ?? '',
    exchange: exchange ?? '',
    multiplier: multiplier ?? 0,
    month: contractMonth ?? '',
    // Some answers carry the time behind the date.
    lastTradingDay: (lastTradeDateOrContractMonth ?? '').slice(0, 8),
  };
}
