import type { Ticks } from '../../kernel/units.js';
import { type ContractSpec, priceOf, snap } from '../instruments/contract.js';
import type { Levels } from './types.js';

export interface LevelFacts {
  readonly side: 'LONG' | 'SHORT';
  readonly price: Ticks;
  /** In points. */
  readonly atr: number;
  readonly dominantRatio: number;
}

// All in ATR, but the second: the far edge of the entry zone lies against the trade, the near one 0.3 of it beyond the price.
export const ZONE_STRONG = 0.5;
export const ZONE_USUAL = 0.75;
export const STRONG_RATIO = 1.5;
export const NEAR_SHARE = 0.3;
export const STOP_ATR = 1.5;
export const TARGET_1_ATR = 2;
export const TARGET_2_ATR = 3.5;

/** Entry zone, stop and targets, all on the tick grid: entries and targets round towards the price, stops away from it. */
export function levelsFor({ side, price, atr, dominantRatio }: LevelFacts, spec: ContractSpec): Levels {
  const sign = side === 'LONG' ? 1 : -1;
  const [up, down] = side === 'LONG' ? (['up', 'down'] as const) : (['down', 'up'] as const);
  const at = priceOf(price, spec);
  const zone = (dominantRatio > STRONG_RATIO ? ZONE_STRONG : ZONE_USUAL) * atr;
  const middle = at - sign * zone * ((1 - NEAR_SHARE) / 2);
  const far = snap(at - sign * zone, spec, up);
  const near = snap(at + sign * zone * NEAR_SHARE, spec, down);
  return {
    side,
    entryLow: side === 'LONG' ? far : near,
    entryHigh: side === 'LONG' ? near : far,
    stop: snap(middle - sign * STOP_ATR * atr, spec, down),
    tp1: snap(middle + sign * TARGET_1_ATR * atr, spec, down),
    tp2: snap(middle + sign * TARGET_2_ATR * atr, spec, down),
  };
}
