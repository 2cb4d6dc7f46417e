import { cell } from '../../src/domain/indicators/indicator.js';
import { trainHmm } from '../../src/domain/regime/hmm.js';
import { createRng } from '../../src/kernel/rng.js';
import { type Benches, type Figure, median } from './support/figure.js';

const [ROWS, ITERATIONS, STATES, DIMS] = [10_000, 50, 3, 3] as const;
const ROUNDS = 7;
const WARM_UPS = 5;

export const benches: Benches = [{ name: 'hmm.train', run: async () => training() }];

/** Fifty rounds on 10,000 rows; the ratio is the time of bare loops over the same arithmetic by the time of a training. */
function training(): Figure {
  const rng = createRng('hmm');
  const rows = Float64Array.from({ length: ROWS * DIMS }, (_, i) => rng.normal() * (1 + (Math.floor(i / 600) % 3)));
  const options = { states: STATES, dims: DIMS, iterations: ITERATIONS, seed: '1' };
  const train = () => {
    const { logLikelihoods } = trainHmm(rows, options);
    const fell = logLikelihoods.some(
      (value, i) => i > 0 && value < (logLikelihoods[i - 1] ?? 0) - 1e-6 * Math.abs(value),
    );
    if (fell || logLikelihoods.length !== ITERATIONS) throw new Error('the likelihood fell, or rounds are missing');
  };
  for (let i = 0; i < WARM_UPS; i += 1) {
    bare(rows);
    train();
  }
  const [own, loop]: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i += 1) {
    loop.push(timed(() => bare(rows)));
    own.push(timed(train));
  }
  return { value: median(own), unit: 'ms', n: ROUNDS, ratio: median(loop) / median(own) };
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}

let sink = 0;

/** The arithmetic of a training with nothing around it: densities, forward, backward and sums, sizes written in. */
function bare(rows: Float64Array): void {
  const table = () => new Float64Array(ROWS * STATES);
  const [density, forward, backward, scale] = [table(), table(), table(), new Float64Array(ROWS)];
  const [means, precision, steps] = [new Float64Array(9), new Float64Array(9).fill(1), new Float64Array(9)];
  const chance = Float64Array.of(0.9, 0.05, 0.05, 0.05, 0.9, 0.05, 0.05, 0.05, 0.9);
  means.set([-1, -1, -1, 0, 0, 0, 1, 1, 1]);
  for (let round = 0; round < ITERATIONS; round += 1) {
    for (let i = 0; i < ROWS; i += 1) {
      let total = 0;
      for (let s = 0; s < STATES; s += 1) {
        let log = 0;
        for (let d = 0; d < DIMS; d += 1) {
          const off = cell(rows, i * DIMS + d) - cell(means, s * DIMS + d);
          log -= 0.5 * off * off * cell(precision, s * DIMS + d);
        }
        density[i * STATES + s] = Math.exp(log);
      }
      for (let t = 0; t < STATES; t += 1) {
        let reach = 1 / STATES;
        if (i > 0) {
          reach = 0;
          for (let s = 0; s < STATES; s += 1)
            reach += cell(forward, (i - 1) * STATES + s) * cell(chance, s * STATES + t);
        }
        const value = reach * cell(density, i * STATES + t) + 1e-300;
        forward[i * STATES + t] = value;
        total += value;
      }
      scale[i] = total;
      for (let t = 0; t < STATES; t += 1) forward[i * STATES + t] = cell(forward, i * STATES + t) / total;
    }
    backward.fill(1, (ROWS - 1) * STATES);
    steps.fill(0);
    for (let i = ROWS - 2; i >= 0; i -= 1) {
      for (let s = 0; s < STATES; s += 1) {
        let sum = 0;
        for (let t = 0; t < STATES; t += 1) {
          const at = (i + 1) * STATES + t;
          const step = (cell(chance, s * STATES + t) * cell(density, at) * cell(backward, at)) / cell(scale, i + 1);
          sum += step;
          steps[s * STATES + t] = cell(steps, s * STATES + t) + cell(forward, i * STATES + s) * step;
        }
        backward[i * STATES + s] = sum;
      }
    }
    const [weight, sums, squares] = [new Float64Array(3), new Float64Array(9), new Float64Array(9)];
    for (let i = 0; i < ROWS; i += 1) {
      for (let s = 0; s < STATES; s += 1) {
        const part = cell(forward, i * STATES + s) * cell(backward, i * STATES + s);
        weight[s] = cell(weight, s) + part;
        for (let d = 0; d < DIMS; d += 1) {
          const x = cell(rows, i * DIMS + d);
          sums[s * DIMS + d] = cell(sums, s * DIMS + d) + part * x;
          squares[s * DIMS + d] = cell(squares, s * DIMS + d) + part * x * x;
        }
      }
    }
    sink += cell(weight, 0) + cell(sums, 0) + cell(squares, 0) + cell(steps, 0);
  }
}

export const spent = (): number => sink;
