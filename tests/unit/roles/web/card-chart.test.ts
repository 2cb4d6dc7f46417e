import { describe, expect, test } from 'vitest';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, HOUR } from '../../../../src/kernel/units.js';
import type { FocusAsset } from '../../../../src/messages/focus-plan.js';
import { type ChartLevel, chartView } from '../../../../src/roles/web/panels/card-chart.js';
import type { ViewContext } from '../../../../src/roles/web/panels/panel.js';
import { level } from '../../../support/card-source.js';
import { asset, MORNING, seedOf } from '../../../support/web-source.js';
import { context, render, staleAt } from './panel-view.js';

const at = (text: string): number => Date.parse(text) / 1_000;
const range = () => ({ day: tradingDay('2026-11-20'), low: 4187.8, high: 4222.3 });
const view = (more: Partial<FocusAsset> = {}, given: Partial<ViewContext> = {}) => {
  const seen = context({}, { range, ...given });
  return chartView(asset(seedOf('mgc'), seen.now, more), seen);
};
const levelsOf = (...given: Parameters<typeof view>): ChartLevel[] => JSON.parse(view(...given).levels);
const labels = (...given: Parameters<typeof view>) => levelsOf(...given).map(({ label }) => label);

describe('the levels of a chart', () => {
  test('are entry zone, stop and targets, then the nearest ICT levels at their near edge', () => {
    expect(levelsOf()).toEqual([
      { kind: 'entry', label: 'entry', side: 'LONG', low: 4204.1, high: 4207.9, tone: 'entry' },
      { kind: 'stop', label: 'stop', side: 'LONG', price: 4198.2, tone: 'stop' },
      { kind: 'target', label: 'tp1', side: 'LONG', price: 4217.4, tone: 'target' },
      { kind: 'target', label: 'tp2', side: 'LONG', price: 4228, tone: 'target' },
      { kind: 'ict', label: '▼ gap', side: 'SHORT', price: 4215.2, from: at('2026-11-20T08:40:00Z'), tone: 'quiet' },
      { kind: 'ict', label: '▲ block', side: 'LONG', price: 4199, from: at('2026-11-20T06:25:00Z'), tone: 'quiet' },
    ]);
  });

  test('have nothing of the colours of an order where the card may not be acted on', () => {
    for (const tones of [
      levelsOf({ tradeable: false }),
      levelsOf({}, { freshness: { stale: true, since: staleAt, why: 'engine' } }),
    ].map((levels) => levels.map(({ tone }) => tone)))
      expect(new Set(tones)).toEqual(new Set(['quiet']));
  });

  test('have the opening range of today from 09:30 New York, and none of another day', () => {
    const now = epochMs(MORNING + 6 * HOUR);
    const opening_range = { high: 4213, low: 4201.5, over: true, complete: true, missing: 0, signal: null };
    expect(levelsOf({ opening_range }, { now }).filter(({ kind }) => kind === 'opening')).toEqual([
      { kind: 'opening', label: 'OR high', side: null, price: 4213, from: at('2026-11-20T14:30:00Z'), tone: 'quiet' },
      { kind: 'opening', label: 'OR low', side: null, price: 4201.5, from: at('2026-11-20T14:30:00Z'), tone: 'quiet' },
    ]);
    expect(labels({ opening_range, bar_at: '2026-11-19T21:00:00.000Z' }, { now })).not.toContain('OR high');
  });

  test('leave out an ICT level that the price has gone through, and all that is not warm', () => {
    const ict_above = level(MORNING, { side: 'SHORT', low: 4205, high: 4206 });
    expect(labels({ ict_above })).toEqual(['entry', 'stop', 'tp1', 'tp2', '▲ block']);
    expect(labels({ side: null, entry_low: null, entry_high: null, stop: null, tp1: null, tp2: null })).toEqual([
      '▼ gap',
      '▲ block',
    ]);
    expect(labels({ ict_above: null, ict_below: null, tp2: null })).toEqual(['entry', 'stop', 'tp1']);
  });
});

test('the bar of a price is the one that is open then; the price of its last instant still belongs to it', () => {
  expect(view({ price_at: '2026-11-20T09:57:09.000Z' }).priceBar).toBe(String(at('2026-11-20T09:55:00Z')));
  expect(view({ price_at: '2026-11-20T10:00:00.000Z' }).priceBar).toBe(String(at('2026-11-20T09:55:00Z')));
  expect(view({ price_at: '2026-11-20T10:00:00.001Z' }).priceBar).toBe(String(at('2026-11-20T10:00:00Z')));
  expect(view({ price_at: null, last_price: null })).toMatchObject({ price: '', priceBar: '' });
});

test('decimals and tick are those of the instrument', () => {
  expect(view()).toMatchObject({ decimals: '1', tick: '0.1' });
  expect(chartView(asset(seedOf('sil'), MORNING), context())).toMatchObject({ decimals: '3', tick: '0.005' });
});

describe('the words of a chart', () => {
  const place = (last_price: number, more: Partial<FocusAsset> = {}) => view({ last_price, ...more }).words.at(-1);
  test('say where a long price stands', () => {
    expect([4198.2, 4200, 4204.1, 4207.9, 4208, 4217.4, 4228].map((price) => place(price))).toEqual([
      'price at or through the stop',
      'price between stop and entry',
      'price in the entry zone',
      'price in the entry zone',
      'price between entry and tp1',
      'price between tp1 and tp2',
      'price past tp2',
    ]);
  });
  test('say where a short price stands', () => {
    const seed = asset(seedOf('mnq'), MORNING);
    const of = (last_price: number) => chartView({ ...seed, last_price }, context()).words.at(-1);
    expect([25_060, 25_040, 25_031, 25_004.75, 25_000, 24_950, 24_900].map(of)).toEqual([
      'price at or through the stop',
      'price between stop and entry',
      'price in the entry zone',
      'price in the entry zone',
      'price between entry and tp1',
      'price between tp1 and tp2',
      'price past tp2',
    ]);
  });
  test('widen the range by a price that has left it since the last bar', () => {
    expect(view({ last_price: 4230 }).words).toContain('range 4187.8 – 4230.0');
    expect(view().words).toContain('range 4187.8 – 4222.3');
  });
  test('leave out what is of another day or not known', () => {
    expect(view({ gate: null }, { range: () => undefined }).words).toEqual([
      '5m bars, 20 Nov',
      'price in the entry zone',
    ]);
    const evening = epochMs(Date.parse('2026-11-20T23:30:00Z'));
    const old = view({ bar_at: '2026-11-20T21:55:00.000Z' }, { now: evening });
    expect(old.words).toEqual(['5m bars, 23 Nov', 'price in the entry zone']);
  });
});

test('a figure keeps its drawing through swaps and has its words in the markup', () => {
  const html = render.card('MGC', context({}, { range })) ?? '';
  expect(html).toMatch(/<figure id="chart-mgc" class="chart" data-symbol="MGC" data-bar-at="[^"]+" data-price="4207"/);
  expect(html).toContain('<div class="chart-drawing" hx-morph-skip-children></div>');
  expect(html).toContain('<span>range 4187.8 – 4222.3</span>');
});
