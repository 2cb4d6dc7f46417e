/** One measurement that follows the bars: it answers `undefined` until `warmup` values were pushed. */
export interface Indicator<In = number, Out = number> {
  readonly warmup: number;
  push(x: In): Out | undefined;
}

/** What a bar must carry for the indicators of high, low and close. Any unit of price will do. */
export interface Range {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The answers to a whole series: the incremental form run over it, so the two can never differ. */
export function batch<In, Out>(indicator: Indicator<In, Out>, series: readonly In[]): (Out | undefined)[] {
  return series.map((x) => indicator.push(x));
}

/** State lives in Float64Array: a double in a closure variable is boxed anew at every write. `i` is always inside. */
export const cell = (state: Float64Array, i: number): number => state[i] ?? Number.NaN;
