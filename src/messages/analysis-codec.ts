import { type ConfluenceReading, isWarm } from '../domain/confluence/confluence.js';
import type { LayerReading, SetupParts } from '../domain/confluence/layer.js';
import type { LiveRegime, Reading } from '../domain/focus/types.js';
import type { GateReading } from '../domain/gate/gate.js';
import type { IctLevel } from '../domain/ict/level.js';
import { type ContractSpec, priceOf } from '../domain/instruments/contract.js';
import type { OpeningRange, OpeningRangeSignal } from '../domain/opening-range/opening-range.js';
import { HOUR, iso, MINUTE } from '../kernel/units.js';
import type {
  ConfluenceLayerJson,
  GateJson,
  IctLevelJson,
  OpeningRangeJson,
  OpeningRangeSignalJson,
  RegimeJson,
} from './focus-plan.js';

/** What the frames, levels, opening range, gate, volume and regime say on a card. */
export const analysisFields = (
  { barAt, confluence, ict, openingRange, gate, hint, regime }: Reading,
  spec: ContractSpec,
) => ({
  ...confluenceFields(confluence, spec),
  ict_above: ict?.above ? levelJson(ict.above, spec) : null,
  ict_below: ict?.below ? levelJson(ict.below, spec) : null,
  opening_range: openingRange ? openingRangeJson(openingRange, spec) : null,
  gate: gate ? gateJson(gate, spec) : null,
  regime: regime ? regimeJson(regime) : null,
  hint: hint === undefined ? null : { kind: hint, at: iso(barAt) },
});

function confluenceFields({ score, layers }: ConfluenceReading, spec: ContractSpec) {
  const cold = layers.filter((layer) => !isWarm(layer));
  const missing = cold.map(
    ({ layer, bars, needs, frameMs }) => `${layer} ${bars} of ${needs} ${frameOf(frameMs)} bars`,
  );
  return {
    confluence: score,
    confluence_note: cold.length === 0 ? null : `${score} of ${layers.length}, warming up: ${missing.join(', ')}`,
    confluence_layers: layers.map((layer) => layerJson(layer, spec)),
  };
}

export const levelJson = (level: IctLevel, spec: ContractSpec): IctLevelJson => ({
  kind: level.kind,
  side: level.side,
  low: priceOf(level.low, spec),
  high: priceOf(level.high, spec),
  at: iso(level.at),
  age_bars: level.ageBars,
  state: level.state,
  fill: rounded(level.fill, 3),
});

const openingRangeJson = (range: OpeningRange, spec: ContractSpec): OpeningRangeJson => ({
  high: priceOf(range.high, spec),
  low: priceOf(range.low, spec),
  over: range.over,
  complete: range.complete,
  missing: range.missing,
  signal: range.signal ? openingRangeSignalJson(range.signal, spec) : null,
});

/** The signal's ATR is in points. */
export const openingRangeSignalJson = (signal: OpeningRangeSignal, spec: ContractSpec): OpeningRangeSignalJson => ({
  type: signal.type,
  direction: signal.direction,
  trigger_price: priceOf(signal.triggerPrice, spec),
  or_high: priceOf(signal.orHigh, spec),
  or_low: priceOf(signal.orLow, spec),
  atr: rounded(signal.atr, spec.decimals + 2),
  timestamp: iso(signal.at),
});

const gateJson = ({ quarter, hour, vwap, passesLong, passesShort }: GateReading, spec: ContractSpec): GateJson => ({
  adx: rounded(quarter.adx, 1),
  trend: quarter.trend,
  passes_long: passesLong,
  passes_short: passesShort,
  slope: rounded(quarter.slope, 4),
  bar_at: iso(quarter.barAt),
  adx_1h: rounded(hour?.adx, 1),
  trend_1h: hour?.trend ?? null,
  vwap: vwap === undefined ? null : rounded(vwap / spec.ticksPerPoint, spec.decimals + 2),
});

/** Four digits of a chance: nobody acts on more, and the three still sum to 1 for the eye. */
const regimeJson = ({ label, bars, chances, trainedThrough, rows }: LiveRegime): RegimeJson => ({
  label: label ?? null,
  bars,
  chances: chances.map((chance) => rounded(chance, 4)),
  trained_through: iso(trainedThrough),
  rows,
});

const layerJson = (reading: LayerReading, spec: ContractSpec): ConfluenceLayerJson => ({
  layer: reading.layer,
  frame: frameOf(reading.frameMs),
  direction: reading.direction,
  bars: reading.bars,
  needs: reading.needs,
  bar_at: reading.barAt === undefined ? null : iso(reading.barAt),
  evidence: evidenceJson(reading, spec),
});

function evidenceJson(reading: LayerReading, spec: ContractSpec): ConfluenceLayerJson['evidence'] {
  if (!reading.evidence) return {};
  // Two digits finer than the tick: an average lies between ticks.
  const price = (inTicks: number) => rounded(inTicks / spec.ticksPerPoint, spec.decimals + 2);
  switch (reading.layer) {
    case 'bias': {
      const { ema10, ema20, ema50 } = reading.evidence;
      return { ema10: price(ema10), ema20: price(ema20), ema50: price(ema50) };
    }
    case 'setup': {
      const { ema10, ema20, rsi, quality, parts } = reading.evidence;
      return { ema10: price(ema10), ema20: price(ema20), rsi: rounded(rsi, 1), quality, ...partFields(parts) };
    }
    case 'entry': {
      const { ema9, ema21, rsi, trigger, volume, meanVolume } = reading.evidence;
      const averages = { ema9: price(ema9), ema21: price(ema21), rsi: rounded(rsi, 1) };
      return { ...averages, trigger: trigger ?? null, volume, mean_volume: rounded(meanVolume, 1) };
    }
  }
}

const partFields = (parts: SetupParts): Record<string, number> =>
  Object.fromEntries(Object.entries(parts).map(([name, points]) => [`part_${name}`, points]));

const frameOf = (ms: number): string => (ms >= HOUR ? `${ms / HOUR}h` : `${ms / MINUTE}m`);

export function rounded(value: number, digits: number): number;
export function rounded(value: number | undefined, digits: number): number | null;
export function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
