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
import { type Message, readMessage, readRow, tickerOf } from './mapper.js';
import { type TwelveDataWire, twelveDataWire } from './wire.js';

export interface TwelveDataOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly log: Log;
}

const NAME = 'twelve-data';

export const createTwelveDataFeed = (options: TwelveDataOptions & { clock: Clock; roots: readonly string[] }): Feed =>
  createVendorFeed({ ...options, source: twelveDataSource(options, options.roots) });

export const createTwelveDataHistory = (options: TwelveDataOptions): HistorySource =>
  vendorHistory(twelveDataSource(options, []), options.log);

function twelveDataSource({ apiKey, baseUrl }: TwelveDataOptions, roots: readonly string[]): VendorSource {
  if (apiKey === undefined) throw new OperationalError('CONFIG_INVALID', `the feed ${NAME} needs TWELVE_DATA_API_KEY`);
  const wire = twelveDataWire({ apiKey, baseUrl });
  return {
    name: NAME,
    buildsMinutes: true,
    listings: async () => spotListings(NAME, roots, tickerOf),
    live: (listings, ear, signal) => listen(wire, { listings, ear, signal }),
    past(wish, signal, onRefused) {
      const spec = instrument(wish.root);
      if (!spec) throw refused(`${NAME}: ${wish.root} is not in the catalogue`);
      const pages = wire.series(tickerOf(spec), wish, signal);
      return pagesInOrder(pages, { wish, where: `${NAME} ${wish.root}`, onRefused, read: (row) => readRow(row, spec) });
    },
  };
}

interface Listening {
  readonly listings: readonly Listing[];
  readonly ear: Ear;
  readonly signal: AbortSignal;
}

function listen(wire: TwelveDataWire, { listings, ear, signal }: Listening): Promise<void> {
  const byTicker = new Map(listings.map((listing) => [listing.ticker, listing]));
  const volumeOf = volumes();
  const hear = (message: Message): void => {
    switch (message.kind) {
      case 'price': {
        const part = partOf({ ...message.trade, volume: volumeOf(message.trade.spec.root, message.dayVolume) });
        ear.part(part);
        ear.tick({ root: part.root, contract: part.contract, price: part.close, at: part.at });
        break;
      }
      case 'subscribed':
        for (const ticker of message.fails)
          ear.refused({ where: `${NAME} stream`, reason: `${ticker} is not offered` });
        if (message.success.length === 0)
          throw unavailable(`${NAME} offers none of ${[...byTicker.keys()].join(', ')}`);
        ear.ready();
        break;
      case 'refused':
        ear.refused({ where: `${NAME} stream`, reason: message.reason });
        break;
      case 'other':
        if (message.isError && message.event !== 'heartbeat')
          ear.refused({ where: `${NAME} stream`, reason: message.event });
    }
  };
  return wire.stream(
    [...byTicker.keys()],
    (text) => {
      ear.heard();
      hear(readMessage(text, byTicker));
    },
    signal,
  );
}

/** A price comes with what was traded since the morning: its own share is the growth. Where nothing is told, each price counts one. */
function volumes(): (root: string, dayVolume: number | undefined) => number {
  const known = new Map<string, number>();
  return (root, dayVolume) => {
    if (dayVolume === undefined) return 1;
    const before = known.get(root);
    known.set(root, dayVolume);
    return before === undefined ? 0 : Math.max(0, dayVolume - before);
  };
}
