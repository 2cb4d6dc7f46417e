import { type EpochMs, iso, SECOND, ticks } from '../../kernel/units.js';
import { type ContractSpec, priceOf } from '../instruments/contract.js';

/** A last price of one side of the comparison. */
export interface Quote {
  /** Listed contract, e.g. `MGCZ6`. */
  readonly contract: string;
  /** Ticks; a platform's average or settlement price need not lie on the grid. */
  readonly ticks: number;
  readonly at: EpochMs;
}

/** More than this many ticks apart is a difference. */
export const TOLERANCE_TICKS = 2;
/** A difference, or an agreement, counts once it has lasted so long. */
export const LASTING_MS = 10 * SECOND;
/** Two prices are of one instant when they are no further apart: messages cross, and a market moves. */
export const SAME_INSTANT_MS = 2 * SECOND;
/** How feed and platform compare in one contract. */
export interface PriceCheck {
  /** First of the comparisons in a row that differed, or agreed. */
  readonly differsSince: EpochMs | undefined;
  readonly agreesSince: EpochMs | undefined;
  readonly comparedAt: EpochMs | undefined;
  readonly mismatch: Mismatch | undefined;
}

/** Feed and platform do not show the same market. */
export interface Mismatch {
  readonly since: EpochMs;
  readonly feed: Quote;
  readonly platform: Quote;
}

export const unchecked: PriceCheck = {
  differsSince: undefined,
  agreesSince: undefined,
  comparedAt: undefined,
  mismatch: undefined,
};

/** Quotes of one side that were in force around an instant, oldest first; empty when nothing is known of that instant. */
export function quotesAround(trail: readonly Quote[], at: EpochMs, holdsMs: number): readonly Quote[] {
  const inside = trail.filter((quote) => Math.abs(quote.at - at) <= SAME_INSTANT_MS);
  const before = trail.findLast((quote) => quote.at < at - SAME_INSTANT_MS);
  return before && at - before.at <= holdsMs ? [before, ...inside] : inside;
}

/** What each side showed around one instant, oldest first. */
export interface QuotePair {
  readonly feed: readonly Quote[];
  readonly platform: readonly Quote[];
  readonly at: EpochMs;
}

/**
 * One comparison: a price of one side against those the other side showed around its instant. Inside their range, or
 * within the tolerance of it, the two agree; what a fast market did in between is no difference.
 */
export function compared(check: PriceCheck, pair: QuotePair): PriceCheck {
  const { at } = pair;
  const [feed, platform] = [pair.feed.at(-1), pair.platform.at(-1)];
  if (!feed || !platform) return check;
  const isApart = between(pair.feed, pair.platform) > TOLERANCE_TICKS;
  const differsSince = isApart ? (check.differsSince ?? at) : undefined;
  const agreesSince = isApart ? undefined : (check.agreesSince ?? at);
  const next = { ...check, differsSince, agreesSince, comparedAt: at };
  if (differsSince !== undefined && at - differsSince >= LASTING_MS)
    return { ...next, mismatch: { since: check.mismatch?.since ?? differsSince, feed, platform } };
  if (agreesSince !== undefined && at - agreesSince >= LASTING_MS) return { ...next, mismatch: undefined };
  return next;
}

/** Ticks between the two ranges of prices; nothing where they overlap. */
function between(feed: readonly Quote[], platform: readonly Quote[]): number {
  const [ours, theirs] = [rangeOf(feed), rangeOf(platform)];
  return apart(Math.max(0, ours.low - theirs.high, theirs.low - ours.high));
}

const rangeOf = (quotes: readonly Quote[]): { readonly low: number; readonly high: number } => ({
  low: Math.min(...quotes.map((quote) => quote.ticks)),
  high: Math.max(...quotes.map((quote) => quote.ticks)),
});

/** Decimal prices leave dust behind the tick. */
const apart = (difference: number): number => Math.round(Math.abs(difference) * 1_000) / 1_000;

/** The mismatch as a sentence; two delivery months are named as its likely cause. */
export function mismatchText({ feed, platform }: Mismatch, spec: ContractSpec, now: EpochMs): string {
  const price = (inTicks: number): string => priceOf(ticks(inTicks), spec).toFixed(spec.decimals);
  const age = (at: EpochMs): string => `${Math.max(0, Math.round((now - at) / SECOND))} s old`;
  const cause = feed.contract === platform.contract ? '' : '; two contract months, which is the likely cause';
  return (
    `PRICE_MISMATCH: feed ${feed.contract} ${price(feed.ticks)} (${age(feed.at)}), ` +
    `platform ${platform.contract} ${price(platform.ticks)} (${age(platform.at)}), ` +
    `${apart(feed.ticks - platform.ticks)} ticks apart${cause}`
  );
}

export const mismatchFacts = ({ feed, platform, since }: Mismatch, spec: ContractSpec, now: EpochMs) => ({
  feed_contract: feed.contract,
  platform_contract: platform.contract,
  feed_price: priceOf(ticks(feed.ticks), spec),
  platform_price: priceOf(ticks(platform.ticks), spec),
  ticks_apart: apart(feed.ticks - platform.ticks),
  feed_age_s: Math.max(0, Math.round((now - feed.at) / SECOND)),
  platform_age_s: Math.max(0, Math.round((now - platform.at) / SECOND)),
  since: iso(since),
});
