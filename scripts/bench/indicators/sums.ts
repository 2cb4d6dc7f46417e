import { cell } from '../../../src/domain/indicators/indicator.js';

/** Where an indicator's answers are summed up. */
export const SUM = {
  EMA: 0,
  ATR: 1,
  LOWER: 2,
  MIDDLE: 3,
  UPPER: 4,
  AO: 5,
  ADX: 6,
  VWAP: 7,
  MAX: 8,
  MIN: 9,
  RSI: 10,
} as const;
export const SUMS = 11;
export const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;

/** Bars left out of the sums: libraries seed their averages differently, and by then no trace of it is left. */
export const SKIPPED = 5_000;

type Answer = number | undefined | null;

/** Adds the answers from bar SKIPPED on; a library may have dropped the silent bars at the front. */
export function sumInto(sums: Float64Array, slot: number, answers: readonly Answer[], bars: number): void {
  let sum = cell(sums, slot);
  for (let i = answers.length - (bars - SKIPPED); i < answers.length; i += 1) sum += answers[i] ?? Number.NaN;
  sums[slot] = sum;
}

export interface Bands {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

export function sumBands(
  sums: Float64Array,
  answers: readonly (Partial<Bands> | undefined | null)[],
  bars: number,
): void {
  let [lower, middle, upper] = [0, 0, 0];
  for (let i = answers.length - (bars - SKIPPED); i < answers.length; i += 1) {
    const band = answers[i];
    lower += band?.lower ?? Number.NaN;
    middle += band?.middle ?? Number.NaN;
    upper += band?.upper ?? Number.NaN;
  }
  sums[SUM.LOWER] = lower;
  sums[SUM.MIDDLE] = middle;
  sums[SUM.UPPER] = upper;
}

/** Stops the bench unless two subjects computed the same; a slot either of them leaves at zero is not compared. */
export function assertAgree(name: string, left: Float64Array, right: Float64Array, tolerance: number): void {
  for (let slot = 0; slot < SUMS; slot += 1) {
    const [a, b] = [cell(left, slot), cell(right, slot)];
    if (!Number.isFinite(a) || !Number.isFinite(b)) throw new Error(`${name}: sum ${slot} is ${a} against ${b}`);
    // Without VWAP on one side; all other sums are far from zero but AO's, which swings about it.
    if (slot === SUM.VWAP && (a === 0 || b === 0)) continue;
    // trading-signals counts a step on both sides where rise and fall are equal, which whole ticks often are.
    const allowed = slot === SUM.ADX && name === 'trading-signals' ? 0.03 : tolerance;
    const off = Math.abs(a - b) / Math.max(1, Math.abs(a), Math.abs(b));
    if (off > allowed) throw new Error(`${name}: sum ${slot} is ${a} against ${b}`);
  }
}
