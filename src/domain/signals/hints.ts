import type { Bands } from '../indicators/bollinger.js';
import type { WaveReading } from '../wave/wave.js';
import { leanOf, STRONG_WAVE } from './arrows.js';
import type { VolumeBar } from './volume-bars.js';

/** What a bar's volume says to someone in a trade: take profit or go to break-even, add, nobody is there. */
export type Hint = 'TP/BE' | 'ADD' | 'LOW VOL';

/** What a hint is made of, all at one closed bar. */
export interface HintFacts {
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly volumeBar: VolumeBar;
  readonly bands: Bands | undefined;
  readonly wave: Pick<WaveReading, 'direction' | 'dominantRatio'> | undefined;
}

export interface Hints {
  push(facts: HintFacts): Hint | undefined;
}

const QUIET_BELOW = 0.5;
const QUIET_BARS = 3;

/** One hint a bar at most. At a band the careful one wins: profit is taken before anything is added. */
export function createHints({ minWaveRatio = STRONG_WAVE }: { readonly minWaveRatio?: number } = {}): Hints {
  let quiet = 0;
  return {
    push(facts) {
      const { volume, volumeBar } = facts;
      const { meanBefore } = volumeBar;
      quiet = meanBefore !== undefined && volume < QUIET_BELOW * meanBefore ? quiet + 1 : 0;
      if (volumeBar.isSpike && isAtBand(facts)) return 'TP/BE';
      if (volumeBar.isSpike && isWithTrend(facts, minWaveRatio)) return 'ADD';
      // Said once, when the third quiet bar is there, and not again until the volume came back.
      return quiet === QUIET_BARS ? 'LOW VOL' : undefined;
    },
  };
}

const isAtBand = ({ high, low, bands }: HintFacts): boolean =>
  bands !== undefined && (high >= bands.upper || low <= bands.lower);

function isWithTrend({ volumeBar: { side }, wave }: HintFacts, minWaveRatio: number): boolean {
  const lean = leanOf(wave, minWaveRatio);
  return (side === 'up' && lean === 'BULLISH') || (side === 'down' && lean === 'BEARISH');
}
