import type { EpochMs } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createAdx } from '../indicators/adx.js';
import { createAtr } from '../indicators/atr.js';
import { createEma } from '../indicators/ema.js';
import { cell } from '../indicators/indicator.js';
import type { Direction } from '../wave/wave.js';

/** What one frame says of trend and its strength. */
export interface GateFrame {
  readonly frameMs: number;
  /** Open of the newest closed bar of the frame. */
  readonly barAt: EpochMs;
  /** ADX 14, 0 to 100. */
  readonly adx: number;
  /** ATR 14, in ticks. */
  readonly atr: number;
  /** Change of the EMA 20 over the newest bar, in ATR. */
  readonly slope: number;
  /** The sign of the slope. */
  readonly trend: Direction;
}

export interface FrameFollower {
  push(bar: Bar): void;
  /** Undefined until the ADX is warm. */
  read(): GateFrame | undefined;
}

const TREND_LENGTH = 20;
const LENGTH = 14;

export function followFrame(frameMs: number): FrameFollower {
  const [trend, adx, atr] = [createEma(TREND_LENGTH), createAdx(LENGTH), createAtr(LENGTH)];
  const now = new Float64Array(4); // trend line, the one before, ADX, ATR
  const [LINE, BEFORE, STRENGTH, RANGE] = [0, 1, 2, 3] as const;
  let newest: Bar | undefined;
  let anchor: number | undefined;
  return {
    push(bar) {
      anchor ??= bar.close;
      now[BEFORE] = cell(now, LINE);
      // Prices from the first close: mirrored prices then give the mirrored slope to the last bit.
      now[LINE] = trend.push(bar.close - anchor) ?? 0;
      now[STRENGTH] = adx.push(bar) ?? Number.NaN;
      now[RANGE] = atr.push(bar) ?? Number.NaN;
      newest = bar;
    },
    read() {
      const [strength, range] = [cell(now, STRENGTH), cell(now, RANGE)];
      if (!newest || Number.isNaN(strength)) return undefined;
      const rise = cell(now, LINE) - cell(now, BEFORE);
      const slope = range > 0 ? rise / range : 0;
      const direction = rise === 0 ? 'NEUTRAL' : rise > 0 ? 'BULLISH' : 'BEARISH';
      return { frameMs, barAt: newest.at, adx: strength, atr: range, slope, trend: direction };
    },
  };
}
