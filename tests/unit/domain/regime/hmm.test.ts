import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emissionOf, type HmmModel, trainHmm, VARIANCE_MIN } from '../../../../src/domain/regime/hmm.js';
import { createRng } from '../../../../src/kernel/rng.js';

/** Rows drawn from three well separated states that last, and the states that made them. */
function drawn(count: number, seed: string): { readonly rows: Float64Array; readonly states: readonly number[] } {
  const rng = createRng(seed);
  const centres = [-3, 0, 3];
  const states: number[] = [];
  const rows = new Float64Array(count * 2);
  let state = 0;
  for (let i = 0; i < count; i += 1) {
    if (rng.next() < 0.05) state = Math.floor(rng.next() * 3);
    states.push(state);
    rows[2 * i] = (centres[state] ?? 0) + rng.normal() * 0.5;
    rows[2 * i + 1] = rng.normal() * (state + 1) * 0.5;
  }
  return { rows, states };
}

const OPTIONS = { states: 3, dims: 2, iterations: 40, seed: '1' };

describe('training', () => {
  test('finds the means, spreads and staying power of the states that made the rows', () => {
    const { model } = trainHmm(drawn(4_000, 'a').rows, OPTIONS);
    const order = [0, 1, 2].sort((a, b) => (model.means[a * 2] ?? 0) - (model.means[b * 2] ?? 0));
    order.forEach((s, rank) => {
      expect(model.means[s * 2]).toBeCloseTo([-3, 0, 3][rank] ?? 0, 1);
      expect(Math.sqrt(model.variances[s * 2] ?? 0)).toBeCloseTo(0.5, 1);
      expect(Math.sqrt(model.variances[s * 2 + 1] ?? 0)).toBeCloseTo((rank + 1) * 0.5, 1);
      // Two of three changes lead to another state: staying has 1 - 0.05 x 2/3.
      expect(model.transitions[s * 3 + s]).toBeCloseTo(0.967, 1);
    });
  });

  test('never lets the likelihood fall, whatever the rows', () => {
    const anyRows = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
      minLength: 40,
      maxLength: 120,
      size: 'max',
    });
    fc.assert(
      fc.property(anyRows, fc.string(), (values, seed) => {
        const rows = Float64Array.from(values.slice(0, values.length - (values.length % 2)));
        const { logLikelihoods, model } = trainHmm(rows, { ...OPTIONS, seed });
        for (const [i, value] of logLikelihoods.entries()) {
          expect(Number.isFinite(value)).toBe(true);
          // Where the floor of the variances binds, a round may lose what the floor takes; nothing else may.
          const isFree = model.variances.every((variance) => variance > VARIANCE_MIN);
          if (i > 0 && isFree)
            expect(value).toBeGreaterThanOrEqual((logLikelihoods[i - 1] ?? 0) - 1e-7 * Math.abs(value));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('gives chances that sum to one and variances no narrower than the floor', () => {
    const { model } = trainHmm(drawn(500, 'b').rows, OPTIONS);
    for (let s = 0; s < 3; s += 1) {
      expect([...model.transitions.subarray(s * 3, s * 3 + 3)].reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    }
    expect([...model.initial].reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(Math.min(...model.variances)).toBeGreaterThanOrEqual(VARIANCE_MIN);
  });

  test('is the same for the same seed', () => {
    const { rows } = drawn(300, 'c');
    expect(trainHmm(rows, OPTIONS)).toEqual(trainHmm(rows, OPTIONS));
  });

  test('refuses fewer rows than the states need', () => {
    expect(() => trainHmm(new Float64Array(4), OPTIONS)).toThrow('too few rows');
  });
});

test('the likelihood of two rows is the sum over every path of states, worked out the long way', () => {
  const model: HmmModel = {
    states: 2,
    dims: 1,
    initial: Float64Array.of(0.7, 0.3),
    transitions: Float64Array.of(0.9, 0.1, 0.4, 0.6),
    means: Float64Array.of(0, 2),
    variances: Float64Array.of(1, 0.25),
  };
  const density = (x: number, s: number) => {
    const variance = model.variances[s] ?? 1;
    return Math.exp(-((x - (model.means[s] ?? 0)) ** 2) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  };
  const out = new Float64Array(2);
  const log = emissionOf(model)([0.5], 0, out, 0);
  expect(Math.exp(log) * (out[0] ?? 0)).toBeCloseTo(density(0.5, 0), 12);
  expect(Math.exp(log) * (out[1] ?? 0)).toBeCloseTo(density(0.5, 1), 12);
});
