import { createRng } from '../../kernel/rng.js';
import type { Bias } from '../focus/types.js';
import type { FilledOutcome } from './outcome.js';
import type { Sample } from './sampler.js';
import { BLOCKS_MIN, bootstrapMean, type Estimate, type Observation, spearman, wilson } from './statistics.js';

/** Fewer filled plans, in a cell or on the whole, support no claim. */
export const SAMPLES_MIN = 30;
/** Plans of fewer trading days neither, however many they are. */
export const DAYS_MIN = BLOCKS_MIN;
/** Quality 0-100 in ten equal bands; 100 belongs to the last. */
export const BANDS = 10;
/** The leaning side of a NEUTRAL card is counted by itself: nobody is told to trade it. */
export const BIASES: readonly Bias[] = ['LONG', 'SHORT', 'NEUTRAL'];

/** Plans of one bias in one band of quality. */
export interface QualityCell {
  readonly bias: Bias;
  /** 0 for quality 0-10 up to 9 for 90-100; undefined for all bands together. */
  readonly band: number | undefined;
  readonly plans: number;
  readonly filled: number;
  /** How the filled ones ended; they sum to `filled`. */
  readonly endings: Readonly<Record<FilledOutcome['ending'], number>>;
  /** Share of the filled plans that reached tp1 before the stop and before noon. */
  readonly hitRate: Estimate | undefined;
  readonly meanR: Estimate | undefined;
  readonly isTooSmall: boolean;
}

export interface QualityTable {
  readonly plans: number;
  readonly filled: number;
  /** Trading days with a filled plan. */
  readonly days: number;
  /** One a bias and band that has plans, LONG first, low quality first. */
  readonly cells: readonly QualityCell[];
  /** All bands of one bias. */
  readonly totals: readonly QualityCell[];
  /** Spearman's rank correlation of quality with R over all filled plans: +1 would sort perfectly, 0 not at all. */
  readonly sorting: Estimate | undefined;
}

const SEED = 'quality-table';

/** Same samples, same table: the draws of the bootstrap are seeded by the cell they belong to. */
export function qualityTable(samples: readonly Sample[]): QualityTable {
  const filled = samples.filter(({ outcome }) => outcome.kind === 'filled');
  const bands = Array.from({ length: BANDS }, (_, band) => band);
  return {
    plans: samples.length,
    filled: filled.length,
    days: new Set(filled.map(({ day }) => day)).size,
    cells: BIASES.flatMap((bias) => bands.flatMap((band) => cellOf(samples, bias, band) ?? [])),
    totals: BIASES.flatMap((bias) => cellOf(samples, bias, undefined) ?? []),
    sorting: spearman(observed(filled), createRng(`${SEED}/sorting`)),
  };
}

export const bandOf = (quality: number): number => Math.min(BANDS - 1, Math.floor((quality * BANDS) / 100));

function cellOf(samples: readonly Sample[], bias: Bias, band: number | undefined): QualityCell | undefined {
  const own = samples.filter((it) => it.bias === bias && (band === undefined || bandOf(it.quality) === band));
  if (own.length === 0) return undefined;
  const endings = { tp1: 0, stop: 0, time: 0 };
  for (const { outcome } of own) if (outcome.kind === 'filled') endings[outcome.ending] += 1;
  const filled = endings.tp1 + endings.stop + endings.time;
  const observations = observed(own);
  const days = new Set(observations.map(({ block }) => block)).size;
  return {
    bias,
    band,
    plans: own.length,
    filled,
    endings,
    hitRate: wilson(endings.tp1, filled),
    meanR: bootstrapMean(observations, createRng(`${SEED}/${bias}/${band ?? 'all'}`)),
    isTooSmall: filled < SAMPLES_MIN || days < DAYS_MIN,
  };
}

const observed = (samples: readonly Sample[]): readonly Observation[] =>
  samples.flatMap(({ quality, day, outcome }) =>
    outcome.kind === 'filled' ? [{ x: quality, y: outcome.r, block: day }] : [],
  );
