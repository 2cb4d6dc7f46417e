import { err, ok, type Result } from '../../kernel/result.js';
import { ATR_DIM, createRegimeFeatures, type PricedBar, REGIME_DIMS } from './features.js';
import { type HmmModel, trainHmm } from './hmm.js';

/** States from the smallest ATR to the largest. */
export const REGIMES = ['calm', 'trending', 'stressed'] as const;
export type Regime = (typeof REGIMES)[number];

/** A trained model of one instrument. States stand in the order of REGIMES. */
export interface RegimeModel {
  readonly hmm: HmmModel;
  /** Mean and deviation of each feature over the training rows; live rows are standardised by the same. */
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  /** Rows it was trained on. */
  readonly rows: number;
  /** Log-likelihood per row before the first and after the last round. */
  readonly fit: { readonly first: number; readonly last: number; readonly rounds: number };
}

/** Fewer rows than about two trading days of 5-minute bars say nothing of regimes. */
export const ROWS_MIN = 500;
const ROUNDS_MAX = 50;
const TOLERANCE = 1e-7;
const STARTS = 5;

/**
 * Trains on closed 5-minute bars, oldest first. Same bars and seed, same model. An error says what the bars lack. `breaks`
 * holds the places of bars that follow none, because another contract begins there.
 */
export function trainRegime(
  bars: readonly PricedBar[],
  seed: string,
  breaks: ReadonlySet<number> = new Set(),
): Result<RegimeModel, string> {
  let features = createRegimeFeatures();
  const row = new Float64Array(REGIME_DIMS);
  const raw = bars.flatMap((bar, i) => {
    if (breaks.has(i)) features = createRegimeFeatures();
    return features.into(row, bar) ? [...row] : [];
  });
  const count = raw.length / REGIME_DIMS;
  if (count < ROWS_MIN) return err(`${count} usable 5-minute bars, ${ROWS_MIN} are the fewest to train on`);
  const { centre, spread, flat } = momentsOf(raw);
  if (flat !== undefined) return err(`${FEATURE_NAMES[flat] ?? 'a feature'} never changes in these bars`);
  const rows = Float64Array.from(raw, (value, k) => standard(value, k % REGIME_DIMS, { centre, spread }));
  const options = {
    states: REGIMES.length,
    dims: REGIME_DIMS,
    iterations: ROUNDS_MAX,
    seed,
    tolerance: TOLERANCE,
    starts: STARTS,
  };
  const { model, logLikelihoods } = trainHmm(rows, options);
  const fit = {
    first: (logLikelihoods[0] ?? 0) / count,
    last: (logLikelihoods.at(-1) ?? 0) / count,
    rounds: logLikelihoods.length,
  };
  return ok({ hmm: byAtr(model), centre, spread, rows: count, fit });
}

const FEATURE_NAMES = ['the log return', 'the ATR', 'the volume'];

/** A feature of one row as the model counts it: deviations from the training mean. */
export const standard = (
  value: number,
  dim: number,
  { centre, spread }: Pick<RegimeModel, 'centre' | 'spread'>,
): number => (value - (centre[dim] ?? 0)) / (spread[dim] ?? 1);

function momentsOf(raw: readonly number[]) {
  const count = raw.length / REGIME_DIMS;
  const centre = new Float64Array(REGIME_DIMS);
  const spread = new Float64Array(REGIME_DIMS);
  for (const [k, value] of raw.entries()) centre[k % REGIME_DIMS] = (centre[k % REGIME_DIMS] ?? 0) + value / count;
  for (const [k, value] of raw.entries()) {
    const d = k % REGIME_DIMS;
    spread[d] = (spread[d] ?? 0) + (value - (centre[d] ?? 0)) ** 2 / count;
  }
  for (let d = 0; d < REGIME_DIMS; d += 1) spread[d] = Math.sqrt(spread[d] ?? 0);
  // By the values themselves: the rounding of a mean would make a constant look alive.
  const flat = spread.findIndex((_, d) => raw.every((value, k) => k % REGIME_DIMS !== d || value === raw[d]));
  return { centre, spread, flat: flat === -1 ? undefined : flat };
}

/** The same model with its states sorted by mean ATR, so that a name always means the same. */
function byAtr({ states, dims, initial, transitions, means, variances }: HmmModel): HmmModel {
  const order = [...initial.keys()].sort((a, b) => (means[a * dims + ATR_DIM] ?? 0) - (means[b * dims + ATR_DIM] ?? 0));
  const rowsOf = (table: Float64Array, width: number) =>
    Float64Array.from(order.flatMap((s) => [...table.subarray(s * width, (s + 1) * width)]));
  const moved = rowsOf(transitions, states);
  return {
    states,
    dims,
    initial: rowsOf(initial, 1),
    transitions: moved.map((_, k) => moved[Math.floor(k / states) * states + (order[k % states] ?? 0)] ?? 0),
    means: rowsOf(means, dims),
    variances: rowsOf(variances, dims),
  };
}
