import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { createRollBook, type RollBook } from '../../../domain/instruments/roll-book.js';
import { OperationalError } from '../../../kernel/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed } from '../../../ports/feed.js';
import type { HistorySource } from '../../../ports/history-source.js';
import type { Log } from '../../../ports/log.js';
import { refused } from '../vendor/failure.js';
import { createVendorFeed, specsOf } from '../vendor/feed.js';
import { pagesInOrder, vendorHistory } from '../vendor/history.js';
import type { Ear, Listing, Refusal, VendorSource } from '../vendor/source.js';
import { frontMonth } from './front-month.js';
import { type Page, readAggregate, readFrame, type Status } from './mapper.js';
import { dayVolumes } from './volumes.js';
import { type MassiveWire, massiveWire } from './wire.js';

export interface MassiveOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string | undefined;
  readonly log: Log;
}

export interface MassiveFeedOptions extends MassiveOptions {
  readonly clock: Clock;
  readonly roots: readonly string[];
  readonly rolls?: RollBook | undefined;
}

export function createMassiveFeed({ rolls = createRollBook(), ...options }: MassiveFeedOptions): Feed {
  const source = massiveSource(options, { roots: options.roots, rolls });
  return createVendorFeed({ ...options, source, rolls });
}

export const createMassiveHistory = (options: MassiveOptions): HistorySource =>
  vendorHistory(massiveSource(options, { roots: [], rolls: createRollBook() }), options.log);

interface Followed {
  readonly roots: readonly string[];
  readonly rolls: Pick<RollBook, 'front'>;
}

function massiveSource({ apiKey, baseUrl }: MassiveOptions, { roots, rolls }: Followed): VendorSource {
  if (apiKey === undefined) throw new OperationalError('CONFIG_INVALID', 'the feed massive needs MASSIVE_API_KEY');
  const wire = massiveWire({ apiKey, baseUrl });
  // The vendor's names of the months it lists, by ours.
  const spellings = new Map<string, string>();
  return {
    name: 'massive',
    buildsMinutes: false,
    async listings(at, signal) {
      const contractOf = (spec: ContractSpec): string => rolls.front(spec, at).symbol;
      const months = await Promise.all(
        specsOf(roots).map((spec) => frontMonth(wire, { spec, contract: contractOf(spec), at, signal })),
      );
      const found = months.flatMap(({ listing }) => listing ?? []);
      for (const { tickers } of months) for (const [contract, ticker] of tickers) spellings.set(contract, ticker);
      return { found, refused: [...strangersIn(roots), ...months.flatMap((month) => month.refused)] };
    },
    volumes: (question, signal) => dayVolumes({ wire, tickers: spellings }, question, signal),
    live: (listings, ear, signal) => listen(wire, { listings, ear, signal }),
    past(wish, signal, onRefused) {
      const { contract, from, to } = wish;
      const spec = instrument(wish.root);
      if (!spec) throw refused(`massive: ${wish.root} is not in the catalogue`);
      const listing = { spec, contract, ticker: spellings.get(contract) ?? contract };
      const query = { ticker: listing.ticker, resolution: '1min', from, to } as const;
      return pagesInOrder(rowsOf(wire.aggregates(query, signal)), {
        wish,
        where: `massive ${contract}`,
        read: (row) => readAggregate(row, listing),
        onRefused,
      });
    },
    close: wire.close,
  };
}

async function* rowsOf(pages: AsyncIterable<Page>): AsyncGenerator<readonly unknown[]> {
  for await (const { rows } of pages) yield rows;
}

const strangersIn = (roots: readonly string[]): readonly Refusal[] =>
  roots
    .filter((root) => instrument(root) === undefined)
    .map((root) => ({ where: `massive ${root}`, reason: `${root} is not in the catalogue` }));

interface Listening {
  readonly listings: readonly Listing[];
  readonly ear: Ear;
  readonly signal: AbortSignal;
}

function listen(wire: MassiveWire, { listings, ear, signal }: Listening): Promise<void> {
  const byTicker = new Map(listings.map((listing) => [listing.ticker, listing]));
  return wire.stream({
    tickers: listings.map(({ ticker }) => ticker),
    signal,
    onReady: ear.ready,
    onFrame(text) {
      ear.heard();
      const statuses: Status[] = [];
      for (const message of readFrame(text, byTicker)) {
        if (message.kind === 'bar') ear.bar(message.bar);
        else if (message.kind === 'tick') ear.tick(message.tick);
        else if (message.kind === 'status') statuses.push(message.status);
        else if (message.kind === 'refused') ear.refused({ where: 'massive stream', reason: message.reason });
      }
      return statuses;
    },
  });
}
