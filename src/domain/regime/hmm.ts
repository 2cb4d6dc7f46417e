import { assert } from '../../kernel/assert.js';
import { createRng } from '../../kernel/rng.js';

/**
 * A hidden Markov model with Gaussian observations and diagonal covariance. Everything is row-major: state `s`, dimension
 * `d` of `means` stands at `s * dims + d`; the chance of going from `s` to `t` at `s * states + t` of `transitions`.
 */
export interface HmmModel {
  readonly states: number;
  readonly dims: number;
  readonly initial: Float64Array;
  readonly transitions: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

export interface Training {
  readonly model: HmmModel;
  /** Log-likelihood of the rows under the model each iteration began with; it never falls. */
  readonly logLikelihoods: readonly number[];
}

export interface TrainingOptions {
  readonly states: number;
  readonly dims: number;
  /** At most this many rounds of Baum-Welch. */
  readonly iterations: number;
  readonly seed: string;
  /** Different seeded starts, of which the likeliest after a few rounds is trained on: one start may end in a poor optimum. */
  readonly starts?: number;
  /** Training ends when a round gains less than this share of the log-likelihood; 0 runs every round. */
  readonly tolerance?: number;
}

/** On standardised rows: no state may narrow down to single observations. */
export const VARIANCE_MIN = 1e-3;
/** Prior of staying: regimes last. Training moves it where the rows say otherwise. */
const STAY = 0.9;

/**
 * Baum-Welch (Baum et al. 1970) with the scaled forward-backward recursion of Rabiner 1989. `rows` holds `dims` numbers
 * per observation, standardised. The start is seeded: means by k-means++ on the rows, then pure expectation-maximisation.
 */
export function trainHmm(rows: Float64Array, options: TrainingOptions): Training {
  const { states, dims, iterations, seed, starts = 1, tolerance = 0 } = options;
  const count = rows.length / dims;
  assert(
    Number.isInteger(count) && count >= states * 2,
    `${rows.length} numbers are too few rows for ${states} states`,
  );
  const work = workspace(count, states);
  const tried = Array.from({ length: starts }, (_, start) => {
    const begun = { model: startingModel(rows, { states, dims, seed: `${seed}/${start}` }), logLikelihoods: [] };
    return starts === 1
      ? begun
      : improved(begun, rows, { work, rounds: Math.min(TRIAL_ROUNDS, iterations), tolerance });
  });
  const best = tried.reduce((one, other) => (lastOf(other) > lastOf(one) ? other : one));
  return improved(best, rows, { work, rounds: iterations - best.logLikelihoods.length, tolerance });
}

/** Rounds after which the starts are compared. */
const TRIAL_ROUNDS = 8;

const lastOf = ({ logLikelihoods }: Training): number => logLikelihoods.at(-1) ?? Number.NEGATIVE_INFINITY;

function improved(
  begun: Training,
  rows: Float64Array,
  { work, rounds, tolerance }: { work: Workspace; rounds: number; tolerance: number },
): Training {
  let { model } = begun;
  const logLikelihoods = [...begun.logLikelihoods];
  for (let round = 0; round < rounds; round += 1) {
    const logLikelihood = expectation(model, rows, work);
    const before = logLikelihoods.at(-1);
    logLikelihoods.push(logLikelihood);
    if (before !== undefined && logLikelihood - before < tolerance * Math.abs(before)) break;
    model = maximisation(model, rows, work);
  }
  return { model, logLikelihoods };
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

/**
 * Densities of one row in every state, each divided by the largest of them so that none underflows; returns the logarithm
 * of that largest. `from` is where the row begins in `rows`, `to` where its densities go in `out`.
 */
export type Emission = (rows: ArrayLike<number>, from: number, out: Float64Array, to: number) => number;

export function emissionOf({ states, dims, means, variances }: HmmModel): Emission {
  // The constant of each state once, and the reciprocal variances: the inner loop is most of a training.
  const constant = new Float64Array(states);
  const precision = variances.map((variance) => 1 / variance);
  for (let k = 0; k < variances.length; k += 1) {
    const s = Math.floor(k / dims);
    constant[s] = (constant[s] ?? 0) - 0.5 * (LOG_TWO_PI + Math.log(variances[k] ?? 1));
  }
  return (rows, from, out, to) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let s = 0; s < states; s += 1) {
      let log = constant[s] ?? 0;
      for (let d = 0; d < dims; d += 1) {
        const off = (rows[from + d] ?? 0) - (means[s * dims + d] ?? 0);
        log -= 0.5 * off * off * (precision[s * dims + d] ?? 1);
      }
      out[to + s] = log;
      if (log > largest) largest = log;
    }
    for (let s = 0; s < states; s += 1) out[to + s] = Math.exp((out[to + s] ?? 0) - largest);
    return largest;
  };
}

interface Workspace {
  readonly density: Float64Array;
  readonly forward: Float64Array;
  readonly backward: Float64Array;
  readonly scale: Float64Array;
  /** Expected number of steps from one state to another, over all rows. */
  readonly steps: Float64Array;
}

function workspace(count: number, states: number): Workspace {
  const table = () => new Float64Array(count * states);
  return {
    density: table(),
    forward: table(),
    backward: table(),
    scale: new Float64Array(count),
    steps: new Float64Array(states * states),
  };
}

/** Fills the workspace and returns the log-likelihood of the rows. */
function expectation(model: HmmModel, rows: Float64Array, work: Workspace): number {
  const emission = emissionOf(model);
  let logLikelihood = 0;
  for (let i = 0, to = 0; i < rows.length; i += model.dims, to += model.states) {
    logLikelihood += emission(rows, i, work.density, to);
  }
  forwardPass(model, work);
  for (const scale of work.scale) logLikelihood += Math.log(scale);
  backwardPass(model, work);
  return logLikelihood;
}

