import type { EpochMs } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import type { Direction } from '../wave/wave.js';

/** Prices of the evidence are in ticks; an average lies between them. */
export interface BiasEvidence {
  readonly ema10: number;
  readonly ema20: number;
  readonly ema50: number;
}

export interface SetupEvidence {
  readonly ema10: number;
  readonly ema20: number;
  readonly rsi: number;
  /** 0.4 to 1, the sum of the parts; 0 while the layer is neutral. */
  readonly quality: number;
  readonly parts: SetupParts;
}

export interface SetupParts {
  readonly trend: number;
  readonly pullback: number;
  readonly rsi: number;
  readonly closes: number;
}

export interface EntryEvidence {
  readonly ema9: number;
  readonly ema21: number;
  readonly rsi: number;
  /** What would have let an entry go on the newest bar, volume permitting. */
  readonly trigger: 'cross' | 'reversal' | undefined;
  readonly volume: number;
  readonly meanVolume: number;
}

interface Read<Name extends string, Evidence> {
  readonly layer: Name;
  readonly frameMs: number;
  readonly direction: Direction;
  /** Bars seen and bars needed; short of them the layer is neutral and has no evidence. */
  readonly bars: number;
  readonly needs: number;
  /** Open of the newest closed bar of the frame. */
  readonly barAt: EpochMs | undefined;
  readonly evidence: Evidence | undefined;
}

export type BiasLayer = Read<'bias', BiasEvidence>;
export type SetupLayer = Read<'setup', SetupEvidence>;
export type EntryLayer = Read<'entry', EntryEvidence>;
export type LayerReading = BiasLayer | SetupLayer | EntryLayer;

/** One time frame's opinion, fed with the closed bars of that frame. */
export interface Layer<Reading extends LayerReading> {
  readonly frameMs: number;
  push(bar: Bar): void;
  read(): Reading;
}

/** Which of two averages is above; equal ones (a market at rest) say nothing. */
export function directionOf(fast: number, slow: number): Direction {
  if (fast === slow) return 'NEUTRAL';
  return fast > slow ? 'BULLISH' : 'BEARISH';
}
