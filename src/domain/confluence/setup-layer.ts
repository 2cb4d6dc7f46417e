import type { Bar } from '../bars/bar.js';
import { createAtr } from '../indicators/atr.js';
import { createEma } from '../indicators/ema.js';
import { createRsi } from '../indicators/rsi.js';
import { directionOf, type Layer, type SetupEvidence, type SetupLayer, type SetupParts } from './layer.js';

export const SETUP_BARS = 30;

const PULLBACK_BARS = 5;
const PULLBACK_ATR = 0.5;
const CLOSES_BARS = 20;
const CLOSES_NEEDED = 3;
export const SETUP_POINTS = { trend: 0.4, pullback: 0.3, rsi: 0.15, closes: 0.15 } as const;
export const RSI_BULL = { from: 45, to: 70 } as const;
export const RSI_BEAR = { from: 30, to: 55 } as const;

/** The middle frame: EMA 10 against 20, and how good a place to join the move the last bars made. */
export function createSetupLayer(frameMs: number): Layer<SetupLayer> {
  const [fast, slow, rsi, atr] = [createEma(10), createEma(20), createRsi(14), createAtr(14)];
  const now = new Float64Array(3); // fast, slow, rsi
  /** Which side of its own average each of the last closes lay: 1, 0 or -1. */
  const sides = new Int8Array(CLOSES_BARS);
  const barsSincePullback = { BULLISH: PULLBACK_BARS, BEARISH: PULLBACK_BARS };
  let newest: Bar | undefined;
  let anchor = 0;
  let bars = 0;
  return {
    frameMs,
    push(bar) {
      if (bars === 0) anchor = bar.close;
      const close = bar.close - anchor;
      const line = fast.push(close) ?? close;
      now[0] = line;
      now[1] = slow.push(close) ?? close;
      now[2] = rsi.push(close) ?? 50;
      const reach = PULLBACK_ATR * (atr.push(bar) ?? Number.NaN);
      // A pullback touches the average and goes at most half an ATR through it.
      const [under, over] = [line - (bar.low - anchor), bar.high - anchor - line];
      barsSincePullback.BULLISH = under >= 0 && under <= reach ? 0 : barsSincePullback.BULLISH + 1;
      barsSincePullback.BEARISH = over >= 0 && over <= reach ? 0 : barsSincePullback.BEARISH + 1;
      sides[bars % CLOSES_BARS] = Math.sign(close - line);
      newest = bar;
      bars += 1;
    },
    read() {
      const head = { layer: 'setup', frameMs, bars, needs: SETUP_BARS, barAt: newest?.at } as const;
      if (bars < SETUP_BARS) return { ...head, direction: 'NEUTRAL', evidence: undefined };
      const [ema10 = 0, ema20 = 0, strength = 50] = now;
      const direction = directionOf(ema10, ema20);
      const parts =
        direction === 'NEUTRAL'
          ? NO_PARTS
          : partsOf(direction, strength, {
              pulledBack: barsSincePullback[direction] < PULLBACK_BARS,
              closesBeyond: sides.filter((side) => side === (direction === 'BULLISH' ? 1 : -1)).length,
            });
      const evidence: SetupEvidence = {
        ema10: anchor + ema10,
        ema20: anchor + ema20,
        rsi: strength,
        // Full shares add up to 1 whatever the last bit of a double says.
        quality: Math.round(100 * (parts.trend + parts.pullback + parts.rsi + parts.closes)) / 100,
        parts,
      };
      return { ...head, direction, evidence };
    },
  };
}

const NO_PARTS: SetupParts = { trend: 0, pullback: 0, rsi: 0, closes: 0 };

interface LastBars {
  readonly pulledBack: boolean;
  readonly closesBeyond: number;
}

function partsOf(direction: 'BULLISH' | 'BEARISH', rsi: number, { pulledBack, closesBeyond }: LastBars): SetupParts {
  const band = direction === 'BULLISH' ? RSI_BULL : RSI_BEAR;
  return {
    trend: SETUP_POINTS.trend,
    pullback: pulledBack ? SETUP_POINTS.pullback : 0,
    rsi: rsi >= band.from && rsi <= band.to ? SETUP_POINTS.rsi : 0,
    closes: closesBeyond >= CLOSES_NEEDED ? SETUP_POINTS.closes : 0,
  };
}