function forwardPass({ states, initial, transitions }: HmmModel, { density, forward, scale }: Workspace): void {
  for (let i = 0, at = 0; i < scale.length; i += 1, at += states) {
    let total = 0;
    for (let t = 0; t < states; t += 1) {
      let reach = initial[t] ?? 0;
      if (i > 0) {
        reach = 0;
        for (let s = 0; s < states; s += 1)
          reach += (forward[at - states + s] ?? 0) * (transitions[s * states + t] ?? 0);
      }
      const value = reach * (density[at + t] ?? 0);
      forward[at + t] = value;
      total += value;
    }
    scale[i] = total;
    const share = 1 / total;
    for (let t = 0; t < states; t += 1) forward[at + t] = (forward[at + t] ?? 0) * share;
  }
}

/** Scaled so that forward x backward of a row is the chance of each state there; the steps are summed on the way. */
function backwardPass(
  { states, transitions }: HmmModel,
  { density, forward, backward, scale, steps }: Workspace,
): void {
  steps.fill(0);
  backward.fill(1, (scale.length - 1) * states);
  const ahead = new Float64Array(states);
  for (let i = scale.length - 2; i >= 0; i -= 1) {
    const [here, next] = [i * states, (i + 1) * states];
    const share = 1 / (scale[i + 1] ?? 1);
    for (let t = 0; t < states; t += 1) ahead[t] = (density[next + t] ?? 0) * (backward[next + t] ?? 0) * share;
    for (let s = 0; s < states; s += 1) {
      let sum = 0;
      for (let t = 0; t < states; t += 1) {
        const step = (transitions[s * states + t] ?? 0) * (ahead[t] ?? 0);
        sum += step;
        steps[s * states + t] = (steps[s * states + t] ?? 0) + (forward[here + s] ?? 0) * step;
      }
      backward[here + s] = sum;
    }
  }
}

function maximisation(model: HmmModel, rows: Float64Array, work: Workspace): HmmModel {
  const { states, dims } = model;
  const weight = new Float64Array(states);
  const sums = new Float64Array(states * dims);
  const squares = new Float64Array(states * dims);
  for (let i = 0, at = 0; i < rows.length; i += dims, at += states) {
    for (let s = 0; s < states; s += 1) {
      const chance = (work.forward[at + s] ?? 0) * (work.backward[at + s] ?? 0);
      weight[s] = (weight[s] ?? 0) + chance;
      for (let d = 0; d < dims; d += 1) {
        const part = chance * (rows[i + d] ?? 0);
        sums[s * dims + d] = (sums[s * dims + d] ?? 0) + part;
        squares[s * dims + d] = (squares[s * dims + d] ?? 0) + part * (rows[i + d] ?? 0);
      }
    }
  }
  return {
    states,
    dims,
    initial: normalised(
      model.initial.map((_, s) => (work.forward[s] ?? 0) * (work.backward[s] ?? 0)),
      states,
    ),
    transitions: normalised(work.steps, states),
    means: sums.map((sum, k) => sum / (weight[Math.floor(k / dims)] ?? 1)),
    variances: squares.map((square, k) => {
      const total = weight[Math.floor(k / dims)] ?? 1;
      const mean = (sums[k] ?? 0) / total;
      return Math.max(square / total - mean * mean, VARIANCE_MIN);
    }),
  };
}

/** Each run of `width` numbers divided by its sum; a run of zeros becomes equal shares. */
function normalised(values: Float64Array, width: number): Float64Array {
  const shares = new Float64Array(values.length);
  for (let from = 0; from < values.length; from += width) {
    let sum = 0;
    for (let k = from; k < from + width; k += 1) sum += values[k] ?? 0;
    for (let k = from; k < from + width; k += 1) shares[k] = sum > 0 ? (values[k] ?? 0) / sum : 1 / width;
  }
  return shares;
}

type Start = Pick<TrainingOptions, 'states' | 'dims' | 'seed'>;

function startingModel(rows: Float64Array, { states, dims, seed }: Start): HmmModel {
  const means = spreadMeans(rows, { states, dims, seed });
  const transitions = new Float64Array(states * states).fill(states > 1 ? (1 - STAY) / (states - 1) : 1);
  for (let s = 0; s < states && states > 1; s += 1) transitions[s * states + s] = STAY;
  return {
    states,
    dims,
    initial: new Float64Array(states).fill(1 / states),
    transitions,
    means,
    variances: new Float64Array(states * dims).fill(1),
  };
}

/** k-means++ seeding (Arthur and Vassilvitskii 2007): each next mean is a row drawn by its squared distance from the chosen ones. */
function spreadMeans(rows: Float64Array, { states, dims, seed }: Start): Float64Array {
  const rng = createRng(`${seed}/hmm`);
  const count = rows.length / dims;
  const means = new Float64Array(states * dims);
  const distance = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  let pick = Math.floor(rng.next() * count);
  for (let s = 0; s < states; s += 1) {
    means.set(rows.subarray(pick * dims, (pick + 1) * dims), s * dims);
    let total = 0;
    for (let i = 0; i < count; i += 1) {
      let square = 0;
      for (let d = 0; d < dims; d += 1) square += ((rows[i * dims + d] ?? 0) - (means[s * dims + d] ?? 0)) ** 2;
      if (square < (distance[i] ?? 0)) distance[i] = square;
      total += distance[i] ?? 0;
    }
    let left = rng.next() * total;
    pick = 0;
    while (pick < count - 1 && left > (distance[pick] ?? 0)) {
      left -= distance[pick] ?? 0;
      pick += 1;
    }
  }
  return means;
}
