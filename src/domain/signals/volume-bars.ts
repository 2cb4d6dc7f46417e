import { createSma } from '../indicators/sma.js';

/** Which way a bar closed; a flat one closed where it opened. */
export type BarSide = 'up' | 'down' | 'flat';

/** What colours a bar: green or red by its side, lime or orange when its volume stands out. */
export interface VolumeBar {
  readonly side: BarSide;
  readonly isSpike: boolean;
  /** Mean volume of the 20 bars before this one; undefined while there are fewer. */
  readonly meanBefore: number | undefined;
}

export interface VolumeBars {
  push(bar: { readonly open: number; readonly close: number; readonly volume: number }): VolumeBar;
}

export const VOLUME_MEAN_BARS = 20;
const SPIKE_FROM = 2;

/**
 * Sorts bars by side and volume. The mean is that of the bars before: a spike inside its own mean would have to be
 * 2.11 times the rest to pass for 2 times.
 */
export function createVolumeBars(): VolumeBars {
  const mean = createSma(VOLUME_MEAN_BARS);
  let meanBefore: number | undefined;
  return {
    push({ open, close, volume }) {
      const side = close > open ? 'up' : close < open ? 'down' : 'flat';
      const isSpike = meanBefore !== undefined && meanBefore > 0 && volume > SPIKE_FROM * meanBefore;
      const bar = { side, isSpike, meanBefore } as const;
      meanBefore = mean.push(volume);
      return bar;
    },
  };
}
