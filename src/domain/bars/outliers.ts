import { type EpochMs, epochMs, MINUTE, type Ticks, type TradingDay, ticks } from '../../kernel/units.js';
import { etMinuteOfDay } from '../sessions/new-york.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import { type BarColumns, eachRun } from './columns.js';

/** A bar that went far out and was back with the next one: more likely a bad print than a trade one could have had. */
export interface Outlier {
  readonly at: EpochMs;
  readonly day: TradingDay;
  readonly contract: string;
  readonly side: 'high' | 'low';
  readonly price: Ticks;
  /** How far it stands beyond the closes before and after it. */
  readonly excursion: Ticks;
  /** Median true range of a minute at this time of day. */
  readonly usual: number;
}

/**
 * A print counts when it stands so many usual ranges outside. In the recorded week of October 2013 the widest that was back with
 * the next minute stood 10.7 outside in gold and 6 in the S&P 500.
 */
export const OUTLIER_RANGES = 12;
/** The usual range is that of the day and of so many trading days before it. */
export const REFERENCE_DAYS = 20;
/** Times of day are quarter hours of New York. */
const SLOT_MINUTES = 15;
const SLOTS = (24 * 60) / SLOT_MINUTES;

interface Stretch {
  readonly day: TradingDay;
  readonly from: number;
  readonly until: number;
}

/**
 * The outliers of a run of 1-minute bars, oldest first. The usual range of a quarter hour is the median, over the day and the
 * trading days before it, of the median true range in that quarter hour. A bar is judged only between two neighbours of
 * its own contract.
 */
export function outliersIn(columns: BarColumns): readonly Outlier[] {
  const found: Outlier[] = [];
  const medians: Float64Array[] = [];
  const contracts = contractsOf(columns);
  for (const stretch of daysOf(columns)) {
    medians.push(slotMedians(columns, stretch, contracts));
    if (medians.length > REFERENCE_DAYS + 1) medians.shift();
    const usual = Float64Array.from({ length: SLOTS }, (_, slot) =>
      median(medians.map((day) => day[slot] ?? Number.NaN).filter(Number.isFinite)),
    );
    for (let i = stretch.from; i < stretch.until; i += 1) {
      const outlier = judge(columns, i, { day: stretch.day, usual, contracts });
      if (outlier) found.push(outlier);
    }
  }
  return found;
}

function judge(
  { at, high, low, close }: BarColumns,
  i: number,
  facts: { readonly day: TradingDay; readonly usual: Float64Array; readonly contracts: readonly string[] },
): Outlier | undefined {
  const { day, usual, contracts } = facts;
  const contract = contracts[i];
  const isBetween =
    isNext(at, i) && isNext(at, i + 1) && contracts[i - 1] === contract && contracts[i + 1] === contract;
  if (contract === undefined || !isBetween) return undefined;
  const [before, next] = [close[i - 1] ?? 0, close[i + 1] ?? 0];
  const up = (high[i] ?? 0) - Math.max(before, next);
  const down = Math.min(before, next) - (low[i] ?? 0);
  // Where a market hardly moves the grid itself would look like a jump.
  const range = Math.max(1, usual[slotOf(epochMs(at[i] ?? 0))] ?? 0);
  if (Math.max(up, down) <= OUTLIER_RANGES * range) return undefined;
  const side = up >= down ? 'high' : 'low';
  return {
    at: epochMs(at[i] ?? 0),
    day,
    contract,
    side,
    price: ticks((side === 'high' ? high[i] : low[i]) ?? 0),
    excursion: ticks(Math.max(up, down)),
    usual: range,
  };
}

function daysOf({ at }: BarColumns): readonly Stretch[] {
  const days: Stretch[] = [];
  let from = 0;
  for (let i = 1; i <= at.length; i += 1) {
    const day = tradingDayOf(epochMs(at[from] ?? 0));
    if (i < at.length && tradingDayOf(epochMs(at[i] ?? 0)) === day) continue;
    days.push({ day, from, until: i });
    from = i;
  }
  return days;
}

function slotMedians(
  { at, high, low, close }: BarColumns,
  { from, until }: Stretch,
  contracts: readonly string[],
): Float64Array {
  const ranges: number[][] = Array.from({ length: SLOTS }, () => []);
  for (let i = from; i < until; i += 1) {
    const isOn = isNext(at, i) && contracts[i - 1] === contracts[i];
    const before = isOn ? (close[i - 1] ?? 0) : (low[i] ?? 0);
    const range = Math.max(high[i] ?? 0, before) - Math.min(low[i] ?? 0, before);
    ranges[slotOf(epochMs(at[i] ?? 0))]?.push(range);
  }
  return Float64Array.from(ranges, median);
}

function contractsOf(columns: BarColumns): readonly string[] {
  const contracts: string[] = new Array(columns.at.length).fill('');
  // A bar longer than a minute has no neighbours here.
  eachRun(columns, ({ contract, lengthMs }, from, until) => {
    if (lengthMs === MINUTE) contracts.fill(contract, from, until);
    else for (let i = from; i < until; i += 1) contracts[i] = `${contract} ${i}`;
  });
  return contracts;
}

const isNext = (at: Float64Array, i: number): boolean => at[i] !== undefined && at[i] === (at[i - 1] ?? 0) + MINUTE;

const slotOf = (at: EpochMs): number => Math.floor(etMinuteOfDay(at) / SLOT_MINUTES);

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
