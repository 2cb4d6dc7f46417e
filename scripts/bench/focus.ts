import type { Bar } from '../../src/domain/bars/bar.js';
import { createResampler } from '../../src/domain/bars/resample.js';
import { type AnalysisOptions, createSymbolAnalysis, type SymbolAnalysis } from '../../src/domain/focus/analysis.js';
import { focusCard } from '../../src/domain/focus/card.js';
import { focusPlan } from '../../src/domain/focus/plan.js';
import { rankCards } from '../../src/domain/focus/rank.js';
import { accountOf } from '../../src/domain/focus/size.js';
import type { FocusCard } from '../../src/domain/focus/types.js';
import { HISTORY_DAYS } from '../../src/domain/focus/window.js';
import { createGate } from '../../src/domain/gate/gate.js';
import { createIct } from '../../src/domain/ict/ict.js';
import { instruments, micros } from '../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../src/domain/instruments/contract.js';
import { frontContract } from '../../src/domain/instruments/roll.js';
import { type Freshness, freshnessOf } from '../../src/domain/no-trade/freshness.js';
import { judgeNoTrade } from '../../src/domain/no-trade/judge.js';
import { trainRegime } from '../../src/domain/regime/model.js';
import { defaultLimits } from '../../src/domain/risk/limits.js';
import { sessionCalendar } from '../../src/domain/sessions/calendar.js';
import { sessionAt } from '../../src/domain/sessions/session.js';
import { createRng } from '../../src/kernel/rng.js';
import {
  after,
  DAY,
  type EpochMs,
  epochMs,
  FIVE_MINUTES,
  fromUsd,
  HOUR,
  MINUTE,
  ticks,
} from '../../src/kernel/units.js';
import { focusPlanJson } from '../../src/messages/focus-plan-codec.js';
import { type Benches, type Figure, median } from './support/figure.js';

const ROUNDS = 9;
const WARM_UPS = 5;
const SIZE = fromUsd(50_000);
// Sunday 18:00 New York of an ordinary week in winter time; five trading days of 23 hours.
const WEEK = Date.parse('2026-11-15T23:00:00Z');
const TRADING_DAYS = 5;
const SESSION = 23 * HOUR;

export const benches: Benches = [
  { name: 'focus.cold.6', run: async () => ({ ...coldPlan(micros), limit: 10 }) },
  { name: 'focus.cold.31', run: async () => ({ ...coldPlan(thirtyOne()), limit: 50 }) },
  { name: 'focus.bar', run: async () => ({ ...perBar().all, limit: 100 }) },
  { name: 'focus.bar.closing', run: async () => perBar().closing },
  { name: 'focus.memory', run: async () => memoryPerSymbol() },
  { name: 'ict.7000', run: async () => ictSummary() },
  { name: 'gate.bar', run: async () => gatePerBar() },
  { name: 'resample.bar', run: async () => resamplePerBar() },
];

/** As a running system has it: with a regime model. */
function analysisOf(spec: ContractSpec, options: AnalysisOptions = {}): SymbolAnalysis {
  const analysis = createSymbolAnalysis(spec, options);
  analysis.useRegime({ ...model(), trainedThrough: epochMs(WEEK) });
  return analysis;
}

let trained: ReturnType<typeof trainRegime> | undefined;
function model() {
  trained ??= trainRegime(barsFor(micros[0], FIVE_MINUTES, 5_000), 'bench');
  if (!trained.ok) throw new Error(`impossible: ${trained.error}`);
  return trained.value;
}

/** As many symbols as a long watch list has: the catalogue's, some of them more than once. */
const thirtyOne = (): readonly ContractSpec[] =>
  Array.from({ length: 31 }, (_, i) => instruments[i % instruments.length] ?? instruments[0]).filter(
    (spec) => spec !== undefined,
  );

