import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { OperationalError } from '../../../kernel/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed } from '../../../ports/feed.js';
import type { HistorySource } from '../../../ports/history-source.js';
import type { Log } from '../../../ports/log.js';
import { refused, unavailable } from '../vendor/failure.js';
import { createVendorFeed } from '../vendor/feed.js';
import { pagesInOrder, vendorHistory } from '../vendor/history.js';
import type { Ear, Listing, VendorSource } from '../vendor/source.js';
import { partOf, spotListings } from '../vendor/spot.js';
import { type Message, readFrame, readRow, tickerOf } from './mapper.js';
import { type FinnhubWire, finnhubWire } from './wire.js';

export interface FinnhubOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly log: Log;
}

const NAME = 'finnhub';

export const createFinnhubFeed = (options: FinnhubOptions & { clock: Clock; roots: readonly string[] }): Feed =>
  createVendorFeed({ ...options, source: finnhubSource(options, options.roots) });

export const createFinnhubHistory = (options: FinnhubOptions): HistorySource =>
  vendorHistory(finnhubSource(options, []), options.log);

function finnhubSource({ apiKey, baseUrl }: FinnhubOptions, roots: readonly string[]): VendorSource {
  if (apiKey === undefined) throw new OperationalError('CONFIG_INVALID', `the feed ${NAME} needs FINNHUB_API_KEY`);
  const wire = finnhubWire({ apiKey, baseUrl });
  return {
    name: NAME,
    buildsMinutes: true,
    // Candles belong to the paid plans; trades are in all of them.
    mayLackPast: true,
    listings: async () => spotListings(NAME, roots, tickerOf),
    live: (listings, ear, signal) => listen(wire, { listings, ear, signal }),
    past(wish, signal, onRefused) {
      const spec = instrument(wish.root);
      if (!spec) throw refused(`${NAME}: ${wish.root} is not in the catalogue`);
      const pages = wire.candles(spec, wish, signal);
      return pagesInOrder(pages, { wish, where: `${NAME} ${wish.root}`, onRefused, read: (row) => readRow(row, spec) });
    },
  };
}

interface Listening {
  readonly listings: readonly Listing[];
  readonly ear: Ear;
  readonly signal: AbortSignal;
}

function listen(wire: FinnhubWire, { listings, ear, signal }: Listening): Promise<void> {
  const byTicker = new Map(listings.map((listing) => [listing.ticker, listing]));
  const hear = (message: Message): void => {
    if (message.kind === 'refused') ear.refused({ where: `${NAME} stream`, reason: message.reason });
    else if (message.kind === 'error') throw failureIn(wire.redact(message.message));
    else {
      const part = partOf(message.trade);
      ear.part(part);
      ear.tick({ root: part.root, contract: part.contract, price: part.close, at: part.at });
    }
  };
  return wire.stream({
    tickers: [...byTicker.keys()],
    signal,
    onAsked: ear.ready,
    onText(text) {
      ear.heard();
      for (const message of readFrame(text, byTicker)) hear(message);
    },
  });
}

const failureIn = (said: string) =>
  /api key|token|access/i.test(said)
    ? refused(`${NAME} does not accept FINNHUB_API_KEY (${said})`)
    : unavailable(`${NAME}: ${said}`);
