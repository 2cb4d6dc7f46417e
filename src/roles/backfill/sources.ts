import { instrument } from '../../domain/instruments/catalogue/index.js';
import { OperationalError } from '../../kernel/errors.js';
import type { HistorySource } from '../../ports/history-source.js';

/** A feed whose past can be asked for. */
export interface PastFeed {
  readonly name: string;
  /** Markets of exchanges with delivery months, or what is held itself: stocks and currencies. */
  readonly past: 'futures' | 'spots' | 'all';
  /** The vendor's pace is kept within one process only. */
  readonly isAlone: boolean;
  open(): HistorySource;
}

export interface PastFeeds {
  /** The vendor to ask for an instrument; a named one has to have it. */
  sourceOf(root: string, named: string | undefined): string | undefined;
  /** Opened once. Throws CONFIG_INVALID naming the setting that is missing. */
  source(name: string): HistorySource;
  isAlone(name: string): boolean;
  close(): Promise<void>;
}

/** `order` is the feeds of an instrument in order of trust. */
export function pastFeeds(feeds: readonly PastFeed[], order: (root: string) => readonly string[]): PastFeeds {
  const opened = new Map<string, HistorySource>();
  const find = (name: string): PastFeed | undefined => feeds.find((feed) => feed.name === name);
  const has = (name: string, root: string): boolean => {
    const past = find(name)?.past;
    return past === 'all' || past === (instrument(root)?.expiry === 'none' ? 'spots' : 'futures');
  };
  return {
    sourceOf: (root, named) => (named === undefined ? order(root) : [named]).find((name) => has(name, root)),
    source(name) {
      const known = opened.get(name);
      if (known) return known;
      const feed = find(name);
      if (!feed) throw new OperationalError('CONFIG_INVALID', `no feed "${name}" can be asked for the past`);
      const source = feed.open();
      opened.set(name, source);
      return source;
    },
    isAlone: (name) => find(name)?.isAlone ?? false,
    async close() {
      await Promise.all([...opened.values()].map((source) => source.close()));
    },
  };
}
