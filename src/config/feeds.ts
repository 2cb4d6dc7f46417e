import type { Config } from './schema.js';

/** What a live feed needs before it can be used; one that is not listed needs nothing. */
interface Need {
  readonly feed: string;
  /** The setting to name when it is missing. */
  readonly setting: string;
  isThere(settings: FeedSettings): boolean;
}

/** In the order in which they are taken where FEED does not say. */
const NEEDS: readonly Need[] = [
  { feed: 'massive', setting: 'MASSIVE_API_KEY', isThere: ({ massive }) => massive.apiKey !== undefined },
  // A port alone means the gateway on this machine.
  {
    feed: 'ibkr',
    setting: 'IBKR_HOST or IBKR_PORT',
    isThere: ({ ibkr }) => ibkr.host !== undefined || ibkr.port !== undefined,
  },
  { feed: 'twelve-data', setting: 'TWELVE_DATA_API_KEY', isThere: ({ twelveData }) => twelveData.apiKey !== undefined },
  { feed: 'finnhub', setting: 'FINNHUB_API_KEY', isThere: ({ finnhub }) => finnhub.apiKey !== undefined },
];

/** Live feeds that take part in a run. */
export interface FeedChoice {
  /** Every one of them, in order of trust. Empty: there is no live feed. */
  readonly feeds: readonly string[];
  /** Those of a root without an order of its own. */
  readonly usual: readonly string[];
  /** Roots whose bars come from these alone, in this order. */
  readonly order: ReadonlyMap<string, readonly string[]>;
  /** What the person at the terminal should know: which feed is used instead of what was asked for. */
  readonly remark: string | undefined;
}

/** What is looked at; a whole `Config` is one. */
export type FeedSettings = Pick<Config, 'feeds' | 'feedOrder' | 'massive' | 'ibkr' | 'twelveData' | 'finnhub'>;

/** Which of the configured feeds can be used: one without its key gives way to the next. */
export function chooseFeeds(settings: FeedSettings): FeedChoice {
  const lacking = NEEDS.filter((need) => !need.isThere(settings));
  const isUsable = (name: string): boolean => lacking.every(({ feed }) => feed !== name);
  const ordered = [...settings.feedOrder.values()].flat();
  const first = NEEDS.map(({ feed }) => feed).filter(isUsable);
  if (settings.feeds.length + ordered.length === 0) return unasked(first);
  // Where FEED does not say, a root without an order of its own has the first feed that can be used.
  const named = settings.feeds.length > 0 ? settings.feeds : first.slice(0, 1);
  const wanted = [...new Set([...named, ...ordered])];
  const feeds = wanted.filter(isUsable);
  const usual = named.filter(isUsable);
  const order = [...settings.feedOrder].map(([root, names]) => [root, names.filter(isUsable)] as const);
  const leftOut = lacking.filter(({ feed }) => wanted.includes(feed));
  return {
    feeds,
    usual: usual.length > 0 ? usual : feeds,
    // A root that is left with none of its own feeds follows the others.
    order: new Map(order.filter(([, names]) => names.length > 0)),
    remark: leftOut.length === 0 ? undefined : leftOutText(leftOut, feeds),
  };
}

function leftOutText(leftOut: readonly Need[], used: readonly string[]): string {
  const gone = leftOut.map(({ feed, setting }) => `${feed} (${setting} is not set)`).join(' and ');
  const instead = used.length === 0 ? 'the demo market is' : `${used.join(', ')} ${used.length === 1 ? 'is' : 'are'}`;
  return `FEED: ${gone} cannot be used; ${instead} used instead.`;
}

function unasked([first]: readonly string[]): FeedChoice {
  const remark =
    first === undefined
      ? 'No live feed is configured; the demo market is used instead.'
      : `FEED is not set; ${first} is used, because its settings are there.`;
  const feeds = first === undefined ? [] : [first];
  return { feeds, usual: feeds, order: new Map(), remark };
}
