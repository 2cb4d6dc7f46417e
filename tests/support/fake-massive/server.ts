import type { WebSocket } from 'ws';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../../../src/domain/instruments/contract.js';
import { frontContract, parsePlatformSymbol } from '../../../src/domain/instruments/roll.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { tradingDayOf, tradingDayStart } from '../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { type Answer, startHttpVendor } from '../fake-vendor/http-vendor.js';
import { type FakeMarket, minutesClosedBetween, tradesBetween } from '../fake-vendor/market.js';
import type { FakeVendor } from '../fake-vendor/vendor.js';

export interface FakeMassiveOptions {
  readonly apiKey: string;
  /** Rows of a page of aggregates; the vendor's own limit unless told. */
  readonly pageRows?: number;
}

export interface FakeMassive extends FakeVendor {
  readonly url: string;
  /** Addresses that were asked for, oldest first, as the vendor saw them. */
  readonly asked: readonly string[];
  /** Answers for the next requests of aggregates, in the place of the right ones; `undefined` is the right one. */
  readonly script: (Answer | ((right: Answer) => Answer) | undefined)[];
  /** Sends a frame on every connection. */
  say(frame: unknown): void;
  /** Sends the minute of one market alone. */
  sayMinute(root: string, open: EpochMs): void;
  /** From now on this key is not accepted any more. */
  revoke(): void;
  /** From now on volumes of sessions are not in the plan. */
  refuseVolumes(): void;
}

interface Stream {
  readonly client: WebSocket;
  isIn: boolean;
  readonly channels: Set<string>;
}

/** The vendor's futures REST and stream over a fake market: `/futures/v1/aggs/…`, `/futures/v1/contracts`, `/futures`. */
export async function startFakeMassive(market: FakeMarket, options: FakeMassiveOptions): Promise<FakeMassive> {
  const asked: string[] = [];
  const script: FakeMassive['script'] = [];
  const streams = new Map<WebSocket, Stream>();
  let [isMute, isRevoked, hidesVolumes, skewMs] = [false, false, false, 0];
  const isRight = (key: unknown): boolean => key === options.apiKey && !isRevoked;

  const http = await startHttpVendor({
    answer(url) {
      asked.push(`${url.pathname}${url.search}`);
      const key = url.searchParams.get('apiKey');
      if (!isRight(key)) return { status: 401, body: { status: 'ERROR', error: `Unknown API Key ${key}` } };
      const [, ticker] = /^\/futures\/v1\/aggs\/([A-Z0-9]+)$/.exec(url.pathname) ?? [];
      if (hidesVolumes && url.searchParams.get('resolution') === '1session')
        return { status: 403, body: { status: 'NOT_AUTHORIZED', error: 'sessions are not in your plan' } };
      if (ticker !== undefined)
        return scripted(aggregates({ market, options, url, ticker, base: http.url }), script.shift());
      if (url.pathname !== '/futures/v1/contracts') return undefined;
      return contracts(market, { url, base: http.url, pageRows: options.pageRows ?? 1_000 });
    },
    connected(client, url) {
      if (url.pathname !== '/futures') return client.close();
      const stream: Stream = { client, isIn: false, channels: new Set() };
      streams.set(client, stream);
      client.on('close', () => streams.delete(client));
      send(stream, [{ ev: 'status', status: 'connected', message: 'Connected Successfully' }]);
      client.on('message', (data) => hear(stream, JSON.parse(String(data)), isRight));
    },
  });
  const send = ({ client }: Stream, frame: unknown): void => {
    if (!isMute) client.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  };
  const say = (frame: unknown): void => {
    for (const stream of streams.values()) send(stream, frame);
  };
  const broadcast = (events: readonly { readonly ev: string; readonly sym: string }[]): void => {
    for (const stream of streams.values()) {
      const theirs = events.filter(({ ev, sym }) => stream.channels.has(`${ev}.${sym}`));
      if (theirs.length > 0) send(stream, theirs);
    }
  };
  const minute = (open: EpochMs) => market.roots.flatMap((root) => eventOf('AM', market.barOf(root, open)) ?? []);
  const stopMoving = market.onMove((before, now) => {
    const [from, to] = [after(before, skewMs), after(now, skewMs)];
    broadcast(tradesBetween(market, from, to).map(secondOf));
    for (const open of minutesClosedBetween(from, to)) broadcast(minute(open));
  });

  return {
    url: http.url,
    asked,
    script,
    say,
    sayMinute: (root, open) => say([eventOf('AM', market.barOf(root, open))]),
    revoke() {
      isRevoked = true;
    },
    refuseVolumes() {
      hidesVolumes = true;
    },
    drop: http.drop,
    setDown: http.setDown,
    setMute(now) {
      isMute = now;
    },
    repeat: (open) => broadcast(minute(open)),
    garble() {
      say('[{"ev":"AM","sym":"MGC');
      say([{ ev: 'AM', sym: 'MGCZ6', o: 'high', s: 1 }, { sym: 'nameless' }]);
    },
    halfFrame: http.halfFrame,
    delivered: http.delivered,
    subscriptions: () => [...streams.values()].filter(({ channels }) => channels.size > 0).length,
    sockets: http.sockets,
    setSkew(ms) {
      skewMs = ms;
    },
    async close() {
      stopMoving();
      await http.close();
    },
  };
}

