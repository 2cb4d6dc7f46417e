import { z } from 'zod';
import { REGIME_DIMS } from '../domain/regime/features.js';
import { REGIMES } from '../domain/regime/model.js';
import type { TrainedRegime } from '../domain/regime/training.js';
import { epochMs, iso } from '../kernel/units.js';

const STATES = REGIMES.length;

const table = (length: number) => z.array(z.number()).length(length);
const positive = (length: number) => z.array(z.number().positive()).length(length);
/** Rows of chances, each of which sums to 1. */
const chances = (length: number) =>
  z
    .array(z.number().min(0).max(1))
    .length(length)
    .refine(
      (all) =>
        Array.from({ length: length / STATES }, (_, row) => all.slice(row * STATES, (row + 1) * STATES)).every(
          (row) => Math.abs(row.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-6,
        ),
      'chances that do not sum to 1',
    );

/** A trained model as JSON: row-major tables of three states and three features. Doubles come back to the last bit. */
export const regimeModelSchema = z.object({
  v: z.literal(1),
  /** Open of the newest 5-minute bar it was trained on. */
  trained_through: z.iso.datetime(),
  rows: z.int().positive(),
  initial: chances(STATES),
  transitions: chances(STATES * STATES),
  means: table(STATES * REGIME_DIMS),
  variances: positive(STATES * REGIME_DIMS),
  centre: table(REGIME_DIMS),
  spread: positive(REGIME_DIMS),
  /** Log-likelihood per bar before the first and after the last round. */
  fit: z.object({ first: z.number(), last: z.number(), rounds: z.int() }),
});
export type RegimeModelJson = z.infer<typeof regimeModelSchema>;

export function regimeModelJson({ hmm, centre, spread, rows, fit, trainedThrough }: TrainedRegime): RegimeModelJson {
  return {
    v: 1,
    trained_through: iso(trainedThrough),
    rows,
    initial: plain(hmm.initial),
    transitions: plain(hmm.transitions),
    means: plain(hmm.means),
    variances: plain(hmm.variances),
    centre: plain(centre),
    spread: plain(spread),
    fit,
  };
}

/** JSON knows no minus zero, so nobody else is to see one either. */
const plain = (values: Float64Array): number[] => Array.from(values, (value) => value + 0);

export const regimeModelOf = (json: RegimeModelJson): TrainedRegime => ({
  hmm: {
    states: STATES,
    dims: REGIME_DIMS,
    initial: Float64Array.from(json.initial),
    transitions: Float64Array.from(json.transitions),
    means: Float64Array.from(json.means),
    variances: Float64Array.from(json.variances),
  },
  centre: Float64Array.from(json.centre),
  spread: Float64Array.from(json.spread),
  rows: json.rows,
  fit: json.fit,
  trainedThrough: epochMs(Date.parse(json.trained_through)),
});
