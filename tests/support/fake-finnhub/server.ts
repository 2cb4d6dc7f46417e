import type { WebSocket } from 'ws';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { priceOf } from '../../../src/domain/instruments/contract.js';
import { after, type EpochMs, epochMs, SECOND } from '../../../src/kernel/units.js';
import { type Answer, startHttpVendor } from '../fake-vendor/http-vendor.js';
import { type FakeMarket, type FakeTrade, tradesBetween } from '../fake-vendor/market.js';
import type { FakeVendor } from '../fake-vendor/vendor.js';

export interface FakeFinnhub extends FakeVendor {
  readonly url: string;
  readonly asked: readonly string[];
  /** What becomes of the right answers to the next requests of candles. */
  readonly script: ((right: Answer) => Answer)[];
  /** While false candles are refused, as on the free plan. */
  setCandles(isInPlan: boolean): void;
  say(text: string): void;
}

/** `/api/v1/{stock,forex}/candle` and the trade stream over a fake market. */
export async function startFakeFinnhub(market: FakeMarket, { apiKey }: { apiKey: string }): Promise<FakeFinnhub> {
  const asked: string[] = [];
  const script: FakeFinnhub['script'] = [];
  const streams = new Map<WebSocket, Set<string>>();
  let [isMute, hasCandles, skewMs] = [false, true, 0];
  const http = await startHttpVendor({
    upgradeRefusal: (url) => (url.searchParams.get('token') === apiKey ? undefined : 401),
    answer(url) {
      asked.push(`${url.pathname}${url.search}`);
      if (url.searchParams.get('token') !== apiKey) return { status: 401, body: { error: 'Invalid API key' } };
      if (!hasCandles) return { status: 403, body: { error: "You don't have access to this resource." } };
      if (!/^\/api\/v1\/(stock|forex)\/candle$/.test(url.pathname)) return undefined;
      const right = candles(market, url.searchParams);
      return script.shift()?.(right) ?? right;
    },
    connected(client) {
      streams.set(client, new Set());
      client.on('close', () => streams.delete(client));
      client.on('message', (data) => {
        const { type, symbol } = JSON.parse(String(data)) as { type: string; symbol: string };
        if (type === 'subscribe') streams.get(client)?.add(symbol);
      });
      client.send('{"type":"ping"}');
    },
  });
  const send = (trades: readonly FakeTrade[]): void => {
    if (isMute) return;
    for (const [client, tickers] of streams) {
      const data = trades
        .filter(({ root }) => tickers.has(tickerOf(root)))
        .map(({ root, at, price, size }) => ({
          c: ['1'],
          p: price,
          s: tickerOf(root),
          t: at,
          v: root === 'EURUSD' ? 0 : size,
        }));
      if (data.length > 0) client.send(JSON.stringify({ type: 'trade', data }));
    }
  };
  const say = (text: string): void => {
    for (const client of streams.keys()) client.send(text);
  };
  const stopMoving = market.onMove((before, now) =>
    send(tradesBetween(market, after(before, skewMs), after(now, skewMs))),
  );
  return {
    url: http.url,
    asked,
    script,
    say,
    setCandles(isInPlan) {
      hasCandles = isInPlan;
    },
    drop: http.drop,
    setDown: http.setDown,
    setMute(now) {
      isMute = now;
    },
    repeat(open) {
      for (const root of market.roots) {
        const bar = market.barOf(root, open);
        if (bar) send(market.tradesOf(bar));
      }
    },
    garble() {
      say('{"type":"trade","data":[{"p":');
      say('{"type":"trade","data":[{"s":"SPY","p":-4,"t":1,"v":1},{"s":"NOBODY","p":4,"t":1,"v":1}]}');
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

const tickerOf = (root: string): string => (root === 'EURUSD' ? 'OANDA:EUR_USD' : root);

function candles(market: FakeMarket, query: URLSearchParams): Answer {
  const root = market.roots.find((it) => tickerOf(it) === query.get('symbol')) ?? '';
  const spec = instrument(root);
  const instant = (name: string): EpochMs => epochMs(Number(query.get(name)) * SECOND);
  const bars = spec ? market.past(root, instant('from'), after(instant('to'), 1)).map(({ bar }) => bar) : [];
  if (!spec || bars.length === 0) return { status: 200, body: { s: 'no_data' } };
  return {
    status: 200,
    body: {
      s: 'ok',
      t: bars.map(({ at }) => at / SECOND),
      o: bars.map(({ open }) => priceOf(open, spec)),
      h: bars.map(({ high }) => priceOf(high, spec)),
      l: bars.map(({ low }) => priceOf(low, spec)),
      c: bars.map(({ close }) => priceOf(close, spec)),
      v: bars.map(({ volume }) => volume),
    },
  };
}