const scripted = (right: Answer, step: FakeMassive['script'][number]): Answer =>
  step === undefined ? right : typeof step === 'function' ? step(right) : step;

function hear(stream: Stream, said: { action?: string; params?: string }, isRight: (key: unknown) => boolean): void {
  const status = (name: string, message: string) =>
    stream.client.send(JSON.stringify([{ ev: 'status', status: name, message }]));
  if (said.action === 'auth') {
    stream.isIn = isRight(said.params);
    if (stream.isIn) return void status('auth_success', 'authenticated');
    status('auth_failed', 'authentication failed');
    stream.client.close();
    return;
  }
  if (said.action !== 'subscribe') return;
  if (!stream.isIn) return void status('error', 'not authenticated');
  for (const channel of (said.params ?? '').split(',')) {
    stream.channels.add(channel.trim());
    status('success', `subscribed to: ${channel.trim()}`);
  }
}

interface Asked {
  readonly market: FakeMarket;
  readonly options: FakeMassiveOptions;
  readonly url: URL;
  readonly ticker: string;
  readonly base: string;
}

/** Windows by nanoseconds; a page ends with the address of the next, whose cursor holds the rest of the question. */
function aggregates({ market, options, url, ticker, base }: Asked): Answer {
  const cursor = url.searchParams.get('cursor');
  const query = cursor === null ? url.searchParams : new URLSearchParams(Buffer.from(cursor, 'base64url').toString());
  const instant = (name: string): EpochMs => epochMs(Number(BigInt(query.get(name) ?? '0') / 1_000_000n));
  const parsed = parsePlatformSymbol(ticker, market.clock.now());
  const rowsMax = Math.min(options.pageRows ?? 50_000, Number(query.get('limit') ?? 1_000));
  if (query.get('sort') !== 'window_start.asc') return { status: 400, body: { status: 'ERROR', error: 'sort it' } };
  const from = instant('window_start.gte');
  const to = instant('window_start.lt');
  if (query.get('resolution') === '1session') return sessions(market, ticker, { from, to });
  const bars = parsed ? market.past(parsed.root, from, to).filter((bar) => bar.contract === parsed.contract) : [];
  const page = bars.slice(0, rowsMax);
  const next = bars[rowsMax];
  const rest =
    next && new URLSearchParams({ ...Object.fromEntries(query), 'window_start.gte': `${next.bar.at}000000` });
  rest?.delete('apiKey');
  return {
    status: 200,
    body: {
      status: 'OK',
      results: page.map((bar) => rowOf(ticker, bar)),
      ...(rest && {
        next_url: `${base}/futures/v1/aggs/${ticker}?cursor=${Buffer.from(rest.toString()).toString('base64url')}`,
      }),
    },
  };
}

