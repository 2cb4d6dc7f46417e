import { z } from 'zod';

export const stretchSchema = z.object({ from: z.string(), until: z.string(), minutes: z.int() });

export const outlierSchema = z.object({
  /** Open of the bar. */
  at: z.string(),
  contract: z.string(),
  side: z.enum(['high', 'low']),
  price: z.number(),
  /** How far the price stands beyond the closes before and after, and the median range at this time of day. */
  excursion: z.number(),
  usual_range: z.number(),
});

export const knownEmptySchema = z.object({
  source: z.string(),
  from: z.string(),
  until: z.string(),
  asked_at: z.string(),
});

/** One trading day of one symbol. */
export const dayQualitySchema = z.object({
  symbol: z.string(),
  day: z.string(),
  grade: z.enum(['shut', 'complete', 'quiet', 'holes', 'none', 'unknown']),
  expected: z.int(),
  /** The holiday because of which fewer minutes are expected, or none. */
  holiday: z.string().nullable(),
  present: z.int(),
  /** Null, and the grade unknown, while a file of the archive that may hold the rest cannot be read. */
  missing: z.int().nullable(),
  unreadable: z.string().nullable(),
  outside: z.int(),
  archived: z.boolean(),
  sources: z.array(z.string()),
  duplicates_refused: z.int(),
  late: z.int(),
  refused: z.int(),
  /** The same three by the feed that brought them. */
  not_taken: z.array(z.object({ source: z.string(), duplicates_refused: z.int(), late: z.int(), refused: z.int() })),
  /** Null where the bars were not looked at one by one: no bar is stored, or its file cannot be read. */
  missing_stretches: z.array(stretchSchema).nullable(),
  outliers: z.array(outlierSchema).nullable(),
  /** Stretches that a vendor was asked for and has no bar in. Null where a day was not asked for alone. */
  known_empty: z.array(knownEmptySchema).nullable(),
});
export type DayQualityJson = z.infer<typeof dayQualitySchema>;

/** JSON of `/api/data-quality`. Times are ISO-8601 UTC; days are trading days, oldest first. */
export const dataQualitySchema = z.object({
  v: z.literal(1),
  as_of: z.string(),
  refused_without_symbol: z.int(),
  days: z.array(dayQualitySchema),
});
export type DataQualityJson = z.infer<typeof dataQualitySchema>;
