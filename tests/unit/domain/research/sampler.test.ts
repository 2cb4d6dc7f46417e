import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { createSampler, type Sample, type SamplerOptions } from '../../../../src/domain/research/sampler.js';
import { etMinuteOfDay, sessionAt } from '../../../../src/domain/sessions/session.js';
import { epochMs, FIVE_MINUTES, fromUsd, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { market, weekdays } from '../focus/market.js';

const account = accountOf(fromUsd(50_000));
const usual: SamplerOptions = { account, hours: 'active', since: undefined };
/** Twelve mornings from 08:00 to 12:40 New York. */
const bars = market({ seed: 'sampler', days: weekdays('2026-11-02', 12), minutes: 280 });

function samplesOf(all: readonly Bar[], options: SamplerOptions = usual): readonly Sample[] {
  const sampler = createSampler(mes, options);
  return all.flatMap((bar) => sampler.push(bar));
}

const samples = samplesOf(bars);

test('there are enough plans of every bias to test anything', () => {
  expect(samples.length).toBeGreaterThan(60);
  expect(new Set(samples.map(({ bias }) => bias))).toEqual(new Set(['LONG', 'SHORT', 'NEUTRAL']));
});

test('no two plans share a minute', () => {
  for (const [i, { plannedAt }] of samples.entries()) {
    const before = samples[i - 1];
    if (before) expect(plannedAt).toBeGreaterThanOrEqual(before.outcome.endedAt);
  }
});

test('the next plan is the first one after the end of the one before', () => {
  const late = samples.filter(({ plannedAt, day }, i) => {
    const before = samples[i - 1];
    return before?.day === day && plannedAt - before.outcome.endedAt >= FIVE_MINUTES;
  });
  expect(late).toEqual([]);
});

test('plans are of the active session, or of every hour before noon', () => {
  expect(samples.every(({ plannedAt }) => sessionAt(plannedAt) === 'active')).toBe(true);
  const nights = market({ seed: 'night', days: weekdays('2026-11-02', 12), minutes: 280 }).map((bar) => ({
    ...bar,
    at: epochMs(bar.at - 8 * 60 * MINUTE),
  }));
  expect(samplesOf(nights)).toEqual([]);
  const all = samplesOf(nights, { ...usual, hours: 'all' });
  expect(all.length).toBeGreaterThan(20);
  expect(all.every(({ plannedAt }) => etMinuteOfDay(plannedAt) < 12 * 60)).toBe(true);
});

test('a plan is the card of its instant, read from the bars closed by then', () => {
  for (const sample of samples.filter((_, i) => i % 8 === 0)) {
    const analysis = createSymbolAnalysis(mes);
    for (const bar of bars) if (bar.at + MINUTE <= sample.plannedAt) analysis.push(bar);
    analysis.closeThrough(sample.plannedAt);
    const reading = analysis.reading();
    if (!reading) throw new Error('no reading');
    const last = analysis.last();
    const facts = { contract: 'MESZ6', spec: mes, account, now: sample.plannedAt, marketOpen: true };
    const card = focusCard({ reading, last, ...facts });
    expect(sample).toMatchObject({ bias: card.bias, side: card.levels?.side, quality: card.reading.quality?.score });
  }
});

test('later bars change no earlier sample', () => {
  const cut = samplesOf(bars.slice(0, 2_000));
  expect(cut.length).toBeGreaterThan(20);
  expect(samples.slice(0, cut.length)).toEqual(cut);
});

test('reflected prices swap the sides and keep quality, end and R', () => {
  const flip = (price: number) => ticks(54_000 - price);
  const mirrored = samplesOf(
    bars.map((bar) => ({
      ...bar,
      open: flip(bar.open),
      high: flip(bar.low),
      low: flip(bar.high),
      close: flip(bar.close),
    })),
  );
  const opposite = { LONG: 'SHORT', SHORT: 'LONG', NEUTRAL: 'NEUTRAL' } as const;
  const told = ({ bias, quality, plannedAt, outcome }: Sample) => ({
    bias,
    quality,
    plannedAt,
    endedAt: outcome.endedAt,
    ...(outcome.kind === 'filled' ? { ending: outcome.ending, r: outcome.r } : {}),
  });
  // A card that leans nowhere leans LONG; its mirror image does too.
  const undecided = samples.findIndex(({ side }, i) => side === mirrored[i]?.side);
  const until = undecided === -1 ? samples.length : undecided;
  expect(until).toBeGreaterThan(50);
  expect(mirrored.slice(0, until).map(told)).toEqual(
    samples.slice(0, until).map((sample) => ({ ...told(sample), bias: opposite[sample.bias] })),
  );
});

test('plans before a day only warm the analysis', () => {
  const since = epochMs(Date.parse('2026-11-11T23:00:00Z'));
  const later = samplesOf(bars, { ...usual, since });
  expect(later.length).toBeGreaterThan(10);
  expect(later.every(({ plannedAt }) => plannedAt >= since)).toBe(true);
  expect(later).toEqual(samples.filter(({ day }) => day >= '2026-11-12'));
});

describe('what is not sampled', () => {
  test('a plan that still runs when the bars end', () => {
    const sampler = createSampler(mes, usual);
    const told = bars.slice(0, 2_000).flatMap((bar) => sampler.push(bar));
    const last = samples[told.length];
    expect(sampler.isRunning()).toBe(last !== undefined && last.plannedAt <= (bars[1_999]?.at ?? 0));
    expect(createSampler(mes, usual).isRunning()).toBe(false);
  });

  test('a plan of a market that never moves: nothing lies between its levels', () => {
    const flat = bars.map((bar) => ({
      ...bar,
      open: ticks(100),
      high: ticks(100),
      low: ticks(100),
      close: ticks(100),
    }));
    expect(samplesOf(flat)).toEqual([]);
  });

  test('an instant without a bar in the five minutes before it: its card is old', () => {
    const holed = bars.filter((bar) => Math.floor(etMinuteOfDay(bar.at) / 20) % 3 !== 0);
    const heard = new Set(holed.map((bar) => Math.floor(bar.at / FIVE_MINUTES)));
    const found = samplesOf(holed);
    expect(found.length).toBeGreaterThan(40);
    expect(found.filter(({ plannedAt }) => !heard.has(plannedAt / FIVE_MINUTES - 1))).toEqual([]);
  });

  test('a bar that comes twice or late', () => {
    const untidy = bars.flatMap((bar, i) => (i % 50 === 0 && i > 0 ? [bar, bar, ...bars.slice(i - 1, i)] : [bar]));
    expect(samplesOf(untidy)).toEqual(samples);
  });
});
