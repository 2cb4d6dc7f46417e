import { FIVE_MINUTES, MINUTE } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createAo } from '../indicators/ao.js';
import { createRsi } from '../indicators/rsi.js';
import { reversalsOf } from '../signals/candle.js';
import { QUALITY_WARMUP, type QualityReading, qualityOf } from '../signals/quality.js';
import { createVelocity } from '../signals/velocity.js';
import { createWave, type WaveOptions, type WaveReading } from '../wave/wave.js';

const HIGHER_FRAME = 15 * MINUTE;

/** Everything that follows the 5-minute bars of the focus window, one bar at a time. Prices are in ticks. */
export interface FocusFold {
  push(bar: Bar): void;
  bars(): number;
  ao(): number | undefined;
  wave(): WaveReading | undefined;
  quality(volPercentile: number): QualityReading | undefined;
}

/**
 * Prices enter as ticks from the window's first close. Whole small numbers keep the sums exact, and the mirror image
 * of a market gives the mirrored doubles to the last bit. The higher frame of the quality is the wave on the 15-minute
 * closes of the same bars; a 15-minute bar counts once its last 5-minute bar, or a later one, is there.
 */
export function createFocusFold(options: WaveOptions = {}): FocusFold {
  const wave = createWave(options);
  const higher = createWave(options);
  const ao = createAo();
  const rsi = createRsi(14);
  const velocity = createVelocity();
  let newest:
    | { readonly bar: Bar; readonly close: number; readonly ao: number | undefined; readonly rsi: number }
    | undefined;
  let before: Bar | undefined;
  let pending: { readonly bucket: number; readonly close: number } | undefined;
  let anchor = 0;
  let bars = 0;

  const followHigher = (at: number, close: number): void => {
    const bucket = Math.floor(at / HIGHER_FRAME);
    if (pending !== undefined && pending.bucket !== bucket) higher.push(pending.close);
    const isLast = at + FIVE_MINUTES === (bucket + 1) * HIGHER_FRAME;
    if (isLast) higher.push(close);
    pending = isLast ? undefined : { bucket, close };
  };

  return {
    push(bar) {
      if (bars === 0) anchor = bar.close;
      const close = bar.close - anchor;
      bars += 1;
      wave.push(close);
      velocity.push(close);
      followHigher(bar.at, close);
      before = newest?.bar;
      newest = {
        bar,
        close,
        ao: ao.push({ high: bar.high - anchor, low: bar.low - anchor }),
        rsi: rsi.push(close) ?? 50,
      };
    },
    bars: () => bars,
    ao: () => newest?.ao,
    wave: () => wave.read(),
    quality(volPercentile) {
      const pace = velocity.read();
      if (bars < QUALITY_WARMUP || !newest || !before || !pace || newest.ao === undefined) return undefined;
      return qualityOf({
        close: newest.close,
        trend: wave.trend(),
        ao: newest.ao,
        rsi: newest.rsi,
        volPercentile,
        velocity: pace.velocity,
        velocityChange: pace.change,
        currentRatio: wave.read()?.currentRatio,
        candle: reversalsOf(before, newest.bar),
        higherFrame: higher.read()?.direction ?? 'NEUTRAL',
      });
    },
  };
}
