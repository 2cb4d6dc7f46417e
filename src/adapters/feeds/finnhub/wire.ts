import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { after, DAY, type EpochMs, epochMs, SECOND } from '../../../kernel/units.js';
import { unavailable } from '../vendor/failure.js';
import { createPatience } from '../vendor/patience.js';
import { redactor } from '../vendor/redact.js';
import { getJson } from '../vendor/rest.js';
import { holdSocket } from '../vendor/socket.js';
import { isPair } from '../vendor/spot.js';
import { readCandles, tickerOf } from './mapper.js';

export interface FinnhubSettings {
  readonly apiKey: string;
  readonly baseUrl: string | undefined;
}

const VENDOR = 'finnhub';
const SETTING = 'FINNHUB_API_KEY';
const REST_URL = 'https://finnhub.io';
const SOCKET_URL = 'wss://ws.finnhub.io';
/** A minute answer is cut off after a month. */
const DAYS_ASKED = 7;

export interface FinnhubWire {
  readonly redact: (text: string) => string;
  /** Rows with `from <= open < to`, a page at a time, oldest first. */
  candles(
    spec: ContractSpec,
    range: { from: EpochMs; to: EpochMs },
    signal: AbortSignal,
  ): AsyncIterable<readonly unknown[]>;
  stream(options: StreamOptions): Promise<void>;
}

export interface StreamOptions {
  readonly tickers: readonly string[];
  readonly signal: AbortSignal;
  /** All tickers were asked for; the vendor confirms none. */
  onAsked(): void;
  onText(text: string): void;
}

export function finnhubWire({ apiKey, baseUrl }: FinnhubSettings): FinnhubWire {
  const redact = redactor(apiKey);
  const patience = createPatience({ attemptsMax: 6, firstMs: 250, longestMs: 15_000 });
  return {
    redact,
    async *candles(spec, { from, to }, signal) {
      for (let at = from; at < to; ) {
        const end = epochMs(Math.min(to, after(at, DAYS_ASKED * DAY)));
        const url = candleUrl(baseUrl, { spec, from: at, to: end, apiKey });
        yield await patience(async () => {
          const read = readCandles(await getJson({ vendor: VENDOR, setting: SETTING, url, redact, signal }));
          if (!read.ok) throw unavailable(`${VENDOR}: ${read.error}`);
          return read.value;
        }, signal);
        at = end;
      }
    },
    stream: ({ tickers, signal, onAsked, onText }) =>
      holdSocket({
        vendor: VENDOR,
        setting: SETTING,
        url: `${socketBase(baseUrl)}/?token=${encodeURIComponent(apiKey)}`,
        redact,
        signal,
        onOpen(send) {
          for (const symbol of tickers) send({ type: 'subscribe', symbol });
          onAsked();
        },
        onText,
      }),
  };
}

const socketBase = (baseUrl: string | undefined): string =>
  baseUrl === undefined ? SOCKET_URL : baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');

interface Query {
  readonly spec: ContractSpec;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly apiKey: string;
}

function candleUrl(baseUrl: string | undefined, { spec, from, to, apiKey }: Query): URL {
  const kind = isPair(spec) ? 'forex' : 'stock';
  const url = new URL(`${(baseUrl ?? REST_URL).replace(/\/+$/, '')}/api/v1/${kind}/candle`);
  const seconds = (at: number): string => String(Math.floor(at / SECOND));
  const query = { symbol: tickerOf(spec), resolution: '1', from: seconds(from), to: seconds(to - 1), token: apiKey };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
