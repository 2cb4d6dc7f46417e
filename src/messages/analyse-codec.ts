import type { FocusCard } from '../domain/focus/types.js';
import type { WindowIndicators } from '../domain/focus/window-indicators.js';
import type { ContractSpec } from '../domain/instruments/contract.js';
import { type EpochMs, iso } from '../kernel/units.js';
import { levelJson, rounded } from './analysis-codec.js';
import { focusAssetJson } from './focus-plan-codec.js';

export interface AnalyseFacts {
  readonly card: FocusCard;
  readonly asOf: EpochMs;
  readonly spec: ContractSpec;
  readonly indicators: WindowIndicators | undefined;
  /** Why there is no regime. */
  readonly withoutRegime: string | undefined;
}

/** JSON of the `analyse` command: the card as it goes out, and behind it what the wire leaves out. */
export function analyseJson({ card, asOf, spec, indicators, withoutRegime }: AnalyseFacts) {
  const { reading } = card;
  const asset = focusAssetJson(card, asOf);
  const { wave, volatility, quality, confluence, ict, ao } = reading;
  return {
    version: 1 as const,
    as_of: iso(asOf),
    symbol: asset.symbol,
    contract: asset.contract,
    bar_at: iso(reading.barAt),
    bars: reading.bars,
    card: asset,
    wave: wave
      ? {
          bull: price(wave.bull, spec),
          bear: price(wave.bear, spec),
          ratio: rounded(wave.ratio, 4),
          dominance: rounded(wave.dominance, 4),
          dominant_ratio: rounded(wave.dominantRatio, 4),
          direction: wave.direction,
          trend_speed: price(wave.trendSpeed, spec),
          current_ratio: rounded(wave.currentRatio, 4),
        }
      : null,
    volatility: volatility ? { ...volatility, percentile: rounded(volatility.percentile, 1) } : null,
    quality: quality ? { ...quality, score: rounded(quality.score, 1) } : null,
    ao: price(ao, spec),
    confluence: {
      direction: confluence.direction,
      score: confluence.score,
      note: asset.confluence_note,
      layers: asset.confluence_layers ?? [],
    },
    ict: ict ? ict.levels.map((level) => levelJson(level, spec)) : null,
    opening_range: asset.opening_range ?? null,
    gate: asset.gate ?? null,
    regime: asset.regime ?? null,
    regime_note: withoutRegime ?? null,
    hint: asset.hint ?? null,
    indicators: indicators ? indicatorsJson(indicators, spec) : null,
  };
}
export type AnalyseJson = ReturnType<typeof analyseJson>;

/** Two digits finer than the tick: an average lies between ticks. */
const price = (points: number | undefined, { decimals }: ContractSpec): number | null => rounded(points, decimals + 2);

const indicatorsJson = ({ barAt, bars, values }: WindowIndicators, spec: ContractSpec) => ({
  bar_at: iso(barAt),
  bars,
  ...Object.fromEntries(Object.entries(values).map(([id, value]) => [id.replaceAll('-', '_'), price(value, spec)])),
});
