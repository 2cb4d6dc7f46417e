import { z } from 'zod';

/** JSON of `data:status`, written every second of wall time by the data role. Times are ISO-8601 UTC market time. */
export const dataStatusSchema = z.object({
  v: z.literal(1),
  at: z.string(),
  /** Grows by one a write; a reader sees life by change, whatever the clocks say. */
  beat: z.number(),
  feed: z.object({
    name: z.string(),
    state: z.enum(['starting', 'live', 'silent', 'finished', 'failed']),
    reason: z.string().nullable(),
    /** No bar closing at or before this instant will follow; null until the first live bar. */
    complete_through: z.string().nullable(),
    /** Rows and messages refused, of whatever root. */
    refused: z.number(),
    /** What is not as it should be, although bars come; null when nothing is. */
    trouble: z.string().nullable().optional(),
    /** False until the minutes since the newest stored bar were fetched and the engine has decided them. */
    ready: z.boolean().optional(),
    /** Each feed of the run by itself, in order of trust. */
    sources: z
      .array(
        z.object({
          name: z.string(),
          state: z.enum(['starting', 'live', 'silent', 'finished', 'failed']),
          reason: z.string().nullable(),
          complete_through: z.string().nullable(),
        }),
      )
      .optional(),
  }),
  roots: z.array(
    z.object({
      root: z.string(),
      contract: z.string().nullable(),
      /** Open of the newest bar. */
      last_bar_at: z.string().nullable(),
      last_price_at: z.string().nullable(),
      bars: z.number(),
      repeated: z.number(),
      backwards: z.number(),
      refused: z.number(),
      /** The feed that decides its bars, since when, and why it is not the first of the order. */
      source: z.string().optional(),
      source_since: z.string().nullable().optional(),
      source_reason: z.string().nullable().optional(),
      /** Why that feed counts as standing still. */
      frozen: z.string().nullable().optional(),
      /** How the platform's price differs from the feed's. */
      mismatch: z.string().nullable().optional(),
      /** The next change of the contract, as a sentence, in the week before it. */
      roll: z.string().nullable().optional(),
    }),
  ),
  bridges: z.array(
    z.object({
      account: z.string(),
      bridge: z.string(),
      bridge_version: z.string(),
      verdict: z.enum(['IN_SYNC', 'GAP', 'STALE', 'UNKNOWN']),
      seq: z.number(),
      gaps: z.number(),
      heard_at: z.string(),
    }),
  ),
  /** Bridge programs by their own heartbeat: they live although an account may be silent. */
  programs: z.array(
    z.object({
      bridge: z.string(),
      bridge_version: z.string(),
      accounts: z.array(z.string()),
      heard_at: z.string(),
      is_alive: z.boolean(),
    }),
  ),
});
export type DataStatus = z.infer<typeof dataStatusSchema>;

/** JSON of `data:history`: the history of this run is in the store, and the live part begins after `through`. */
export const historyMarkerSchema = z.object({
  run: z.string(),
  through: z.iso.datetime(),
  bars: z.number(),
});
export type HistoryMarker = z.infer<typeof historyMarkerSchema>;
