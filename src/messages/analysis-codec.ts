import { type ConfluenceReading, isWarm } from '../domain/confluence/confluence.js';
import type { LayerReading, SetupParts } from '../domain/confluence/layer.js';
import type { ContractSpec } from '../domain/instruments/contract.js';
import { HOUR, iso, MINUTE } from '../kernel/units.js';
import type { ConfluenceLayerJson } from './focus-plan.js';

export function confluenceFields({ score, layers }: ConfluenceReading, spec: ContractSpec) {
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

export function rounded(value: number | undefined, digits: number): number | null {
  if (value === undefined) return null;
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
