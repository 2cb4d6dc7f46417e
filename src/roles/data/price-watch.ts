import type { AccountSnapshot } from '../../domain/accounts/snapshot.js';
import {
  compared,
  LASTING_MS,
  mismatchFacts,
  mismatchText,
  type PriceCheck,
  type Quote,
  quotesAround,
  unchecked,
} from '../../domain/feed-health/price-check.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { after, type EpochMs, MINUTE, SECOND } from '../../kernel/units.js';
import type { FeedBar, FeedTick } from '../../ports/feed.js';
import type { Known } from './facts.js';

/** Compares the feed's last price with the platform's, contract by contract. */
export interface PriceWatch {
  tick(tick: FeedTick): void;
  bars(bars: readonly FeedBar[]): void;
  snapshot(snapshot: AccountSnapshot): void;
  /** What is known of each root as of now. */
  facts(now: EpochMs): readonly Known[];
}

/** The platform reports at least every 5 s; twice that, and its price is old. */
const PLATFORM_HOLDS_MS = 10 * SECOND;
/** A last price is the last price until the next trade; after a minute nobody knows whether it still is. */
const TICK_HOLDS_MS = MINUTE;
/** The close of a bar is a price of its own instant only: the next minute is already being traded. */
const CLOSE_HOLDS_MS = 5 * SECOND;
/** A bar may be this late and is still compared with what the platform showed at its close. */
const REMEMBER_MS = 30 * SECOND;
/** Of a busy second's prices a few are enough; all of them are in the range that is compared. */
const COMPARE_EVERY_MS = 250;
/** Prices nearer to each other are joined, so that a busy minute stays small. */
const JOIN_MS = 100;

interface Compared {
  readonly root: string;
  readonly platform: Quote[];
  check: PriceCheck;
}

export function createPriceWatch(): PriceWatch {
  const feeds = new Map<string, Quote[]>();
  const tickedAt = new Map<string, EpochMs>();
  const comparedAt = new Map<string, EpochMs>();
  const pairs = new Map<string, Compared>();

  const fromFeed = (root: string, quote: Quote): void => {
    const trail = feeds.get(root) ?? [];
    remember(trail, quote);
    feeds.set(root, trail);
    if (quote.at - (comparedAt.get(root) ?? 0) < COMPARE_EVERY_MS) return;
    comparedAt.set(root, quote.at);
    for (const pair of pairs.values()) if (pair.root === root) compare(pair, quote.at);
  };
  const compare = (pair: Compared, at: EpochMs): void => {
    const isTicking = at - (tickedAt.get(pair.root) ?? 0) <= TICK_HOLDS_MS;
    const feed = quotesAround(feeds.get(pair.root) ?? [], at, isTicking ? TICK_HOLDS_MS : CLOSE_HOLDS_MS);
    pair.check = compared(pair.check, { feed, platform: quotesAround(pair.platform, at, PLATFORM_HOLDS_MS), at });
  };
  return {
    tick({ root, contract, price, at }) {
      tickedAt.set(root, at);
      fromFeed(root, { contract, ticks: price, at });
    },
    bars(bars) {
      for (const { root, contract, bar } of bars) {
        const at = after(bar.at, MINUTE);
        // Where last prices come, a close is one of them and older.
        if (at - (tickedAt.get(root) ?? 0) > TICK_HOLDS_MS) fromFeed(root, { contract, ticks: bar.close, at });
      }
    },
    snapshot({ account, positions, pricesConnected, receivedAt: at }) {
      if (!pricesConnected) return;
      for (const { root, contract, symbol, lastPrice } of positions) {
        const spec = root === undefined ? undefined : instrument(root);
        if (!spec || lastPrice === undefined) continue;
        const key = `${account}/${symbol}`;
        const pair = pairs.get(key) ?? { root: spec.root, platform: [], check: unchecked };
        pairs.set(key, pair);
        remember(pair.platform, { contract: contract ?? symbol, ticks: lastPrice * spec.ticksPerPoint, at });
        compare(pair, at);
      }
    },
    facts(now) {
      const roots = new Map<string, PriceCheck[]>();
      for (const [key, { root, check }] of pairs) {
        if (check.comparedAt === undefined || now - check.comparedAt > COMPARED_WITHIN_MS) pairs.delete(key);
        else roots.set(root, [...(roots.get(root) ?? []), check]);
      }
      return [...roots].flatMap(([root, checks]) => knownOf({ root, checks, now }) ?? []);
    },
  };
}

/** Without a comparison for so long nothing is known; where only bars come, there is one each minute. */
const COMPARED_WITHIN_MS = 3 * MINUTE;

/** Undefined while neither difference nor agreement has lasted long enough. */
function knownOf({
  root,
  checks,
  now,
}: {
  root: string;
  checks: readonly PriceCheck[];
  now: EpochMs;
}): Known | undefined {
  const spec = instrument(root);
  if (!spec) return undefined;
  const mismatch = checks.find((check) => check.mismatch)?.mismatch;
  if (mismatch) {
    const about = { root, fact: 'price-mismatch', active: true, since: mismatch.since } as const;
    return { ...about, text: mismatchText(mismatch, spec, now), facts: mismatchFacts(mismatch, spec, now) };
  }
  const agree = checks.every(({ agreesSince }) => agreesSince !== undefined && now - agreesSince >= LASTING_MS);
  if (!agree) return undefined;
  return {
    root,
    fact: 'price-mismatch',
    active: false,
    text: 'feed and platform show the same price again',
    facts: {},
  };
}

/** Keeps a side's newest prices; of several within a moment only those that reach further, and the last. */
function remember(trail: Quote[], quote: Quote): void {
  const [last, before] = [trail.at(-1), trail.at(-2)];
  const isBetween =
    last !== undefined &&
    before !== undefined &&
    quote.at - before.at < JOIN_MS &&
    last.contract === quote.contract &&
    (last.ticks - before.ticks) * (quote.ticks - last.ticks) >= 0;
  if (isBetween) trail.pop();
  trail.push(quote);
  const old = trail.findIndex(({ at }) => quote.at - at <= REMEMBER_MS);
  // The one before them was still in force when they began.
  if (old > 1) trail.splice(0, old - 1);
}