/** Whole sessions and the one that goes on, by the evening on which they open. */
function sessions(market: FakeMarket, ticker: string, { from, to }: { from: EpochMs; to: EpochMs }): Answer {
  const parsed = parsePlatformSymbol(ticker, market.clock.now());
  const until = epochMs(Math.min(to, market.clock.now()));
  const days = parsed ? sessionCalendar(specOf(parsed.root).calendar).lastTradingDays(tradingDayOf(until), 20) : [];
  const results = days
    .map((day) => ({ day, opensAt: tradingDayStart(day) }))
    .filter(({ opensAt }) => opensAt >= from && opensAt < until)
    .flatMap(({ day, opensAt }) => {
      const volume = market.volumeOf(ticker, day);
      const row = { ticker, window_start: opensAt * 1e6, open: 1, high: 1, low: 1, close: 1, session_end_date: day };
      return volume === undefined ? [] : { ...row, volume };
    });
  return { status: 200, body: { status: 'OK', results } };
}

function rowOf(ticker: string, { root, bar }: FeedBar) {
  const spec = specOf(root);
  return {
    ticker,
    window_start: bar.at * 1e6,
    open: priceOf(bar.open, spec),
    high: priceOf(bar.high, spec),
    low: priceOf(bar.low, spec),
    close: priceOf(bar.close, spec),
    volume: bar.volume,
    transactions: 4,
    dollar_volume: 0,
    session_end_date: tradingDayOf(bar.at),
  };
}

/** An expired month, a spread, the front month and the three after it, in pages. */
function contracts(market: FakeMarket, { url, base, pageRows }: ContractsAsked): Answer {
  const cursor = url.searchParams.get('cursor');
  const [product = '', skip = '0'] = cursor?.split('.') ?? [url.searchParams.get('product_code') ?? ''];
  const spec = market.roots.includes(product) ? instrument(product) : undefined;
  const all = spec ? listedMonths(spec, market.clock.now()) : [];
  const [from, until] = [Number(skip), Number(skip) + pageRows];
  const more = until < all.length && { next_url: `${base}/futures/v1/contracts?cursor=${product}.${until}` };
  return { status: 200, body: { status: 'OK', request_id: 'r', results: all.slice(from, until), ...more } };
}

interface ContractsAsked {
  readonly url: URL;
  readonly base: string;
  readonly pageRows: number;
}

function listedMonths(spec: ContractSpec, now: EpochMs): readonly object[] {
  const { root: product_code } = spec;
  const outright = (ticker: string, active: boolean, last_trade_date: string) => ({
    ...{ ticker, product_code, active, type: 'single', last_trade_date },
  });
  const months: object[] = [];
  for (let at = now; months.length < 4; ) {
    const front = frontContract(spec, at);
    months.push(outright(front.symbol, true, new Date(front.lastTrade).toISOString().slice(0, 10)));
    at = front.rollsAt;
  }
  const spread = { ticker: `${product_code}Z6-${product_code}G7`, product_code, active: true, type: 'combo' };
  return [outright(`${product_code}Z5`, false, '2025-12-29'), spread, ...months];
}

function eventOf(ev: 'AM', bar: FeedBar | undefined) {
  if (!bar) return undefined;
  const spec = specOf(bar.root);
  const { at, open, high, low, close, volume } = bar.bar;
  const [o, h, l, c] = [open, high, low, close].map((price) => priceOf(price, spec));
  return { ev, sym: bar.contract, o, h, l, c, v: volume, dv: 0, n: 4, s: at, e: at + MINUTE };
}

function secondOf({ contract, price, size, at }: ReturnType<typeof tradesBetween>[number]) {
  const start = Math.floor(at / 1_000) * 1_000;
  return {
    ev: 'A',
    sym: contract,
    o: price,
    h: price,
    l: price,
    c: price,
    v: size,
    dv: 0,
    n: 1,
    s: start,
    e: start + 1_000,
  };
}

function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  if (!spec) throw new Error(`${root} is not in the catalogue`);
  return spec;
}
