import { type EpochMs, epochMs, MINUTE, ticks } from '../../kernel/units.js';
import type { FeedBar } from './feed-bar.js';

/** Bars of one root by columns, oldest first, each open time once: what research and charts compute on. */
export interface BarColumns {
  /** Open times, epoch milliseconds. */
  readonly at: Float64Array;
  /** Whole ticks. */
  readonly open: Int32Array;
  readonly high: Int32Array;
  readonly low: Int32Array;
  readonly close: Int32Array;
  readonly volume: Float64Array;
  /** What rarely changes from bar to bar; the first run begins at 0. */
  readonly runs: readonly BarRun[];
}

/** A run lasts until the next one begins. */
export interface BarRun {
  readonly from: number;
  /** Listed contract, e.g. `MGCZ6`. */
  readonly contract: string;
  /** Who brought the bars: a feed's name. */
  readonly source: string;
  readonly lengthMs: number;
}

export type RunFacts = Omit<BarRun, 'from'>;

/** Takes bars in order and hands them back as columns. */
export interface ColumnsBuilder {
  readonly length: number;
  add(at: number, open: number, high: number, low: number, close: number, volume: number): void;
  /** What holds from the next bar on. */
  run(facts: RunFacts): void;
  done(): BarColumns;
}

export function columnsBuilder(capacity = 1_024): ColumnsBuilder {
  let columns = allocate(capacity);
  let length = 0;
  const runs: BarRun[] = [];
  return {
    get length() {
      return length;
    },
    add(at, open, high, low, close, volume) {
      if (length === columns.at.length) columns = grown(columns, length * 2);
      columns.at[length] = at;
      columns.open[length] = open;
      columns.high[length] = high;
      columns.low[length] = low;
      columns.close[length] = close;
      columns.volume[length] = volume;
      length += 1;
    },
    run(facts) {
      const last = runs.at(-1);
      if (last && isSameRun(last, facts)) return;
      if (last?.from === length) runs.pop();
      const { contract, source, lengthMs } = facts;
      runs.push({ from: length, contract, source, lengthMs });
    },
    done: () => ({ ...shortened(columns, length), runs: runs.filter(({ from }) => from < length) }),
  };
}

/** Bars of one root, in any order; of two with one open time the first counts. `usual` is the source of one that names none. */
export function columnsOf(bars: readonly FeedBar[], usual: string): BarColumns {
  const isOrdered = bars.every(({ bar }, i) => i === 0 || bar.at > (bars[i - 1]?.bar.at ?? 0));
  const ordered = isOrdered ? bars : [...bars].sort((a, b) => a.bar.at - b.bar.at);
  const builder = columnsBuilder(bars.length);
  let newest = Number.NEGATIVE_INFINITY;
  for (const { contract, bar, lengthMs = MINUTE, source = usual } of ordered) {
    if (bar.at <= newest) continue;
    newest = bar.at;
    builder.run({ contract, source, lengthMs });
    builder.add(bar.at, bar.open, bar.high, bar.low, bar.close, bar.volume);
  }
  return builder.done();
}

/** The same bars one by one. */
export function feedBarsOf(root: string, columns: BarColumns): readonly FeedBar[] {
  const { at, open, high, low, close, volume } = columns;
  const bars: FeedBar[] = [];
  eachRun(columns, ({ contract, lengthMs }, from, until) => {
    for (let i = from; i < until; i += 1)
      bars.push({
        root,
        contract,
        bar: {
          at: epochMs(at[i] ?? 0),
          open: ticks(open[i] ?? 0),
          high: ticks(high[i] ?? 0),
          low: ticks(low[i] ?? 0),
          close: ticks(close[i] ?? 0),
          volume: volume[i] ?? 0,
        },
        ...(lengthMs !== MINUTE && { lengthMs }),
      });
  });
  return bars;
}

/** Calls `take` for each run with its first index and the one after its last. */
export function eachRun({ at, runs }: BarColumns, take: (run: BarRun, from: number, until: number) => void): void {
  runs.forEach((run, i) => {
    take(run, run.from, runs[i + 1]?.from ?? at.length);
  });
}

/** Bars of either; where both have an open time the first one's counts. */
export function mergeColumns(first: BarColumns, second: BarColumns): BarColumns {
  if (second.at.length === 0) return first;
  if (first.at.length === 0) return second;
  const builder = columnsBuilder(first.at.length + second.at.length);
  const [a, b] = [reader(first), reader(second)];
  while (a.at() < Number.POSITIVE_INFINITY || b.at() < Number.POSITIVE_INFINITY) {
    if (a.at() <= b.at()) {
      if (a.at() === b.at()) b.skip();
      a.copyTo(builder);
    } else {
      b.copyTo(builder);
    }
  }
  return builder.done();
}

