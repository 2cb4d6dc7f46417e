import type { EpochMs } from '../../kernel/units.js';
import { cell } from '../indicators/indicator.js';
import { createRegimeFeatures, type PricedBar, REGIME_DIMS } from './features.js';
import { emissionOf } from './hmm.js';
import { REGIMES, type Regime, type RegimeModel } from './model.js';

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
  const { hmm, centre, spread } = model;
  const { states, transitions } = hmm;
  const features = createRegimeFeatures();
  const emission = emissionOf(hmm);
  const row = new Float64Array(REGIME_DIMS);
  const density = new Float64Array(states);
  const ahead = new Float64Array(states);
  const chances = Float64Array.from(hmm.initial);
  const following = createLabel();
  let isWarm = false;

  const predict = (): void => {
    for (let t = 0; t < states; t += 1) {
      let sum = 0;
      for (let s = 0; s < states; s += 1) sum += cell(chances, s) * cell(transitions, s * states + t);
      ahead[t] = sum;
    }
    for (let s = 0; s < states; s += 1) chances[s] = cell(ahead, s);
  };

  const correct = (): void => {
    for (let d = 0; d < REGIME_DIMS; d += 1) row[d] = (cell(row, d) - cell(centre, d)) / cell(spread, d);
    emission(row, 0, density, 0);
    let total = 0;
    for (let s = 0; s < states; s += 1) total += cell(chances, s) * cell(density, s);
    // An observation no reachable state could have made teaches nothing.
    if (!(total > 0)) return;
    for (let s = 0; s < states; s += 1) chances[s] = (cell(chances, s) * cell(density, s)) / total;
  };

  return {
    push(bar) {
      const isSeen = features.into(row, bar);
      if (isWarm) predict();
      if (isSeen) correct();
      isWarm ||= isSeen;
      if (isWarm) following.push(chances);
    },
    read: () => (isWarm ? { ...following.read(), chances: [...chances] } : undefined),
  };
}

const NONE = -1;

/** The label follows the chances slowly. */
function createLabel() {
  let [label, bars, candidate, candidateBars] = [NONE, 0, NONE, 0];
  return {
    push(chances: Float64Array): void {
      if (label !== NONE) bars += 1;
      let likely = NONE;
      for (let s = 0; s < chances.length; s += 1) if (cell(chances, s) >= CHANCE_MIN) likely = s;
      if (likely === NONE || likely === label) {
        candidate = NONE;
        return;
      }
      candidateBars = candidate === likely ? candidateBars + 1 : 1;
      candidate = likely;
      if (candidateBars < BARS_MIN) return;
      [label, bars, candidate] = [likely, candidateBars, NONE];
    },
    read: () => ({ label: REGIMES[label], bars }),
  };
}
