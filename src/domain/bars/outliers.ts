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
/** A tick. */
const RANGE_MIN = 1;

/** Looks through the trading days of a root one after the other, oldest first; each day also tells what is usual on the next ones. */
export interface OutlierSearch {
  /** The outliers of the next day, oldest first, given its bars and those on either side of them. */
  next(day: TradingDay, columns: BarColumns): readonly Outlier[];
}

/**
 * The usual range of a quarter hour is the median, over the day and the trading days before it, of the median true range in
 * that quarter hour. A bar is judged only between two neighbours of its own contract.
 */
export function outlierSearch(): OutlierSearch {
  const medians: Float64Array[] = [];
  return {
    next(day, columns) {
      const isOfDay = (at: number): boolean => tradingDayOf(epochMs(at)) === day;
      const [from, until] = [columns.at.findIndex(isOfDay), columns.at.findLastIndex(isOfDay) + 1];
      if (until === 0) return [];
      const contracts = contractsOf(columns);
      medians.push(slotMedians(columns, { from, until }, contracts));
      if (medians.length > REFERENCE_DAYS + 1) medians.shift();
      const usualOf = usualRanges(medians);
      const found: Outlier[] = [];
      for (let i = from; i < until; i += 1) {
        const outlier = judge(columns, i, { day, usualOf, contracts });
        if (outlier) found.push(outlier);
      }
      return found;
    },
  };
}

function judge(
  { at, high, low, close }: BarColumns,
  i: number,
  facts: { readonly day: TradingDay; readonly contracts: readonly string[]; usualOf(slot: number): number },
): Outlier | undefined {
  const { day, contracts, usualOf } = facts;
  const contract = contracts[i];
  const isBetween =
    isNext(at, i) && isNext(at, i + 1) && contracts[i - 1] === contract && contracts[i + 1] === contract;
  if (contract === undefined || !isBetween) return undefined;
  const [before, next] = [close[i - 1] ?? 0, close[i + 1] ?? 0];
  const up = (high[i] ?? 0) - Math.max(before, next);
  const down = Math.min(before, next) - (low[i] ?? 0);
  // Where a market hardly moves the grid itself would look like a jump; and what is usual need not be known for most bars.
  if (Math.max(up, down) <= OUTLIER_RANGES * RANGE_MIN) return undefined;
  const range = Math.max(RANGE_MIN, usualOf(slotOf(epochMs(at[i] ?? 0))));
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

function slotMedians(
  { at, high, low, close }: BarColumns,
  { from, until }: { readonly from: number; readonly until: number },
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

/** The usual range of each quarter hour, worked out when it is asked for. */
function usualRanges(medians: readonly Float64Array[]): (slot: number) => number {
  const known = new Map<number, number>();
  return (slot) => {
    const usual = known.get(slot) ?? median(medians.map((day) => day[slot] ?? Number.NaN).filter(Number.isFinite));
    known.set(slot, usual);
    return usual;
  };
}

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