/** Symbols from nothing to the JSON of the plan. */
function coldPlan(specs: readonly ContractSpec[]): Figure {
  const weeks = specs.map((spec) => ({ spec, bars: weekOf(spec, FIVE_MINUTES) }));
  const rounds = measured(() => {
    const begun = performance.now();
    planOf(weeks);
    return performance.now() - begun;
  });
  return { value: median(rounds), unit: 'ms', n: ROUNDS };
}

function planOf(weeks: readonly { readonly spec: ContractSpec; readonly bars: readonly Bar[] }[]): string {
  const cards: FocusCard[] = [];
  const freshness: Freshness[] = [];
  const now = after(epochMs(WEEK + (TRADING_DAYS - 1) * DAY), SESSION);
  for (const { spec, bars } of weeks) {
    const analysis = analysisOf(spec, { barMs: FIVE_MINUTES });
    for (const bar of bars) analysis.push(bar);
    const card = cardOf(analysis, spec, now);
    if (card) cards.push(card);
    const { root } = spec;
    freshness.push(freshnessOf({ root, reading: analysis.reading(), last: analysis.last(), marketOpen: true, now }));
  }
  const ranked = rankCards(cards);
  const noTrade = judgeNoTrade({
    now,
    session: sessionAt(now),
    cards: ranked.assets,
    others: ranked.others,
    freshness,
    dayPnl: undefined,
    consecutiveLosses: undefined,
    setupsTriggeredToday: undefined,
    limits: defaultLimits(SIZE),
  });
  return JSON.stringify(focusPlanJson(focusPlan({ asOf: now, ranked, noTrade, account: accountOf(SIZE) }), 'replay'));
}

function cardOf(analysis: SymbolAnalysis, spec: ContractSpec, now: EpochMs): FocusCard | undefined {
  const reading = analysis.reading();
  if (!reading) return undefined;
  if (!reading.regime) throw new Error('impossible: a model without a regime');
  const marketOpen = sessionCalendar(spec.calendar).isOpen(now);
  const contract = frontContract(spec, now).symbol;
  return focusCard({ reading, last: analysis.last(), contract, spec, account: accountOf(SIZE), now, marketOpen });
}

/** Microseconds of one closed 1-minute bar on a warm symbol, with the card where it closes a 5-minute bar. */
function perBar(): { readonly all: Figure; readonly closing: Figure } {
  const [spec] = micros;
  if (!spec) throw new Error('impossible: an empty watch list');
  const bars = weekOf(spec, MINUTE);
  const lastDay = bars.length - SESSION / MINUTE;
  const all: number[] = [];
  const closing: number[] = [];
  measured(() => {
    const analysis = analysisOf(spec);
    for (const bar of bars.slice(0, lastDay)) analysis.push(bar);
    let [spent, onClosing, closings] = [0, 0, 0];
    for (const bar of bars.slice(lastDay)) {
      const begun = performance.now();
      const { closed5m } = analysis.push(bar);
      if (closed5m) cardOf(analysis, spec, after(bar.at, MINUTE));
      const took = performance.now() - begun;
      spent += took;
      if (closed5m) [onClosing, closings] = [onClosing + took, closings + 1];
    }
    all.push((1_000 * spent) / (bars.length - lastDay));
    closing.push((1_000 * onClosing) / closings);
    return spent;
  });
  const of = (values: readonly number[]): Figure => ({ value: median(values.slice(-ROUNDS)), unit: 'us', n: ROUNDS });
  return { all: of(all), closing: of(closing) };
}

/** 7,000 five-minute bars and the summary of their levels. */
function ictSummary(): Figure {
  const bars = barsFor(micros[0], FIVE_MINUTES, 7_000);
  const rounds = measured(() => {
    const begun = performance.now();
    const ict = createIct();
    for (const bar of bars) ict.push(bar);
    if (!ict.read()?.levels.length) throw new Error('impossible: 7,000 bars without a level');
    return performance.now() - begun;
  });
  return { value: median(rounds), unit: 'ms', n: ROUNDS, limit: 20 };
}