/** The bars with `from <= at < to`. */
export function sliceColumns(columns: BarColumns, from: EpochMs, to: EpochMs): BarColumns {
  const [first, end] = [firstAtOrAfter(columns.at, from), firstAtOrAfter(columns.at, to)];
  if (first === 0 && end === columns.at.length) return columns;
  const builder = columnsBuilder(Math.max(0, end - first));
  const it = reader(columns, first);
  while (it.index() < end) it.copyTo(builder);
  return builder.done();
}

/** The bars whose open time `times`, in order, does not have. */
export function columnsWithout(columns: BarColumns, times: Float64Array): BarColumns {
  if (times.length === 0) return columns;
  const builder = columnsBuilder(columns.at.length);
  const it = reader(columns);
  let known = 0;
  while (it.at() < Number.POSITIVE_INFINITY) {
    while (known < times.length && (times[known] ?? 0) < it.at()) known += 1;
    if (times[known] === it.at()) it.skip();
    else it.copyTo(builder);
  }
  return builder.done();
}

/** Whether two are the same bars in every number, contract, source and length. */
export function areSameColumns(a: BarColumns, b: BarColumns): boolean {
  return (
    a.runs.length === b.runs.length &&
    a.runs.every((run, i) => run.from === b.runs[i]?.from && isSameRun(run, b.runs[i])) &&
    NUMBERS.every((name) => a[name].length === b[name].length && a[name].every((n, i) => Object.is(n, b[name][i])))
  );
}

/** The bars of `some` that `all` does not have with the same numbers, contract and length; who brought them is no difference. */
export function columnsNotIn(all: BarColumns, some: BarColumns): BarColumns {
  const builder = columnsBuilder();
  const [a, b] = [reader(all), reader(some)];
  while (b.at() < Number.POSITIVE_INFINITY) {
    while (a.at() < b.at()) a.skip();
    const isThere = NUMBERS.every((name) => Object.is(all[name][a.index()], some[name][b.index()]));
    const [ours, theirs] = [a.facts(), b.facts()];
    if (isThere && ours?.contract === theirs?.contract && ours?.lengthMs === theirs?.lengthMs) b.skip();
    else b.copyTo(builder);
  }
  return builder.done();
}

const NUMBERS = ['at', 'open', 'high', 'low', 'close', 'volume'] as const;

const isSameRun = (a: RunFacts, b: RunFacts): boolean =>
  a.contract === b.contract && a.source === b.source && a.lengthMs === b.lengthMs;

type Numbers = Pick<BarColumns, (typeof NUMBERS)[number]>;

const allocate = (length: number): Numbers => ({
  at: new Float64Array(length),
  open: new Int32Array(length),
  high: new Int32Array(length),
  low: new Int32Array(length),
  close: new Int32Array(length),
  volume: new Float64Array(length),
});

function grown(from: Numbers, length: number): Numbers {
  const to = allocate(Math.max(length, 16));
  for (const name of NUMBERS) to[name].set(from[name]);
  return to;
}

/** The first `length` of each: a copy where else more than half of the memory would be kept for nothing. */
function shortened({ at, open, high, low, close, volume }: Numbers, length: number): Numbers {
  if (length * 2 < at.length)
    return {
      at: at.slice(0, length),
      open: open.slice(0, length),
      high: high.slice(0, length),
      low: low.slice(0, length),
      close: close.slice(0, length),
      volume: volume.slice(0, length),
    };
  return {
    at: at.subarray(0, length),
    open: open.subarray(0, length),
    high: high.subarray(0, length),
    low: low.subarray(0, length),
    close: close.subarray(0, length),
    volume: volume.subarray(0, length),
  };
}

/** Walks over columns bar by bar; behind the last one the time is infinite. */
function reader({ at, open, high, low, close, volume, runs }: BarColumns, start = 0) {
  let i = start;
  let run = Math.max(
    0,
    runs.findLastIndex(({ from }) => from <= start),
  );
  const now = (): number => at[i] ?? Number.POSITIVE_INFINITY;
  const skip = (): void => {
    i += 1;
    while ((runs[run + 1]?.from ?? Number.POSITIVE_INFINITY) <= i) run += 1;
  };
  return {
    at: now,
    index: () => i,
    facts: (): RunFacts | undefined => runs[run],
    skip,
    copyTo(builder: ColumnsBuilder): void {
      const facts = runs[run];
      if (facts) builder.run(facts);
      builder.add(now(), open[i] ?? 0, high[i] ?? 0, low[i] ?? 0, close[i] ?? 0, volume[i] ?? 0);
      skip();
    },
  };
}

function firstAtOrAfter(at: Float64Array, instant: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((at[middle] ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const NO_BARS: BarColumns = { ...allocate(0), runs: [] };
