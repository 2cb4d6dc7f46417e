import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { DefaultApi } from '@massive.com/client-js';
import { messageOf } from '../../../kernel/errors.js';
import type { EpochMs } from '../../../kernel/units.js';
import { failureOfStatus, refused, retryAfterOf, unavailable, VendorFailure } from '../vendor/failure.js';
import { createPatience, type Patience } from '../vendor/patience.js';
import { redactor } from '../vendor/redact.js';
import { saidIn } from '../vendor/rest.js';
import { holdSocket } from '../vendor/socket.js';
import { type Page, readPage, type Status } from './mapper.js';

export interface MassiveSettings {
  readonly apiKey: string;
  readonly baseUrl: string | undefined;
}

const REST_URL = 'https://api.massive.com';
const SOCKET_URL = 'wss://socket.massive.com';
const VENDOR = 'massive';
const SETTING = 'MASSIVE_API_KEY';
/** The vendor's own limit of a page. */
const ROWS_MAX = 50_000;
const ANSWER_MS = 60_000;

export interface AggregatesQuery {
  readonly ticker: string;
  readonly resolution: '1min' | '1session';
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface StreamOptions {
  readonly tickers: readonly string[];
  readonly signal: AbortSignal;
  /** Every minute channel is confirmed. */
  onReady(): void;
  /** Reads a frame and hands back what the vendor says of the connection itself. */
  onFrame(text: string): readonly Status[];
}

export interface MassiveWire {
  /** Pages of a contract's bars with `from <= open < to`, oldest first. */
  aggregates(query: AggregatesQuery, signal: AbortSignal): AsyncIterable<Page>;
  /** The contracts of a product as they stand on a day (`yyyy-MM-dd`). */
  contracts(product: string, day: string, signal: AbortSignal): AsyncIterable<Page>;
  /** One connection, until it is lost or `signal` aborts. */
  stream(options: StreamOptions): Promise<void>;
  close(): void;
}

/** REST through the vendor's client, the websocket by ourselves. The key is in every address, so no foreign error leaves here. */
export function massiveWire({ apiKey, baseUrl }: MassiveSettings): MassiveWire {
  const redact = redactor(apiKey);
  const client = clientOf(apiKey, baseUrl);
  const patience = createPatience({ attemptsMax: 7, firstMs: 250, longestMs: 15_000 });
  const agents = { httpAgent: new HttpAgent({ keepAlive: true }), httpsAgent: new HttpsAgent({ keepAlive: true }) };
  const pagesOf = (first: Call, next: Call, signal: AbortSignal) =>
    pages({ client, agents, redact, patience, signal }, first, next);
  return {
    aggregates: ({ ticker, resolution, from, to }, signal) =>
      pagesOf(
        async (api, options) => {
          const range = { windowStartGte: nanoseconds(from), windowStartLt: nanoseconds(to) };
          return api.aggregatesV1({ ticker, resolution, limit: ROWS_MAX, ...range }, withOrder(options));
        },
        (api, options) => api.aggregatesV1({ ticker }, options),
        signal,
      ),
    contracts: (product, day, signal) =>
      pagesOf(
        (api, options) => api.getFuturesV1Contracts({ productCode: product, date: day, limit: 1_000 }, options),
        (api, options) => api.getFuturesV1Contracts({}, options),
        signal,
      ),
    stream: (options) => stream({ url: socketUrl(baseUrl), apiKey, redact }, options),
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** The socket stands beside the REST address: a base address of one's own serves both. */
export function socketUrl(baseUrl: string | undefined): string {
  const base = baseUrl === undefined ? SOCKET_URL : baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
  return `${base}/futures`;
}

/** The client is large and brings its own HTTP library: only a process that asks this vendor loads it. */
function clientOf(apiKey: string, baseUrl: string | undefined): () => Promise<DefaultApi> {
  let client: Promise<DefaultApi> | undefined;
  return () => {
    client ??= import('@massive.com/client-js').then(({ restClient }) =>
      restClient(apiKey, (baseUrl ?? REST_URL).replace(/\/+$/, '')),
    );
    return client;
  };
}

interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

interface RequestOptions extends Agents {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly maxRedirects: 0;
  readonly params: Readonly<Record<string, string>>;
}

type Call = (api: DefaultApi, options: RequestOptions) => Promise<unknown>;

/** The client's own spelling of the order is an enum that exists only where the client is loaded. */
const withOrder = (options: RequestOptions): RequestOptions => ({
  ...options,
  params: { ...options.params, sort: 'window_start.asc' },
});

const nanoseconds = (at: EpochMs): string => `${at}000000`;

interface Asking {
  readonly agents: Agents;
  readonly client: () => Promise<DefaultApi>;
  readonly redact: (text: string) => string;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

async function* pages(asking: Asking, first: Call, next: Call): AsyncGenerator<Page> {
  const { client, agents, redact, patience, signal } = asking;
  let params: Readonly<Record<string, string>> = {};
  const seen = new Set<string>();
  for (let call = first; ; call = next) {
    const page = await patience(async () => {
      const options = { ...agents, signal, timeout: ANSWER_MS, maxRedirects: 0, params } as const;
      const body = await call(await client(), options).catch((error: unknown) => {
        throw failureOf(error, redact);
      });
      const read = readPage(body);
      // A body that breaks off in the middle is no JSON any more, and a second try may bring it whole.
      if (!read.ok) throw unavailable(`${VENDOR}: ${read.error}`);
      return read.value;
    }, signal);
    yield page;
    if (page.nextUrl === undefined) return;
    params = paramsOf(page.nextUrl);
    const cursor = JSON.stringify(params);
    if (seen.has(cursor)) throw unavailable(`${VENDOR}: the pages of an answer go round in a circle`);
    seen.add(cursor);
  }
}

/** Of the next page's address only its parameters are used: the key is never sent to another host. */
function paramsOf(nextUrl: string): Readonly<Record<string, string>> {
  if (!URL.canParse(nextUrl)) throw unavailable(`${VENDOR}: the address of the next page cannot be read`);
  const params = Object.fromEntries(new URL(nextUrl).searchParams);
  return Object.fromEntries(Object.entries(params).filter(([name]) => name !== 'apiKey'));
}

/** What a failed request comes to. Nothing of the original error is kept: it holds the address, and so the key. */
function failureOf(error: unknown, redact: (text: string) => string): VendorFailure {
  if (error instanceof VendorFailure) return error;
  const { response } = error as {
    readonly response?: { status?: number; headers?: Record<string, unknown>; data?: unknown };
  };
  // An answer that broke off carries the status it began with.
  if (response?.status !== undefined && response.status >= 400) {
    const retryAfterMs = retryAfterOf(response.headers?.['retry-after']);
    const text = redact(saidIn(response.data));
    const more = { vendor: VENDOR, setting: SETTING, text, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return failureOfStatus(response.status, more);
  }
  return unavailable(`${VENDOR} cannot be reached: ${redact(messageOf(error))}`);
}

interface StreamParts {
  readonly url: string;
  readonly apiKey: string;
  readonly redact: (text: string) => string;
}

/** Logs in, subscribes to minutes (`AM`) for bars and seconds (`A`) for last prices, and listens. */
function stream({ url, apiKey, redact }: StreamParts, options: StreamOptions): Promise<void> {
  const { tickers, signal, onReady, onFrame } = options;
  const unconfirmed = new Set(tickers.map((ticker) => `AM.${ticker}`));
  const answer = ({ status, message }: Status, send: (message: unknown) => void): void => {
    if (status === 'auth_success') {
      const params = tickers.flatMap((ticker) => [`AM.${ticker}`, `A.${ticker}`]).join(',');
      send({ action: 'subscribe', params });
    } else if (status === 'auth_failed' || status === 'auth_timeout' || /not authorized/i.test(message)) {
      throw refused(`${VENDOR} does not accept ${SETTING} for its futures stream (${redact(message) || status})`);
    } else if (status === 'success' && unconfirmed.size > 0) {
      for (const channel of message.replace(/^subscribed to:/, '').split(',')) unconfirmed.delete(channel.trim());
      if (unconfirmed.size === 0) onReady();
    } else if (status === 'error' || status === 'max_connections') {
      throw unavailable(`${VENDOR}: ${redact(message) || status}`);
    }
  };
  return holdSocket({
    vendor: VENDOR,
    setting: SETTING,
    url,
    redact,
    signal,
    onOpen: (send) => send({ action: 'auth', params: apiKey }),
    onText(text, send) {
      for (const status of onFrame(text)) answer(status, send);
    },
  });
}
