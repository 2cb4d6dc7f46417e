import type { Bar } from '../bars/bar.js';
import { createEma } from '../indicators/ema.js';
import type { Direction } from '../wave/wave.js';
import type { BiasEvidence, BiasLayer, Layer } from './layer.js';

export const BIAS_BARS = 55;

/** The slow frame: three averages fanned out in one direction, or nothing. */
export function createBiasLayer(frameMs: number): Layer<BiasLayer> {
  const averages = [createEma(10), createEma(20), createEma(50)] as const;
  const now = new Float64Array(3);
  let newest: Bar | undefined;
  let anchor = 0;
  let bars = 0;
  return {
    frameMs,
    push(bar) {
      // Prices from the first close: mirrored prices then give mirrored averages to the last bit.
      if (bars === 0) anchor = bar.close;
      for (const [i, average] of averages.entries()) now[i] = average.push(bar.close - anchor) ?? 0;
      newest = bar;
      bars += 1;
    },
    read() {
      const head = { layer: 'bias', frameMs, bars, needs: BIAS_BARS, barAt: newest?.at } as const;
      if (bars < BIAS_BARS) return { ...head, direction: 'NEUTRAL', evidence: undefined };
      const [fast = 0, middle = 0, slow = 0] = now;
      const evidence: BiasEvidence = { ema10: anchor + fast, ema20: anchor + middle, ema50: anchor + slow };
      return { ...head, direction: fanOf(fast, middle, slow), evidence };
    },
  };
}

function fanOf(fast: number, middle: number, slow: number): Direction {
  if (fast > middle && middle > slow) return 'BULLISH';
  return fast < middle && middle < slow ? 'BEARISH' : 'NEUTRAL';
}
