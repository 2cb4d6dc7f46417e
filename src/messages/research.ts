import { z } from 'zod';

const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();
export type EstimateJson = z.infer<typeof estimate>;

/** Plans of one bias in one band of quality; `quality_to` is exclusive but for 100. All bands together have neither bound. */
export const qualityCellSchema = z.object({
  bias: z.enum(['LONG', 'SHORT', 'NEUTRAL']),
  quality_from: z.number().nullable(),
  quality_to: z.number().nullable(),
  plans: z.int(),
  filled: z.int(),
  tp1: z.int(),
  stopped: z.int(),
  /** Closed at noon New York with neither. */
  timed_out: z.int(),
  hit_rate: estimate,
  mean_r: estimate,
  too_small: z.boolean(),
});
export type QualityCellJson = z.infer<typeof qualityCellSchema>;

export const researchInputSchema = z.object({
  symbol: z.string(),
  /** File name, or `store` for the bars of a running system. */
  source: z.string(),
  bars: z.int(),
  /** Opens of the first and the last bar. */
  from: z.string(),
  to: z.string(),
  /** SHA-256 over the bars. */
  digest: z.string(),
});
export type ResearchInput = z.infer<typeof researchInputSchema>;

/**
 * Does quality sort outcomes? Holds no time of its own: the same bars and code make the same report to the last letter,
 * and `id` is made of both.
 */
export const qualityReportSchema = z.object({
  v: z.literal(1),
  kind: z.literal('quality'),
  id: z.string(),
  code: z.string(),
  quality_version: z.literal(1),
  /** Demo bars are synthetic and prove nothing. */
  origin: z.enum(['files', 'live', 'demo', 'replay', 'store']),
  hours: z.enum(['active', 'all']),
  /** First trading day whose plans count; null for the first of the bars. */
  since: z.string().nullable(),
  inputs: z.array(researchInputSchema),
  days: z.int(),
  plans: z.int(),
  filled: z.int(),
  /** Plans still running when the bars ended: not counted anywhere. */
  unfinished: z.int(),
  verdict: z.enum(['unknown', 'no', 'yes', 'inverted']),
  summary: z.string(),
  /** Rank correlation (Spearman) of quality with R. */
  sorting: estimate,
  /** Fewest filled plans, and trading days with one, that say anything. */
  samples_min: z.int(),
  days_min: z.int(),
  cells: z.array(qualityCellSchema),
  totals: z.array(qualityCellSchema),
  assumptions: z.array(z.string()),
});
export type QualityReport = z.infer<typeof qualityReportSchema>;
