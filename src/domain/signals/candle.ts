interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface Reversals {
  readonly bullish: boolean;
  readonly bearish: boolean;
}

/** Reversal candles on the newer of two bars. It can be both: a hammer whose falling body engulfs the one before. */
export function reversalsOf(before: Candle, bar: Candle): Reversals {
  const [mirroredBefore, mirrored] = [mirror(before), mirror(bar)];
  return {
    bullish: isHammer(bar) || engulfs(before, bar),
    bearish: isHammer(mirrored) || engulfs(mirroredBefore, mirrored),
  };
}

/** A small body at the top: the lower shadow at least twice the body, the upper at most half of it (after Nison 1991). */
function isHammer({ open, high, low, close }: Candle): boolean {
  const body = Math.abs(close - open);
  return body > 0 && Math.min(open, close) - low >= 2 * body && high - Math.max(open, close) <= body / 2;
}

/** A rising body that wraps the falling body before it and is larger (after Nison 1991). */
function engulfs(before: Candle, bar: Candle): boolean {
  const [fell, rose] = [before.open - before.close, bar.close - bar.open];
  return fell > 0 && rose > fell && bar.open <= before.close && bar.close >= before.open;
}

const mirror = ({ open, high, low, close }: Candle): Candle => ({ open: -open, high: -low, low: -high, close: -close });
