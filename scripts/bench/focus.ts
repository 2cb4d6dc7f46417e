import type { Bar } from '../../src/domain/bars/bar.js';
import { createSymbolAnalysis, type SymbolAnalysis } from '../../src/domain/focus/analysis.js';
import { focusCard } from '../../src/domain/focus/card.js';
import { focusPlan } from '../../src/domain/focus/plan.js';
import { rankCards } from '../../src/domain/focus/rank.js';
import { accountOf } from '../../src/domain/focus/size.js';
import type { FocusCard } from '../../src/domain/focus/types.js';
import { micros } from '../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../src/domain/instruments/contract.js';
import { frontContract } from '../../src/domain/instruments/roll.js';
import { type Freshness, freshnessOf } from '../../src/domain/no-trade/freshness.js';
import { judgeNoTrade } from '../../src/domain/no-trade/judge.js';
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

interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly n: number;
  readonly limit?: number;
}

const ROUNDS = 9;
const WARM_UPS = 5;
const SIZE = fromUsd(50_000);
// Sunday 18:00 New York of an ordinary week in winter time; five trading days of 23 hours.
const WEEK = Date.parse('2026-11-15T23:00:00Z');
const TRADING_DAYS = 5;
const SESSION = 23 * HOUR;

export const benches: readonly { readonly name: string; run(): Promise<Figure> }[] = [
  { name: 'focus.cold.6', run: async () => coldPlan() },
  { name: 'focus.bar', run: async () => ({ ...perBar().all, limit: 50 }) },
  { name: 'focus.bar.closing', run: async () => perBar().closing },
];

/** Six symbols from nothing to the JSON of the plan. */
function coldPlan(): Figure {
  const weeks = micros.map((spec) => ({ spec, bars: weekOf(spec, FIVE_MINUTES) }));
  const rounds = measured(() => {
    const begun = performance.now();
    planOf(weeks);
    return performance.now() - begun;
  });
  return { value: median(rounds), unit: 'ms', n: ROUNDS, limit: 10 };
}

function planOf(weeks: readonly { readonly spec: ContractSpec; readonly bars: readonly Bar[] }[]): string {
  const cards: FocusCard[] = [];
  const freshness: Freshness[] = [];
  const now = after(epochMs(WEEK + (TRADING_DAYS - 1) * DAY), SESSION);
  for (const { spec, bars } of weeks) {
    const analysis = createSymbolAnalysis(spec, { barMs: FIVE_MINUTES });
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
    const analysis = createSymbolAnalysis(spec);
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

function measured(round: () => number): readonly number[] {
  for (let i = 0; i < WARM_UPS; i += 1) round();
  return Array.from({ length: ROUNDS }, round);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A seeded random walk over five full trading days. */
function weekOf(spec: ContractSpec, ms: number): readonly Bar[] {
  const rng = createRng(`bench/${spec.root}`);
  let price = 40_000;
  return Array.from({ length: (TRADING_DAYS * SESSION) / ms }, (_, i) => {
    const day = Math.floor((i * ms) / SESSION);
    const [from, to] = [price, price + Math.round(6 * rng.normal())];
    price = to;
    return {
      at: epochMs(WEEK + day * DAY + (i * ms - day * SESSION)),
      open: ticks(from),
      high: ticks(Math.max(from, to) + Math.floor(4 * rng.next())),
      low: ticks(Math.min(from, to) - Math.floor(4 * rng.next())),
      close: ticks(to),
      volume: 1 + Math.floor(400 * rng.next()),
    };
  });
}
