import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createSymbolAnalysis, type SymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import { biasPartsOf } from '../../../../src/domain/focus/bias.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { HISTORY_DAYS } from '../../../../src/domain/focus/window.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { tradingDayEnd, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { createRng } from '../../../../src/kernel/rng.js';
import { after, epochMs, FIVE_MINUTES, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { mirrored, opposite } from '../walk.js';
import { market, weekdays } from './market.js';

// Thirty days from 08:00 to 12:30 New York, so the opening half hour and its noon are in them; one minute in forty is missing.
const days = weekdays('2026-09-14', 30);
const rng = createRng('holes');
const bars = market({ seed: 'whole', days, minutes: 270 }).filter(() => rng.next() > 1 / 40);
const cut = (n: number) => bars.slice(0, n);

const fed = (some: readonly Bar[], spec = mes): SymbolAnalysis => {
  const analysis = createSymbolAnalysis(spec);
  for (const bar of some) analysis.push(bar);
  return analysis;
};

/** As a live process does it: told each minute that it is over, asked for a reading each time. */
function lived(some: readonly Bar[], spec = mes): SymbolAnalysis {
  const analysis = createSymbolAnalysis(spec);
  for (const bar of some) {
    analysis.closeThrough(bar.at);
    analysis.reading();
    analysis.push(bar);
    analysis.reading();
  }
  return analysis;
}

const readings = (some: readonly Bar[], spec = mes): readonly Reading[] => {
  const analysis = createSymbolAnalysis(spec);
  return some.flatMap((bar) => (analysis.push(bar).closed5m ? (analysis.reading() ?? []) : []));
};

describe.each([
  ['MES', mes],
  ['MGC', mgc],
] as const)('the whole reading of %s', (_root, spec) => {
  const longRun = lived(bars, spec);

  test('is warm in every part, so the laws below speak of something', () => {
    const reading = longRun.reading();
    expect(reading?.confluence.layers.map((layer) => layer.evidence !== undefined)).toEqual([spec === mes, true, true]);
    expect(reading?.ict?.levels.length).toBeGreaterThan(10);
    expect(reading?.openingRange).toMatchObject({ over: true });
    expect(reading?.gate?.quarter).toBeDefined();
  });

  test('a process that starts with the kept days says to the last bit what one that lived through them says', () => {
    const kept = new Set(days.slice(-HISTORY_DAYS));
    for (const some of [bars, bars.slice(0, -17), bars.slice(0, -150)]) {
      const fresh = fed(
        some.filter((bar) => kept.has(tradingDayOf(bar.at))),
        spec,
      );
      const old = lived(some, spec);
      expect(fresh.reading()).toEqual(old.reading());
      expect(fresh.openingRange()).toEqual(old.openingRange());
    }
  });

  test('promises that a minute is over, and questions, change no answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: bars.length }), (n) => {
        const some = cut(n);
        const [live, replayed] = [lived(some, spec), fed(some, spec)];
        const now = after(some.at(-1)?.at ?? epochMs(0), MINUTE);
        for (const each of [live, replayed]) each.closeThrough(now);
        expect(replayed.reading()).toEqual(live.reading());
        expect(replayed.openingRange()).toEqual(live.openingRange());
      }),
      { numRuns: 8 },
    );
  });

  test('mirrored prices turn every part round', () => {
    const some = cut(2_700);
    const swapped = { LONG: 'SHORT', SHORT: 'LONG' } as const;
    const plains = readings(some, spec);
    for (const [i, other] of readings(mirrored(some), spec).entries()) {
      const plain = plains[i];
      if (!plain) throw new Error('a reading without its mirror');
      expect(other.confluence.direction).toBe(opposite[plain.confluence.direction]);
      expect(other.confluence.score).toBe(plain.confluence.score);
      expect(other.ict?.levels.length).toBe(plain.ict?.levels.length);
      expect(other.ict?.above?.ageBars).toBe(plain.ict?.below?.ageBars);
      const { signal } = plain.openingRange ?? {};
      expect(other.openingRange?.signal?.direction).toBe(signal && swapped[signal.direction]);
      expect(other.gate?.passesLong).toBe(plain.gate?.passesShort);
      const [score, mirror] = [biasPartsOf(plain)?.score, biasPartsOf(other)?.score];
      expect(mirror === undefined ? mirror : mirror + 0).toBe(score === undefined ? score : -score + 0);
    }
  });

  test('has no hole in its numbers', () => {
    for (const reading of readings(cut(2_700), spec)) expect(JSON.stringify(reading)).not.toMatch(/null|NaN/);
  });
});

describe('the minutes in a reading', () => {
  const morning = bars.filter((bar) => tradingDayOf(bar.at) === days.at(-1));

  test('end where its 5-minute bar ends: a minute that came later is in the next one', () => {
    const analysis = fed(bars.slice(0, -morning.length));
    for (const bar of morning) {
      analysis.push(bar);
      const reading = analysis.reading();
      const entry = reading?.confluence.layers[2];
      if (!reading || !entry || tradingDayOf(reading.barAt) !== days.at(-1)) continue;
      expect(entry.barAt ?? 0).toBeLessThan(reading.barAt + FIVE_MINUTES);
      expect(reading.openingRange?.signal?.at ?? 0).toBeLessThanOrEqual(reading.barAt + FIVE_MINUTES);
    }
  });

  test('are those of its own trading day, also when the new day has begun and closed nothing yet', () => {
    const analysis = fed(bars);
    const evening: Bar = {
      at: after(tradingDayEnd(tradingDayOf(bars.at(-1)?.at ?? epochMs(0))), MINUTE),
      open: ticks(27_000),
      high: ticks(27_000),
      low: ticks(27_000),
      close: ticks(27_000),
      volume: 1,
    };
    const before = fed(bars);
    before.closeThrough(evening.at);
    before.reading();
    analysis.closeThrough(evening.at);
    analysis.push(evening);
    before.push(evening);
    expect(tradingDayOf(evening.at) > (days.at(-1) ?? '')).toBe(true);
    expect(analysis.reading()).toEqual(before.reading());
    expect(analysis.reading()?.confluence.layers[2].bars).toBe(morning.length);
    expect(analysis.openingRange(), 'the new day has no range yet').toBeUndefined();
  });

  test('show an opening-range signal at once, the reading with its next 5-minute bar', () => {
    let early = 0;
    const analysis = createSymbolAnalysis(mes);
    for (const bar of bars) {
      analysis.push(bar);
      const now = analysis.openingRange()?.signal;
      const shown = analysis.reading()?.openingRange?.signal;
      if (now && !shown) early += 1;
      if (now && shown) expect(shown).toEqual(now);
    }
    expect(early).toBeGreaterThan(0);
  });
});

test('confluence carries a third of its weight for each layer that agrees', () => {
  const reading = readings(cut(2_700)).at(-1);
  if (!reading?.wave) throw new Error('not warm');
  const { layers } = reading.confluence;
  const scoreOf = (direction: 'BULLISH' | 'BEARISH', score: number) =>
    biasPartsOf({ ao: 1, wave: { ...wave, direction: 'BULLISH' }, confluence: { direction, score, layers } })?.score;
  const { wave } = reading;
  expect(scoreOf('BULLISH', 3)).toBeCloseTo(1, 12);
  expect(scoreOf('BULLISH', 1)).toBeCloseTo(0.8, 12);
  expect(scoreOf('BEARISH', 2)).toBeCloseTo(0.5, 12);
  expect(scoreOf('BEARISH', 3)).toBeCloseTo(0.4, 12);
});
