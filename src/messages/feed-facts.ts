import { z } from 'zod';
import { FEED_FACTS, type FeedFact } from '../domain/feed-health/fact.js';
import { epochMs, iso } from '../kernel/units.js';

/** What the data role tells the engine of an instrument's feed. */
export const feedFactSchema = z.object({
  id: z.string().min(1).max(200),
  at: z.iso.datetime(),
  symbol: z.string(),
  fact: z.enum(FEED_FACTS),
  active: z.boolean(),
  text: z.string().max(1_000),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});
export type FeedFactJson = z.infer<typeof feedFactSchema>;

export const feedFactJson = ({ root, at, ...fact }: FeedFact): FeedFactJson => ({
  ...fact,
  at: iso(at),
  symbol: root,
  facts: { ...fact.facts },
});

export const feedFactOf = ({ symbol, at, ...fact }: FeedFactJson): FeedFact => ({
  id: fact.id,
  fact: fact.fact,
  active: fact.active,
  text: fact.text,
  facts: fact.facts,
  at: epochMs(Date.parse(at)),
  root: symbol,
});
