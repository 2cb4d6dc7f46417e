import { expect, test } from 'vitest';
import { createResampler } from '../../../../src/domain/bars/resample.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { FIVE_MINUTES } from '../../../../src/kernel/units.js';
import { focusAssetJson } from '../../../../src/messages/focus-plan-codec.js';
import { engineRows } from '../../../ninjatrader/parity/engine-rows.js';
import { goodFacts, goodReading } from './card-facts.js';
import { market, weekdays } from './market.js';

const resampler = createResampler(FIVE_MINUTES);
/** Every eleventh bar is loud, and after every twenty-ninth come some that hardly anybody traded. */
const loud = (n: number): number => (n % 11 === 0 ? 4 : n % 29 < 4 ? 0.2 : 1);
const bars = market({ seed: 'hints', days: weekdays('2026-09-14', 12), minutes: 270 })
  .flatMap((bar) => resampler.push(bar))
  .map((bar, n) => ({ ...bar, volume: Math.round(bar.volume * loud(n)) }));

test('the card hints at what the chart hints at, on every bar of twelve days', () => {
  const rows = engineRows(bars, mes);
  expect(rows.map(({ reading }) => reading.hint)).toEqual(rows.map(({ hint }) => hint));
  for (const kind of ['TP/BE', 'ADD', 'LOW VOL']) {
    expect(rows.filter(({ hint }) => hint === kind).length, kind).toBeGreaterThan(2);
  }
});

test('a bar that hints at nothing says so on the wire', () => {
  const card = focusCard({ ...goodFacts, reading: { ...goodReading, hint: undefined } });
  expect(focusAssetJson(card, goodFacts.now).hint).toBeNull();
});
