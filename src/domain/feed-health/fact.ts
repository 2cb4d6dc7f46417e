import type { EpochMs } from '../../kernel/units.js';

/**
 * Feed and platform show different prices; no feed is left that brings any; the feed stands still; another source than the
 * first decides the bars; volume has moved the contract on ahead of the calendar.
 */
export const FEED_FACTS = ['price-mismatch', 'lost', 'frozen', 'source', 'roll'] as const;
export type FeedFactKind = (typeof FEED_FACTS)[number];

/** Something that is, or is no longer, true of an instrument's feed. */
export interface FeedFact {
  /** Made from its meaning: the same fact told twice is one. */
  readonly id: string;
  readonly at: EpochMs;
  readonly root: string;
  readonly fact: FeedFactKind;
  /** False when it has ceased to be true. */
  readonly active: boolean;
  readonly text: string;
  readonly facts: Readonly<Record<string, number | string | boolean | null>>;
}

/**
 * Whether two active facts say the same: a process that was started again may date the same trouble anew. Another source and
 * another day of a roll are news.
 */
export const isSameFact = (one: FeedFact, other: FeedFact): boolean =>
  one.root === other.root &&
  one.fact === other.fact &&
  one.facts.source === other.facts.source &&
  one.facts.on === other.facts.on;
