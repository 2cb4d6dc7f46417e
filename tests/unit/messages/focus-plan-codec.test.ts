import { describe, expect, test } from 'vitest';
import { focusCard } from '../../../src/domain/focus/card.js';
import { focusPlan } from '../../../src/domain/focus/plan.js';
import { rankCards } from '../../../src/domain/focus/rank.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, SECOND } from '../../../src/kernel/units.js';
import { focusPlanSchema } from '../../../src/messages/focus-plan.js';
import { focusAssetJson, focusPlanJson } from '../../../src/messages/focus-plan-codec.js';
import { goodFacts, goodReading } from '../domain/focus/card-facts.js';

const noTrade = {
  active: true,
  reasons: [{ id: 'low-quality', text: 'All focus assets are under quality 55: the best has 40', facts: { best: 40 } }],
  warnings: [],
};
const card = focusCard(goodFacts);

describe('focus plan on the wire', () => {
  test('writes one card in decimals, dollars and rounded ratios', () => {
    expect(focusAssetJson(card, after(goodFacts.now, 3 * SECOND))).toEqual({
      symbol: 'MGC',
      name: goodFacts.spec.name,
      contract: 'MGCZ6',
      roll: { to: 'MGCG7', on: '2026-11-24', text: 'MGC rolls Z6 -> G7 on Tue 24 Nov' },
      bias: 'LONG',
      tradeable: true,
      note: null,
      last_price: 4207.1,
      price_at: '2026-11-19T14:35:00.000Z',
      data_age_s: 3,
      stale: false,
      bar_at: '2026-11-19T14:30:00.000Z',
      bar_close: 4207,
      side: 'LONG',
      entry_low: 4203.9,
      entry_high: 4207.9,
      stop: 4196.4,
      tp1: 4218.4,
      tp2: 4227.9,
      wave_ratio: 1.92,
      dominant_ratio: 1.92,
      wave_direction: 'BULLISH',
      current_ratio: 0.6458,
      quality: 72.5,
      quality_version: 1,
      quality_parts: goodReading.quality.parts,
      context: 'UPTREND',
      bias_parts: { wave: 1, ao: 1, confluence: 0, score: 0.7 },
      vol_percentile: 41.3,
      vol_basis: 'time-of-day',
      vol_days: 20,
      vol_regime: 'normal',
      atr: 6.3,
      confluence: 0,
      confluence_note: null,
      confluence_layers: [
        {
          layer: 'bias',
          frame: '1h',
          direction: 'NEUTRAL',
          bars: 115,
          needs: 55,
          bar_at: '2026-11-19T13:00:00.000Z',
          evidence: { ema10: 4204.013, ema20: 4205.05, ema50: 4201 },
        },
        {
          layer: 'setup',
          frame: '15m',
          direction: 'BULLISH',
          bars: 460,
          needs: 30,
          bar_at: '2026-11-19T14:15:00.000Z',
          evidence: {
            ema10: 4206.175,
            ema20: 4205,
            rsi: 61.2,
            quality: 0.7,
            part_trend: 0.4,
            part_pullback: 0,
            part_rsi: 0.15,
            part_closes: 0.15,
          },
        },
        {
          layer: 'entry',
          frame: '5m',
          direction: 'BEARISH',
          bars: 1300,
          needs: 26,
          bar_at: '2026-11-19T14:30:00.000Z',
          evidence: { ema9: 4206.9, ema21: 4207.1, rsi: 47, trigger: 'cross', volume: 900, mean_volume: 612.3 },
        },
      ],
      hint: { kind: 'ADD', at: '2026-11-19T14:30:00.000Z' },
      ict_above: {
        kind: 'gap',
        side: 'SHORT',
        low: 4209.5,
        high: 4211,
        at: '2026-11-19T13:30:00.000Z',
        age_bars: 12,
        state: 'part-filled',
        fill: 0.25,
      },
      ict_below: null,
      opening_range: { high: 4208, low: 4202, over: false, complete: false, missing: 1, signal: null },
      gate: {
        adx: 27.4,
        trend: 'BULLISH',
        passes_long: true,
        passes_short: false,
        slope: 0.08,
        bar_at: '2026-11-19T14:15:00.000Z',
        adx_1h: null,
        trend_1h: null,
        vwap: 4204.95,
      },
      regime: {
        label: 'calm',
        bars: 12,
        chances: [0.8123, 0.15, 0.0377],
        trained_through: '2026-11-18T16:30:00.000Z',
        rows: 5244,
      },
      position_size: 3,
      risk_per_contract: 115,
      risk_dollars: 345,
      max_loss_text: null,
    });
  });

  test('says null for what is not warm', () => {
    const cold = {
      ...goodReading,
      bars: 3,
      atr: undefined,
      ao: undefined,
      wave: undefined,
      volatility: undefined,
      quality: undefined,
      ict: undefined,
      openingRange: undefined,
      gate: undefined,
      regime: undefined,
    };
    const json = focusAssetJson(focusCard({ ...goodFacts, reading: cold }), goodFacts.now);
    const unknown = [
      'side',
      'entry_low',
      'stop',
      'tp2',
      'wave_ratio',
      'quality',
      'context',
      'vol_basis',
      'atr',
      'risk_per_contract',
      'ict_above',
      'ict_below',
      'opening_range',
      'gate',
    ];
    for (const field of unknown) expect(json, field).toHaveProperty(field, null);
    expect(json).toMatchObject({ quality_parts: {}, bias_parts: {}, position_size: 0, risk_dollars: 0 });
  });

  test('survives the way through JSON and the schema unchanged', () => {
    const ranked = rankCards([card]);
    const json = focusPlanJson(focusPlan({ asOf: goodFacts.now, ranked, noTrade, account: goodFacts.account }), 'demo');
    expect(focusPlanSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
    expect(json).toMatchObject({
      version: 1,
      as_of: '2026-11-19T14:35:00.000Z',
      trading_day: '2026-11-19',
      session: 'active',
      mode: 'demo',
      no_trade: noTrade,
      account: { size: 50_000, risk_cap: 375 },
      others: [],
    });
  });

  test('the no-trade flag does not change a card', () => {
    const plan = (flag: typeof noTrade) =>
      focusPlanJson(
        focusPlan({ asOf: goodFacts.now, ranked: rankCards([card]), noTrade: flag, account: goodFacts.account }),
        'live',
      );
    expect(plan(noTrade).assets).toEqual(plan({ active: false, reasons: [], warnings: [] }).assets);
  });
});

test('a decided roll has its day on the card until it comes; one that did not come leaves the word to the calendar', () => {
  const rollAt = (rollsOn: string) =>
    focusAssetJson(focusCard({ ...goodFacts, rollsOn: tradingDay(rollsOn) }), goodFacts.now).roll;
  expect(rollAt('2026-11-20')).toEqual({ to: 'MGCG7', on: '2026-11-20', text: 'MGC rolls Z6 -> G7 on Fri 20 Nov' });
  expect(rollAt('2026-11-18')).toMatchObject({ on: '2026-11-24' });
});
