import { after, type EpochMs, epochMs, FIVE_MINUTES, MINUTE, type Ticks, type TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { type Admission, admit } from '../bars/order.js';
import { createResampler } from '../bars/resample.js';
import { framesFor } from '../confluence/confluence.js';
import type { ContractSpec } from '../instruments/contract.js';
import type { OpeningRange } from '../opening-range/opening-range.js';
import type { TrainedRegime } from '../regime/training.js';
import type { WaveOptions, WaveReading } from '../wave/wave.js';
import { createFocusFold, type FocusFold } from './fold.js';
import { createLiveRegime } from './live-regime.js';
import { createMinutes } from './minutes.js';
import type { Reading } from './types.js';
import { createFocusWindow } from './window.js';

/** The newest bar that was pushed: where the price stands between two 5-minute bars. */
export interface NewestBar {
  readonly price: Ticks;
  readonly closedAt: EpochMs;
  /** Length of the source's bars; 1 minute unless a coarser file is read. */
  readonly lengthMs: number;
}

export interface AnalysisOptions extends WaveOptions {
  readonly barMs?: number;
}

/** Follows one symbol from its 1-minute bars to the reading behind its card. */
export interface SymbolAnalysis {
  /** A bar of another contract than the one before begins the analysis anew; who names none has one contract only. */
  push(bar: Bar, contract?: string): { readonly outcome: Admission; readonly closed5m: boolean };
  /** Promises that no bar closing at or before `at` will follow, and closes the 5-minute bars that are complete by then. */
  closeThrough(at: EpochMs): boolean;
  /** What the closed 5-minute bars say; undefined before the first one. */
  reading(): Reading | undefined;
  last(): NewestBar | undefined;
  /** The opening range as of the newest minute: its signal is there at once, the reading's with the next 5-minute bar. */
  openingRange(): OpeningRange | undefined;
  /** The model behind the regime from now on; the bars before it are read as if it had been there. */
  useRegime(model: TrainedRegime): void;
  /** Closed 5-minute bars of the current trading day: the live array, not a copy. */
  today(): readonly Bar[];
}

export function createSymbolAnalysis(spec: ContractSpec, options: AnalysisOptions = {}): SymbolAnalysis {
  const barMs = options.barMs ?? MINUTE;
  let resampler = createResampler(FIVE_MINUTES, barMs);
  const window = createFocusWindow();
  let minutes = createMinutes(barMs);
  const regime = createLiveRegime(window);
  const frames = framesFor(spec);
  let contractNow: string | undefined;
  let newest: Bar | undefined;
  let decidedThrough = 0;
  let known: Reading | undefined;
  let rangeThen: OpeningRange | undefined;
  let fold: { readonly day: TradingDay; readonly fold: FocusFold; folded: number } | undefined;

  const take = (closed: readonly Bar[]): boolean => {
    for (const bar of closed) {
      window.push(bar);
      decidedThrough = bar.at + FIVE_MINUTES;
      known = undefined;
    }
    return closed.length > 0;
  };

  /** A reading knows the minutes up to the close of its 5-minute bar: a minute that came later is not in it. */
  const follow = (bar: Bar): boolean => {
    const hasClosed = take(resampler.push(bar));
    if (hasClosed && bar.at >= decidedThrough) rangeThen = minutes.openingRange();
    minutes.push(bar, window.atr());
    if (hasClosed && bar.at < decidedThrough) rangeThen = minutes.openingRange();
    return hasClosed;
  };

  /** Bars are folded when a reading is asked for; a new trading day starts a new fold over the focus days. */
  const caughtUp = (): FocusFold | undefined => {
    const day = window.day();
    if (day === undefined) return undefined;
    if (fold?.day !== day) {
      fold = { day, fold: createFocusFold({ ...options, frames }), folded: 0 };
      for (const bars of window.focusDays().slice(0, -1)) fold.fold.push(bars);
    }
    const today = window.today();
    if (fold.folded < today.length) fold.fold.push(today.slice(fold.folded));
    fold.folded = today.length;
    return fold.fold;
  };

  const read = (): Reading | undefined => {
    const folded = caughtUp();
    const bar = window.today().at(-1);
    if (!folded || !bar) return undefined;
    const points = (inTicks: number | undefined): number | undefined =>
      inTicks === undefined ? undefined : inTicks / spec.ticksPerPoint;
    const volatility = window.volatility();
    return {
      root: spec.root,
      barAt: bar.at,
      price: bar.close,
      bars: folded.bars(),
      atr: points(window.atr()),
      ao: points(folded.ao()),
      wave: inPoints(folded.wave(), spec),
      volatility,
      quality: volatility && folded.quality(volatility.percentile),
      confluence: folded.confluence(minutes.entryBefore(decidedThrough)),
      ict: folded.ict(),
      openingRange: rangeInPoints(rangeThen, spec),
      gate: folded.gate(),
      hint: folded.hint(),
      regime: regime.read(),
    };
  };

  /** Two contracts side by side would be a jump that never traded: in an average range, in a wave, in a level. */
  const rollOver = (contract: string): void => {
    const isFirst = contractNow === undefined;
    contractNow = contract;
    if (isFirst) return;
    take(resampler.flush());
    window.rollOver();
    resampler = createResampler(FIVE_MINUTES, barMs);
    minutes = createMinutes(barMs);
    regime.restart();
    fold = undefined;
    rangeThen = undefined;
    known = undefined;
  };

  return {
    push(bar, contract = contractNow) {
      const admission = admit(newest?.at, bar);
      // A bar that comes after its 5-minute bar was closed is too late: cards were made of that bar.
      const outcome = admission === 'accepted' && bar.at < decidedThrough ? 'backwards' : admission;
      if (outcome !== 'accepted') return { outcome, closed5m: false };
      if (contract !== undefined && contract !== contractNow) rollOver(contract);
      newest = bar;
      return { outcome, closed5m: follow(bar) };
    },
    closeThrough(at) {
      // A coarse bar that is still running at `at` opened earlier; it may yet belong to a 5-minute bar.
      const hasClosed = take(resampler.closeThrough(epochMs(Math.floor(at / barMs) * barMs)));
      if (hasClosed) rangeThen = minutes.openingRange();
      return hasClosed;
    },
    reading() {
      known ??= read();
      return known;
    },
    last: () => newest && { price: newest.close, closedAt: after(newest.at, barMs), lengthMs: barMs },
    openingRange: () => rangeInPoints(minutes.openingRange(), spec),
    useRegime(model) {
      regime.use(model);
      known = undefined;
    },
    today: () => window.today(),
  };
}

function inPoints(wave: WaveReading | undefined, { ticksPerPoint }: ContractSpec): WaveReading | undefined {
  if (!wave) return undefined;
  const { bull, bear, trendSpeed } = wave;
  return {
    ...wave,
    bull: bull / ticksPerPoint,
    bear: bear / ticksPerPoint,
    trendSpeed: trendSpeed === undefined ? undefined : trendSpeed / ticksPerPoint,
  };
}

function rangeInPoints(range: OpeningRange | undefined, { ticksPerPoint }: ContractSpec): OpeningRange | undefined {
  if (!range?.signal) return range;
  return { ...range, signal: { ...range.signal, atr: range.signal.atr / ticksPerPoint } };
}
