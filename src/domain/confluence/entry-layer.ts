import type { Bar } from '../bars/bar.js';
import { createEma } from '../indicators/ema.js';
import { cell } from '../indicators/indicator.js';
import { createRsi } from '../indicators/rsi.js';
import { createSma } from '../indicators/sma.js';
import { reversalsOf } from '../signals/candle.js';
import type { Direction } from '../wave/wave.js';
import { directionOf, type EntryEvidence, type EntryLayer, type Layer } from './layer.js';

export const ENTRY_BARS = 26;

const CROSS_BARS = 3;
const VOLUME_BARS = 20;
export const RSI_BULL_OVER = 45;
export const RSI_BEAR_UNDER = 55;

/** The fast frame: EMA 9 against 21 with an RSI that does not object, and whether the newest bars pull the trigger. */
export function createEntryLayer(frameMs: number): Layer<EntryLayer> {
  const [fast, slow, rsi, volume] = [createEma(9), createEma(21), createRsi(14), createSma(VOLUME_BARS)];
  const now = new Float64Array(4); // fast, slow, rsi, mean volume
  let newest: Bar | undefined;
  let before: Bar | undefined;
  let crossed: Direction = 'NEUTRAL';
  let barsSinceCross = 0;
  let anchor = 0;
  let bars = 0;

  const followCross = (fastBefore: number, slowBefore: number): void => {
    barsSinceCross += 1;
    const side = directionOf(cell(now, 0), cell(now, 1));
    const sideBefore = directionOf(fastBefore, slowBefore);
    if (bars === 0 || side === 'NEUTRAL' || side === sideBefore) return;
    crossed = side;
    barsSinceCross = 0;
  };

  const triggerOf = (direction: Direction): EntryEvidence['trigger'] => {
    if (direction === 'NEUTRAL' || !newest || !before || newest.volume <= cell(now, 3)) return undefined;
    if (crossed === direction && barsSinceCross < CROSS_BARS) return 'cross';
    const { bullish, bearish } = reversalsOf(before, newest);
    return (direction === 'BULLISH' ? bullish : bearish) ? 'reversal' : undefined;
  };

  return {
    frameMs,
    push(bar) {
      if (bars === 0) anchor = bar.close;
      const close = bar.close - anchor;
      const [fastBefore, slowBefore] = [cell(now, 0), cell(now, 1)];
      now[0] = fast.push(close) ?? close;
      now[1] = slow.push(close) ?? close;
      now[2] = rsi.push(close) ?? 50;
      now[3] = volume.push(bar.volume) ?? Number.NaN;
      followCross(fastBefore, slowBefore);
      [before, newest] = [newest, bar];
      bars += 1;
    },
    read() {
      const head = { layer: 'entry', frameMs, bars, needs: ENTRY_BARS, barAt: newest?.at } as const;
      if (bars < ENTRY_BARS || !newest) return { ...head, direction: 'NEUTRAL', evidence: undefined };
      const [ema9 = 0, ema21 = 0, strength = 50, meanVolume = 0] = now;
      const direction = agreed(directionOf(ema9, ema21), strength);
      const evidence: EntryEvidence = {
        ema9: anchor + ema9,
        ema21: anchor + ema21,
        rsi: strength,
        trigger: triggerOf(direction),
        volume: newest.volume,
        meanVolume,
      };
      return { ...head, direction, evidence };
    },
  };
}

function agreed(direction: Direction, rsi: number): Direction {
  const isBacked = direction === 'BULLISH' ? rsi > RSI_BULL_OVER : rsi < RSI_BEAR_UNDER;
  return isBacked ? direction : 'NEUTRAL';
}
