import { beforeAll, expect, test } from 'vitest';
import { DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { demoRoots, marketMinutes } from '../../../../src/adapters/feeds/demo/market.js';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import type { FocusCard } from '../../../../src/domain/focus/types.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { after, FIVE_MINUTES, fromUsd, HOUR } from '../../../../src/kernel/units.js';

const account = accountOf(fromUsd(50_000));

/** Cards of all markets every five minutes from the start to 10:00 New York. */
function morningOf(seed: number): readonly FocusCard[] {
  const markets = demoRoots.flatMap((root) => {
    const spec = instrument(root);
    return spec ? [{ spec, analysis: createSymbolAnalysis(spec) }] : [];
  });
  const cards: FocusCard[] = [];
  for (const { close, bars } of marketMinutes({ seed, start: DEMO_START, roots: demoRoots })) {
    if (close > after(DEMO_START, 5 * HOUR)) break;
    for (const { root, bar } of bars) markets.find(({ spec }) => spec.root === root)?.analysis.push(bar);
    if (close < DEMO_START || close % FIVE_MINUTES !== 0) continue;
    for (const { spec, analysis } of markets) {
      const reading = analysis.reading();
      if (!reading) continue;
      const facts = { reading, last: analysis.last(), contract: `${spec.root}Z6`, spec, account };
      cards.push(focusCard({ ...facts, now: close, marketOpen: true }));
    }
  }
  return cards;
}

let cards: readonly FocusCard[] = [];
beforeAll(() => {
  cards = morningOf(1);
});

test('the first morning is warm in every market from its first minute', () => {
  expect(cards.slice(0, demoRoots.length).map(({ root }) => root)).toEqual(demoRoots);
  expect(cards.filter(({ reading }) => reading.quality === undefined || reading.wave === undefined)).toEqual([]);
  expect(cards.filter(({ reading }) => reading.volatility?.basis !== 'time-of-day')).toEqual([]);
});

test('about half of its readings are good enough to trade, neither all nor none', () => {
  const good = cards.filter(({ reading }) => (reading.quality?.score ?? 0) >= 55).length / cards.length;
  expect(good).toBeGreaterThan(0.25);
  expect(good).toBeLessThan(0.75);
});

test('most markets offer a trade at some time, and both sides are called', () => {
  const offered = new Set(cards.filter(({ tradeable }) => tradeable).map(({ root }) => root));
  expect(offered.size).toBeGreaterThanOrEqual(4);
  expect(new Set(cards.map(({ bias }) => bias))).toEqual(new Set(['LONG', 'SHORT', 'NEUTRAL']));
});

test('the page opens with at least one trade to take', () => {
  expect(cards.slice(0, demoRoots.length).some(({ tradeable }) => tradeable)).toBe(true);
});

test('silver is too wide for the risk of one trade at times, the other markets are not', () => {
  const tooWide = cards.filter(({ bias, size }) => bias !== 'NEUTRAL' && size.contracts === 0);
  expect([...new Set(tooWide.map(({ root }) => root))]).toEqual(['SIL']);
});
