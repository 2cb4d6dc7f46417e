import { FIVE_MINUTES, HOUR, MINUTE } from '../../kernel/units.js';
import type { ContractSpec } from '../instruments/contract.js';
import type { Direction } from '../wave/wave.js';
import type { BiasLayer, EntryLayer, LayerReading, SetupLayer } from './layer.js';

export interface ConfluenceFrames {
  readonly bias: number;
  readonly setup: number;
  readonly entry: number;
}

export interface ConfluenceReading {
  readonly direction: Direction;
  /** Layers that say the direction, 0 to 3. */
  readonly score: number;
  /** Slow to fast. */
  readonly layers: readonly [BiasLayer, SetupLayer, EntryLayer];
}

export const LAYERS = 3;

const USUAL: ConfluenceFrames = { bias: 15 * MINUTE, setup: FIVE_MINUTES, entry: MINUTE };
/** Metals are read a frame slower. */
const METALS: ConfluenceFrames = { bias: HOUR, setup: 15 * MINUTE, entry: FIVE_MINUTES };

export const framesFor = ({ calendar }: Pick<ContractSpec, 'calendar'>): ConfluenceFrames =>
  calendar === 'metals' ? METALS : USUAL;

/** The direction most layers say; as many against as for is neutral and scores nothing. */
export function confluenceOf(layers: ConfluenceReading['layers']): ConfluenceReading {
  const saying = (direction: Direction): number => layers.filter((layer) => layer.direction === direction).length;
  const [bulls, bears] = [saying('BULLISH'), saying('BEARISH')];
  if (bulls === bears) return { direction: 'NEUTRAL', score: 0, layers };
  return { direction: bulls > bears ? 'BULLISH' : 'BEARISH', score: Math.max(bulls, bears), layers };
}

/** A layer that has seen too few bars says nothing, and the card says so. */
export const isWarm = ({ bars, needs }: LayerReading): boolean => bars >= needs;
