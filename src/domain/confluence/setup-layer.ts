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
const POINTS = { trend: 0.4, pullback: 0.3, rsi: 0.15, closes: 0.15 } as const;
const RSI_BULL = { from: 45, to: 70 } as const;
const RSI_BEAR = { from: 30, to: 55 } as const;

/** What one bar did, for a setup upwards and for one downwards. */
interface Mark {
  readonly pulledBack: boolean;
  readonly closedBeyond: boolean;
}
type Marks = Readonly<Record<'BULLISH' | 'BEARISH', Mark>>;

/** The middle frame: EMA 10 against 20, and how good a place to join the move the last bars made. */
export function createSetupLayer(frameMs: number): Layer<SetupLayer> {
  const [fast, slow, rsi, atr] = [createEma(10), createEma(20), createRsi(14), createAtr(14)];
  const now = new Float64Array(3); // fast, slow, rsi
  const marks: Marks[] = [];
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
      marks.push(marksOf({ close, low: bar.low - anchor, high: bar.high - anchor }, line, reach));
      if (marks.length > CLOSES_BARS) marks.shift();
      newest = bar;
      bars += 1;
    },
    read() {
      const head = { layer: 'setup', frameMs, bars, needs: SETUP_BARS, barAt: newest?.at } as const;
      if (bars < SETUP_BARS) return { ...head, direction: 'NEUTRAL', evidence: undefined };
      const [ema10 = 0, ema20 = 0, strength = 50] = now;
      const direction = directionOf(ema10, ema20);
      const parts = direction === 'NEUTRAL' ? NO_PARTS : partsOf(direction, strength, marks);
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

/** A pullback touches the average and goes no further than `reach` through it; each bar is judged by its own average. */
function marksOf(
  { close, low, high }: { readonly close: number; readonly low: number; readonly high: number },
  line: number,
  reach: number,
): Marks {
  return {
    BULLISH: { pulledBack: low <= line && line - low <= reach, closedBeyond: close > line },
    BEARISH: { pulledBack: high >= line && high - line <= reach, closedBeyond: close < line },
  };
}

function partsOf(direction: 'BULLISH' | 'BEARISH', rsi: number, marks: readonly Marks[]): SetupParts {
  const band = direction === 'BULLISH' ? RSI_BULL : RSI_BEAR;
  const pulledBack = marks.slice(-PULLBACK_BARS).some((mark) => mark[direction].pulledBack);
  const closesBeyond = marks.filter((mark) => mark[direction].closedBeyond).length;
  return {
    trend: POINTS.trend,
    pullback: pulledBack ? POINTS.pullback : 0,
    rsi: rsi >= band.from && rsi <= band.to ? POINTS.rsi : 0,
    closes: closesBeyond >= CLOSES_NEEDED ? POINTS.closes : 0,
  };
}
