import type { WebSocket } from 'ws';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../../../src/domain/instruments/contract.js';
import { after, type EpochMs, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { type Answer, startHttpVendor } from '../fake-vendor/http-vendor.js';
import { type FakeMarket, type FakeTrade, tradesBetween } from '../fake-vendor/market.js';
import type { FakeVendor } from '../fake-vendor/vendor.js';

export interface FakeTwelveData extends FakeVendor {
  readonly url: string;
  readonly asked: readonly string[];
  /** Answers in the place of the right ones, for the next requests. */
  readonly script: (Answer | ((right: Answer) => Answer) | undefined)[];
}

/** `/time_series` and the price stream over a fake market. */
export async function startFakeTwelveData(market: FakeMarket, { apiKey }: { apiKey: string }): Promise<FakeTwelveData> {
  const asked: string[] = [];
  const script: FakeTwelveData['script'] = [];
  const streams = new Map<WebSocket, Set<string>>();
  const dayVolumes = new Map<string, number>();
  let [isMute, skewMs] = [false, 0];
  const http = await startHttpVendor({
    upgradeRefusal: (url) => (url.searchParams.get('apikey') === apiKey ? undefined : 401),
    answer(url) {
      asked.push(`${url.pathname}${url.search}`);
      if (url.searchParams.get('apikey') !== apiKey)
        return error(401, `the key ${url.searchParams.get('apikey')} is not valid`);
      const step = script.shift();
      if (step !== undefined && typeof step !== 'function') return step;
      const right = url.pathname === '/time_series' ? series(market, url.searchParams) : undefined;
      return right && step ? step(right) : right;
    },
    connected(client) {
      streams.set(client, new Set());
      client.on('close', () => streams.delete(client));
      client.on('message', (data) => hear(client, JSON.parse(String(data))));
    },
  });
  const hear = (client: WebSocket, { action, params }: { action: string; params?: { symbols: string } }): void => {
    if (action === 'heartbeat') {
      client.send('{"event":"heartbeat","status":"ok"}');
      return;
    }
    const wanted = (params?.symbols ?? '').split(',');
    const known = wanted.filter((ticker) => market.roots.includes(ticker.replace('/', '')));
    for (const ticker of known) streams.get(client)?.add(ticker);
    const fails = wanted.filter((ticker) => !known.includes(ticker)).map((symbol) => ({ symbol }));
    const success = known.map((symbol) => ({ symbol, exchange: 'NYSE', country: 'United States', type: 'ETF' }));
    client.send(
      JSON.stringify({ event: 'subscribe-status', status: 'ok', success, fails: fails.length > 0 ? fails : null }),
    );
  };
  const send = (trade: FakeTrade): void => {
    const symbol = tickerOf(trade.root);
    const isPair = symbol.includes('/');
    const text = JSON.stringify({
      event: 'price',
      symbol,
      exchange: isPair ? 'PHYSICAL CURRENCY' : 'NYSE',
      type: isPair ? 'Physical Currency' : 'ETF',
      timestamp: Math.floor(trade.at / 1_000),
      price: trade.price,
      ...(!isPair && { day_volume: dayVolumes.get(symbol) ?? 0 }),
    });
    if (!isMute) for (const [client, tickers] of streams) if (tickers.has(symbol)) client.send(text);
  };
  const stopMoving = market.onMove((before, now) => {
    for (const trade of tradesBetween(market, after(before, skewMs), after(now, skewMs))) {
      const symbol = tickerOf(trade.root);
      dayVolumes.set(symbol, (dayVolumes.get(symbol) ?? 5_000) + trade.size);
      send(trade);
    }
  });
  const say = (text: string): void => {
    for (const client of streams.keys()) client.send(text);
  };
  return {
    url: http.url,
    asked,
    script,
    drop: http.drop,
    setDown: http.setDown,
    setMute(now) {
      isMute = now;
    },
    repeat(open) {
      for (const root of market.roots) {
        const bar = market.barOf(root, open);
        if (bar) market.tradesOf(bar).forEach(send);
      }
    },
    garble() {
      say('{"event":"price","symb');
      say('{"event":"price","symbol":"SPY","price":"dear"}');
    },
    halfFrame: http.halfFrame,
    delivered: http.delivered,
    subscriptions: () => [...streams.values()].filter((tickers) => tickers.size > 0).length,
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

const tickerOf = (root: string): string =>
  instrument(root)?.exchange === 'SPOT' ? `${root.slice(0, 3)}/${root.slice(3)}` : root;

/** The vendor tells most errors with HTTP 200. */
const error = (code: number, message: string): Answer => ({ status: 200, body: { code, message, status: 'error' } });

function series(market: FakeMarket, query: URLSearchParams): Answer {
  const root = (query.get('symbol') ?? '').replace('/', '');
  const spec = market.roots.includes(root) ? instrument(root) : undefined;
  if (!spec) return error(404, `symbol ${root} not found`);
  if (query.get('timezone') !== 'UTC' || query.get('order') !== 'ASC') return error(400, 'ask for UTC, ascending');
  const instant = (name: string): EpochMs => epochMs(Date.parse(`${(query.get(name) ?? '').replace(' ', 'T')}Z`));
  const bars = market
    .past(root, instant('start_date'), after(instant('end_date'), MINUTE))
    .slice(0, Number(query.get('outputsize')));
  if (bars.length === 0)
    return error(400, 'No data is available on the specified dates. Try setting different start/end dates.');
  const text = (ticks: Parameters<typeof priceOf>[0], of: ContractSpec): string => priceOf(ticks, of).toFixed(5);
  const values = bars.map(({ bar }) => ({
    datetime: iso(bar.at).slice(0, 19).replace('T', ' '),
    open: text(bar.open, spec),
    high: text(bar.high, spec),
    low: text(bar.low, spec),
    close: text(bar.close, spec),
    ...(spec.exchange !== 'SPOT' && { volume: String(bar.volume) }),
  }));
  return { status: 200, body: { meta: { symbol: tickerOf(root), interval: '1min' }, values, status: 'ok' } };
}
