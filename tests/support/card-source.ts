import { type EpochMs, epochMs, iso, MINUTE } from '../../src/kernel/units.js';
import type { ConfluenceLayerJson, FocusAsset, GateJson, IctLevelJson } from '../../src/messages/focus-plan.js';

type Direction = ConfluenceLayerJson['direction'];
type Analysis = Pick<
  FocusAsset,
  | 'confluence'
  | 'confluence_note'
  | 'confluence_layers'
  | 'ict_above'
  | 'ict_below'
  | 'opening_range'
  | 'gate'
  | 'regime'
  | 'hint'
>;

const NEEDS = { bias: 55, setup: 30, entry: 26 } as const;
const AVERAGES = { bias: [10, 20, 50], setup: [10, 20], entry: [9, 21] } as const;

/** Open of the newest closed bar of so many minutes. */
export const openOf = (now: EpochMs, minutes: number): string =>
  iso(epochMs((Math.floor(now / (minutes * MINUTE)) - 1) * minutes * MINUTE));

export function layer(
  name: ConfluenceLayerJson['layer'],
  direction: Direction,
  { now, frame = '5m', last = 4207 }: { readonly now: EpochMs; readonly frame?: string; readonly last?: number },
): ConfluenceLayerJson {
  const toward = direction === 'BULLISH' ? 1 : direction === 'BEARISH' ? -1 : 0;
  const averages = AVERAGES[name].map((length, i) => [`ema${length}`, last - toward * (i + 1) * last * 0.0005]);
  const rsi = 50 + toward * 8.4;
  const more = {
    bias: {},
    setup: { rsi, quality: 0.85, part_trend: 0.4, part_pullback: 0.3, part_rsi: 0.15, part_closes: 0 },
    entry: { rsi, trigger: toward === 0 ? null : 'cross', volume: 412, mean_volume: 268.4 },
  }[name];
  const minutes = { '1m': 1, '5m': 5, '15m': 15, '1h': 60 }[frame] ?? 5;
  return {
    layer: name,
    frame,
    direction,
    bars: 276,
    needs: NEEDS[name],
    bar_at: openOf(now, minutes),
    evidence: { ...Object.fromEntries(averages), ...more },
  };
}

/** A layer that has not seen enough bars yet. */
export const coldLayer = (name: ConfluenceLayerJson['layer'], frame: string, bars: number): ConfluenceLayerJson => ({
  layer: name,
  frame,
  direction: 'NEUTRAL',
  bars,
  needs: NEEDS[name],
  bar_at: null,
  evidence: {},
});

export const gateAt = (now: EpochMs, more: Partial<GateJson> = {}): GateJson => ({
  adx: 27.3,
  trend: 'BULLISH',
  passes_long: true,
  passes_short: false,
  slope: 0.1204,
  bar_at: openOf(now, 15),
  adx_1h: 22.8,
  trend_1h: 'BULLISH',
  vwap: 4203.48,
  ...more,
});

/** Drawn so many 5-minute bars before the newest closed one. */
export const level = (
  now: EpochMs,
  more: Pick<IctLevelJson, 'side' | 'low' | 'high'> & Partial<IctLevelJson>,
): IctLevelJson => ({
  kind: 'order-block',
  at: openOf(epochMs(now - (more.age_bars ?? 14) * 5 * MINUTE), 5),
  age_bars: 14,
  state: 'fresh',
  fill: null,
  ...more,
});

export const regimeAt = (more: Partial<NonNullable<FocusAsset['regime']>> = {}): NonNullable<FocusAsset['regime']> => ({
  label: 'trending',
  bars: 12,
  chances: [0.08, 0.85, 0.07],
  trained_through: '2026-11-19T17:00:00.000Z',
  rows: 5_480,
  ...more,
});

/** What the analysis says on four cards at 04:57: all for it, mirrored and against, in between, and not warm yet. */
export function analysisOf(
  { symbol, last }: { readonly symbol: string; readonly last: number },
  now: EpochMs,
): Analysis {
  const usual = { confluence_note: null, opening_range: null, hint: null };
  const on = (frame: string) => ({ now, frame, last });
  const all = (direction: Direction) => [
    layer('bias', direction, on('15m')),
    layer('setup', direction, on('5m')),
    layer('entry', direction, on('1m')),
  ];
  switch (symbol) {
    case 'MGC':
      return {
        ...usual,
        confluence: 3,
        confluence_layers: [
          layer('bias', 'BULLISH', on('1h')),
          layer('setup', 'BULLISH', on('15m')),
          layer('entry', 'BULLISH', on('5m')),
        ],
        ict_above: level(now, { side: 'SHORT', kind: 'gap', low: 4215.2, high: 4216, state: 'part-filled', fill: 0.4 }),
        ict_below: level(now, { side: 'LONG', low: 4196.4, high: 4199, age_bars: 41 }),
        gate: gateAt(now),
        regime: regimeAt(),
        hint: { kind: 'ADD', at: openOf(now, 5) },
      };
    case 'MNQ':
      return {
        ...usual,
        confluence: 3,
        confluence_layers: all('BEARISH'),
        ict_above: level(now, { side: 'SHORT', kind: 'breaker', low: 25_040, high: 25_048.75, state: 'tested' }),
        ict_below: level(now, { side: 'LONG', kind: 'sweep', low: 24_930, high: 24_938.5, age_bars: 1 }),
        gate: gateAt(now, { adx: 17.6, trend: 'BEARISH', passes_long: false, slope: -0.05, vwap: 25_020.125 }),
        regime: regimeAt({ label: 'stressed', bars: 1, chances: [0.02, 0.31, 0.67] }),
      };
    case 'MCL':
      return {
        ...usual,
        confluence: 1,
        confluence_note: '1 of 3, warming up: bias 31 of 55 15m bars, entry 5 of 26 1m bars',
        confluence_layers: [
          coldLayer('bias', '15m', 31),
          layer('setup', 'BULLISH', on('5m')),
          coldLayer('entry', '1m', 5),
        ],
        ict_above: null,
        ict_below: null,
        gate: null,
        regime: null,
      };
    default:
      return {
        ...usual,
        confluence: 0,
        confluence_layers: [...all('BULLISH').slice(0, 1), ...all('BEARISH').slice(1, 2), ...all('NEUTRAL').slice(2)],
        ict_above: null,
        ict_below: level(now, { side: 'LONG', low: last, high: last }),
        gate: gateAt(now, {
          adx: 14.2,
          trend: 'NEUTRAL',
          passes_long: false,
          slope: 0,
          adx_1h: null,
          trend_1h: null,
          vwap: last,
        }),
        regime: regimeAt({ label: null, bars: 0, chances: [0.45, 0.4, 0.15] }),
      };
  }
}
