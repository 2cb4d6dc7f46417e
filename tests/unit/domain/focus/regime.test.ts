import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import { analysisOf } from '../../../../src/domain/focus/from-bars.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { HISTORY_DAYS } from '../../../../src/domain/focus/window.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { REGIMES } from '../../../../src/domain/regime/model.js';
import { type TrainedRegime, trainFor, trainingDue } from '../../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { market, weekdays } from './market.js';

const days = weekdays('2026-10-05', 30);
const bars = market({ seed: 'regime', days, minutes: 270 });
const calendar = sessionCalendar(mes.calendar);

function modelAt(count: number): TrainedRegime {
  const newest = bars[count - 1];
  if (!newest) throw new Error('no bar');
  const due = trainingDue(after(newest.at, MINUTE), calendar);
  const trained = trainFor({ root: 'MES', due, bars: bars.slice(0, count) });
  if (!trained.ok) throw new Error(trained.error);
  return trained.value;
}

/** In the middle of the last day's morning. */
const ARRIVES = bars.length - 150;
const model = modelAt(ARRIVES);

/** Readings of a process that lived, to which the model came at a bar. */
function lived(some: readonly Bar[], arrives: number): readonly (Reading | undefined)[] {
  const analysis = createSymbolAnalysis(mes);
  return some.map((bar, i) => {
    if (i === arrives) analysis.useRegime(model);
    analysis.push(bar);
    return analysis.reading();
  });
}

const all = lived(bars, ARRIVES);

describe('the regime in a reading', () => {
  test('is absent without a model and there at once when one comes', () => {
    expect(all[ARRIVES - 1]?.regime).toBeUndefined();
    const now = all[ARRIVES]?.regime;
    expect(now).toMatchObject({ trainedThrough: model.trainedThrough, rows: model.rows });
    expect(now?.chances.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    const labels = new Set(all.map((reading) => reading?.regime?.label).filter((label) => label !== undefined));
    expect([...labels].every((label) => REGIMES.includes(label))).toBe(true);
  });

  test('changes no other number', () => {
    const without = lived(bars, -1);
    for (const [i, reading] of all.entries()) {
      expect(reading && { ...reading, regime: undefined }).toEqual(without[i]);
    }
  });

  test('is, to the last bit, that of a process that was started later and given the kept days and the model', () => {
    const kept = new Set(days.slice(-HISTORY_DAYS));
    for (const end of [ARRIVES + 1, ARRIVES + 33, bars.length]) {
      const fresh = createSymbolAnalysis(mes);
      fresh.useRegime(model);
      for (const bar of bars.slice(0, end)) if (kept.has(tradingDayOf(bar.at))) fresh.push(bar);
      expect(fresh.reading()).toEqual(all[end - 1]);
    }
  });

  test('is that of one started later also on the day after, when the window has rolled', () => {
    const rolls = bars.length - 270;
    const early = lived(bars, rolls - 100);
    const fresh = createSymbolAnalysis(mes);
    fresh.useRegime(model);
    for (const bar of bars.slice(-270 * HISTORY_DAYS)) fresh.push(bar);
    expect(fresh.reading()?.regime).toEqual(early.at(-1)?.regime);
  });

  test('of a bar never depends on bars that come later', () => {
    const other = bars.map((bar, i) =>
      i < bars.length - 60 ? bar : { ...bar, high: ticks(bar.high + 400), volume: bar.volume * 9 },
    );
    const changed = lived(other, ARRIVES);
    expect(changed.slice(0, -60)).toEqual(all.slice(0, -60));
    expect(changed.at(-1)?.regime).not.toEqual(all.at(-1)?.regime);
  });
});

describe('an analysis of recorded bars', () => {
  const at = after(bars.at(-1)?.at ?? after(model.trainedThrough, 0), MINUTE);

  test('has the regime a running system would have: of the newest training that is due', () => {
    const { analysis, withoutRegime } = analysisOf({ spec: mes, bars, barMs: MINUTE, at });
    expect(withoutRegime).toBeUndefined();
    const running = createSymbolAnalysis(mes);
    running.useRegime(modelAt(bars.length));
    for (const bar of bars) running.push(bar);
    expect(analysis.reading()).toEqual(running.reading());
  });

  test('says why it has none', () => {
    const few = bars.slice(-500);
    const { analysis, withoutRegime } = analysisOf({ spec: mes, bars: few, barMs: MINUTE, at });
    expect(analysis.reading()?.regime).toBeUndefined();
    expect(withoutRegime).toMatch(/^not trained: \d+ usable 5-minute bars/);
  });
});
