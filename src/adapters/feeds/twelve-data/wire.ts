import { after, type EpochMs, epochMs, iso, MINUTE } from '../../../kernel/units.js';
import { failureOfStatus, unavailable } from '../vendor/failure.js';
import { createPatience } from '../vendor/patience.js';
import { redactor } from '../vendor/redact.js';
import { getJson } from '../vendor/rest.js';
import { holdSocket } from '../vendor/socket.js';
import { readSeries } from './mapper.js';

export interface TwelveDataSettings {
  readonly apiKey: string;
  readonly baseUrl: string | undefined;
}

const VENDOR = 'twelve-data';
const SETTING = 'TWELVE_DATA_API_KEY';
const REST_URL = 'https://api.twelvedata.com';
const SOCKET_URL = 'wss://ws.twelvedata.com';
/** The vendor's own limit of an answer. */
const ROWS_MAX = 5_000;
/** The server closes a connection that says nothing for longer. Wall milliseconds. */
const HEARTBEAT_EVERY_MS = 10_000;
/** Requests are counted by the minute: what is refused now is welcome in the next. */
const NEXT_MINUTE_MS = 61_000;

export interface TwelveDataWire {
  /** Rows of a ticker with `from <= open < to`, a page at a time, oldest first. */
  series(ticker: string, range: { from: EpochMs; to: EpochMs }, signal: AbortSignal): AsyncIterable<readonly unknown[]>;
  /** One connection, subscribed to the tickers, until it is lost or `signal` aborts. */
  stream(tickers: readonly string[], onText: (text: string) => void, signal: AbortSignal): Promise<void>;
}

export function twelveDataWire({ apiKey, baseUrl }: TwelveDataSettings): TwelveDataWire {
  const redact = redactor(apiKey);
  const patience = createPatience({ attemptsMax: 6, firstMs: 250, longestMs: 15_000 });
  const page = (ticker: string, from: EpochMs, to: EpochMs, signal: AbortSignal) =>
    patience(async () => {
      const url = seriesUrl(baseUrl, { ticker, from, to, apiKey });
      const read = readSeries(await getJson({ vendor: VENDOR, setting: SETTING, url, redact, signal }), ticker);
      if (!read.ok) throw unavailable(`${VENDOR}: ${read.error}`);
      if (read.value.kind !== 'error') return read.value.kind === 'rows' ? read.value.rows : [];
      const { code, message } = read.value;
      const more = code === 429 ? { retryAfterMs: NEXT_MINUTE_MS } : {};
      throw failureOfStatus(code, { vendor: VENDOR, setting: SETTING, text: redact(message), ...more });
    }, signal);
  return {
    async *series(ticker, { from, to }, signal) {
      for (let at = from; at < to; ) {
        const end = epochMs(Math.min(to, after(at, ROWS_MAX * MINUTE)));
        yield await page(ticker, at, end, signal);
        at = end;
      }
    },
    async stream(tickers, onText, signal) {
      const url = `${socketBase(baseUrl)}/v1/quotes/price?apikey=${encodeURIComponent(apiKey)}`;
      let beating: NodeJS.Timeout | undefined;
      try {
        await holdSocket({
          vendor: VENDOR,
          setting: SETTING,
          url,
          redact,
          signal,
          onOpen(send) {
            send({ action: 'subscribe', params: { symbols: tickers.join(',') } });
            beating = setInterval(() => send({ action: 'heartbeat' }), HEARTBEAT_EVERY_MS);
          },
          onText,
        });
      } finally {
        clearInterval(beating);
      }
    },
  };
}

const socketBase = (baseUrl: string | undefined): string =>
  baseUrl === undefined ? SOCKET_URL : baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');

interface Query {
  readonly ticker: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly apiKey: string;
}

/** Both ends of the vendor's range count, so the last minute wished for is the end. */
function seriesUrl(baseUrl: string | undefined, { ticker, from, to, apiKey }: Query): URL {
  const url = new URL(`${(baseUrl ?? REST_URL).replace(/\/+$/, '')}/time_series`);
  const time = (at: EpochMs): string => iso(at).slice(0, 19).replace('T', ' ');
  const query = {
    symbol: ticker,
    interval: '1min',
    timezone: 'UTC',
    order: 'ASC',
    outputsize: String(ROWS_MAX),
    start_date: time(from),
    end_date: time(after(to, -MINUTE)),
    apikey: apiKey,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