/** Microseconds of the gate on one 5-minute bar, its own two frames and a reading included. */
function gatePerBar(): Figure {
  const bars = barsFor(micros[0], FIVE_MINUTES, 7_000);
  const rounds = measured(() => {
    const [gate, quarters, hours] = [createGate(), createResampler(15 * MINUTE, FIVE_MINUTES), createResampler(HOUR)];
    const begun = performance.now();
    for (const bar of bars) {
      gate.push('five', bar);
      for (const quarter of quarters.push(bar)) gate.push('quarter', quarter);
      for (const hour of hours.push(bar)) gate.push('hour', hour);
      gate.read();
    }
    return performance.now() - begun;
  });
  return { value: (1_000 * median(rounds)) / bars.length, unit: 'us', n: ROUNDS, limit: 50 };
}

/** Microseconds of one 1-minute bar into its 5-minute, 15-minute and 1-hour bars. */
function resamplePerBar(): Figure {
  const bars = barsFor(micros[0], MINUTE, 100_000);
  const rounds = measured(() => {
    const frames = [FIVE_MINUTES, 15 * MINUTE, HOUR].map((ms) => createResampler(ms));
    let closed = 0;
    const begun = performance.now();
    for (const bar of bars) for (const frame of frames) closed += frame.push(bar).length;
    if (closed === 0) throw new Error('impossible: 100,000 minutes without a bucket');
    return performance.now() - begun;
  });
  return { value: (1_000 * median(rounds)) / bars.length, unit: 'us', n: ROUNDS, limit: 1 };
}

/** Kilobytes of heap and buffers one warm symbol holds, after HISTORY_DAYS of minutes. Needs `--expose-gc`, else rough. */
function memoryPerSymbol(): Figure {
  const specs = micros;
  const held = (): number => {
    const { gc } = globalThis;
    gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = held();
  const kept = specs.map((spec) => {
    const analysis = analysisOf(spec);
    for (const bar of walkOf(spec, MINUTE, HISTORY_DAYS)) analysis.push(bar);
    return { analysis, reading: analysis.reading() };
  });
  const value = (held() - before) / specs.length / 1_024;
  if (kept.some(({ reading }) => !reading)) throw new Error('impossible: a warm symbol without a reading');
  return { value, unit: 'kB', n: 1, limit: 2_048 };
}

function measured(round: () => number): readonly number[] {
  for (let i = 0; i < WARM_UPS; i += 1) round();
  return Array.from({ length: ROUNDS }, round);
}

/** The first `count` bars of a walk long enough. */
function barsFor(spec: ContractSpec | undefined, ms: number, count: number): readonly Bar[] {
  if (!spec) throw new Error('impossible: an empty watch list');
  return walkOf(spec, ms, Math.ceil((count * ms) / SESSION)).slice(0, count);
}

const weekOf = (spec: ContractSpec, ms: number): readonly Bar[] => walkOf(spec, ms, TRADING_DAYS);

/** A seeded random walk over full trading days of 23 hours, Monday to Friday. */
function walkOf(spec: ContractSpec, ms: number, days: number): readonly Bar[] {
  const rng = createRng(`bench/${spec.root}`);
  let price = 40_000;
  return Array.from({ length: (days * SESSION) / ms }, (_, i) => {
    const day = Math.floor((i * ms) / SESSION);
    const [from, to] = [price, price + Math.round(6 * rng.normal())];
    price = to;
    return {
      at: epochMs(WEEK + (day + 2 * Math.floor(day / TRADING_DAYS)) * DAY + (i * ms - day * SESSION)),
      open: ticks(from),
      high: ticks(Math.max(from, to) + Math.floor(4 * rng.next())),
      low: ticks(Math.min(from, to) - Math.floor(4 * rng.next())),
      close: ticks(to),
      volume: 1 + Math.floor(400 * rng.next()),
    };
  });
}
