import { z } from 'zod';

/** Body of `POST /risk/check`: may this trade be entered now? */
export const entryRequestSchema = z.strictObject({
  /** A root (`MGC`) or a platform's contract name (`MGC 12-26`). */
  symbol: z.string().trim().min(1).max(32),
  side: z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toUpperCase() : value),
    z.enum(['LONG', 'SHORT', 'BUY', 'SELL']),
  ),
  size: z.int().min(1).max(1_000),
  entry: z.number().optional(),
  stop: z.number().optional(),
});
export type EntryRequestJson = z.infer<typeof entryRequestSchema>;

const reason = z.object({
  rule: z.string(),
  text: z.string(),
  facts: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
});

/** Its answer. `judged_from` is the instant of the engine's status it was judged on. */
export const entryAnswerSchema = z.object({
  allowed: z.boolean(),
  symbol: z.string(),
  side: z.enum(['LONG', 'SHORT']),
  size: z.number(),
  /** What the trade can lose, and what that was measured with; null when it cannot be told. */
  risk_dollars: z.number().nullable(),
  risk_basis: z.enum(['request', 'plan', '2 ATR', 'unknown']),
  reasons: z.array(reason),
  warnings: z.array(reason),
  as_of: z.string(),
  judged_from: z.string().nullable(),
});
export type EntryAnswer = z.infer<typeof entryAnswerSchema>;
