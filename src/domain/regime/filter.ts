import type { EpochMs } from '../../kernel/units.js';
import { createRegimeFeatures, type PricedBar, REGIME_DIMS } from './features.js';
import { emissionOf } from './hmm.js';
import { REGIMES, type Regime, type RegimeModel, standard } from './model.js';

/** Chances of the three states given the bars so far, and the label that follows them slowly. */
export interface RegimeReading {
  readonly label: Regime | undefined;
  /** Bars since the label began. */
  readonly bars: number;
  /** In the order of REGIMES; they sum to 1. */
  readonly chances: readonly number[];
}

/** A reading with the model behind it. */
export interface LiveRegime extends RegimeReading {
  /** Open of the newest bar the model was trained on. */
  readonly trainedThrough: EpochMs;
  /** Bars it was trained on. */
  readonly rows: number;
}

export interface RegimeFilter {
  push(bar: PricedBar): void;
  /** Undefined until the features are warm. */
  read(): RegimeReading | undefined;
}

/** A state must be this likely, for this many bars in a row, before the label follows. */
export const CHANCE_MIN = 0.6;
export const BARS_MIN = 3;

/**
 * The forward recursion alone (Rabiner 1989): what is said of a bar never changes when later bars come. A bar without
 * features moves the chances by the transitions only.
 */
export function createRegimeFilter(model: RegimeModel): RegimeFilter {
  const { hmm } = model;
  const { states } = hmm;
  const features = createRegimeFeatures();
  const emission = emissionOf(hmm);
  const row = new Float64Array(REGIME_DIMS);
  const density = new Float64Array(states);
  const ahead = new Float64Array(states);
  const chances = Float64Array.from(hmm.initial);
  let isWarm = false;
  let label: { readonly state: number; bars: number } | undefined;
  let candidate: { readonly state: number; bars: number } | undefined;

  const predict = (): void => {
    for (let t = 0; t < states; t += 1) {
      let sum = 0;
      for (let s = 0; s < states; s += 1) sum += (chances[s] ?? 0) * (hmm.transitions[s * states + t] ?? 0);
      ahead[t] = sum;
    }
    chances.set(ahead);
  };

  const correct = (): void => {
    emission(row, 0, density, 0);
    let total = 0;
    for (let s = 0; s < states; s += 1) total += (chances[s] ?? 0) * (density[s] ?? 0);
    // An observation no reachable state could have made teaches nothing.
    if (!(total > 0)) return;
    for (let s = 0; s < states; s += 1) chances[s] = ((chances[s] ?? 0) * (density[s] ?? 0)) / total;
  };

  const follow = (): void => {
    if (label) label.bars += 1;
    const state = chances.findIndex((chance) => chance >= CHANCE_MIN);
    if (state === -1 || state === label?.state) {
      candidate = undefined;
      return;
    }
    candidate = candidate?.state === state ? candidate : { state, bars: 0 };
    candidate.bars += 1;
    if (candidate.bars < BARS_MIN) return;
    label = { state, bars: candidate.bars };
    candidate = undefined;
  };

  return {
    push(bar) {
      const seen = features.push(bar);
      if (isWarm) predict();
      if (!seen) {
        if (isWarm) follow();
        return;
      }
      isWarm = true;
      for (let d = 0; d < REGIME_DIMS; d += 1) row[d] = standard(seen[d] ?? 0, d, model);
      correct();
      follow();
    },
    read: () =>
      isWarm ? { label: label && REGIMES[label.state], bars: label?.bars ?? 0, chances: [...chances] } : undefined,
  };
}
