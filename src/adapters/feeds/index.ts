import type { RollBook } from '../../domain/instruments/roll-book.js';
import type { EpochMs } from '../../kernel/units.js';
import type { Clock } from '../../ports/clock.js';
import type { Feed } from '../../ports/feed.js';
import type { HistorySource } from '../../ports/history-source.js';
import type { Log } from '../../ports/log.js';
import { createDemoFeed } from './demo/feed.js';
import { createDemoHistory } from './demo/history.js';
import { createFinnhubFeed, createFinnhubHistory } from './finnhub/listener.js';
import { createIbkrFeed, ibkrAddress } from './ibkr/feed.js';
import { createIbkrHistory } from './ibkr/history.js';
import { createMassiveFeed, createMassiveHistory } from './massive/listener.js';
import { createPlatformFeed } from './platform/feed.js';
import { createReplayFeed } from './replay/feed.js';
import { createTwelveDataFeed, createTwelveDataHistory } from './twelve-data/listener.js';

/** What a run knows; each feed takes what it needs. */
export interface FeedOptions {
  readonly clock: Clock;
  readonly roots: readonly string[];
  /** Where the live part begins. */
  readonly from: EpochMs | undefined;
  readonly seed: number;
  readonly files: readonly string[];
  readonly log: Log;
  readonly vendors: VendorSettings;
  /** Which months lead, shared by all feeds of a process; each has its own where it is left out. */
  readonly rolls?: RollBook | undefined;
}

/** Addresses and keys, as far as they are configured. */
export interface VendorSettings {
  readonly massive: { readonly apiKey: string | undefined; readonly baseUrl: string | undefined };
  readonly ibkr: {
    readonly host: string | undefined;
    readonly port: number | undefined;
    readonly clientId: number | undefined;
  };
  readonly twelveData: { readonly apiKey: string | undefined; readonly baseUrl: string | undefined };
  readonly finnhub: { readonly apiKey: string | undefined; readonly baseUrl: string | undefined };
}

export interface FeedEntry {
  readonly name: string;
  /** Throws CONFIG_INVALID naming the setting that it needs and that is not there. */
  create(options: FeedOptions): Feed;
  /** Where the vendor can also be asked for the past. */
  history?(options: FeedOptions): HistorySource;
  /** Whose past it has: markets with delivery months, or what is held itself. */
  readonly past?: 'futures' | 'spots' | 'all';
  /** The vendor's pace is kept within one process only, so one process at a time may ask. */
  readonly isAlone?: true;
}

export const feeds: readonly FeedEntry[] = [
  {
    name: 'demo',
    create: ({ clock, roots, from, seed }) => createDemoFeed({ clock, roots, seed, start: from }),
    history: ({ clock, from, seed }) => createDemoHistory({ clock, seed, start: from }),
    past: 'all',
  },
  { name: 'replay', create: ({ clock, files, from }) => createReplayFeed({ clock, files, from }) },
  { name: 'ninjatrader', create: ({ clock }) => createPlatformFeed({ clock }) },
  {
    name: 'massive',
    create: ({ vendors, clock, roots, log, rolls }) =>
      createMassiveFeed({ ...vendors.massive, clock, roots, log, rolls }),
    history: ({ vendors, log }) => createMassiveHistory({ ...vendors.massive, log }),
    past: 'futures',
  },
  {
    name: 'ibkr',
    create: ({ vendors, clock, roots, log, rolls }) =>
      createIbkrFeed({ address: ibkrAddress(vendors.ibkr), clock, roots, log, rolls }),
    history: ({ vendors, clock, log }) => createIbkrHistory({ address: ibkrAddress(vendors.ibkr), clock, log }),
    past: 'futures',
    isAlone: true,
  },
  {
    name: 'twelve-data',
    create: ({ vendors, clock, roots, log }) => createTwelveDataFeed({ ...vendors.twelveData, clock, roots, log }),
    history: ({ vendors, log }) => createTwelveDataHistory({ ...vendors.twelveData, log }),
    past: 'spots',
  },
  {
    name: 'finnhub',
    create: ({ vendors, clock, roots, log }) => createFinnhubFeed({ ...vendors.finnhub, clock, roots, log }),
    history: ({ vendors, log }) => createFinnhubHistory({ ...vendors.finnhub, log }),
    past: 'spots',
  },
];
