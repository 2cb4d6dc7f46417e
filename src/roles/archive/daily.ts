import { dailyBars } from '../../domain/bars/daily.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { hasCode } from '../../kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import type { DailyStore } from '../../ports/bar-archive.js';
import type { BarHistory } from '../../ports/bar-history.js';

export interface DailyDeps {
  readonly history: Pick<BarHistory, 'columns'>;
  readonly daily: Pick<DailyStore, 'save'>;
}

export interface DailyWish {
  readonly root: string;
  /** Minutes of `from <= at < to` are new or about to leave. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Days that are not over by then are left to a later call. */
  readonly now: EpochMs;
}

/** Minutes read in one question. */
const STEP_MS = 31 * DAY;

/**
 * Makes the daily bars of every trading day that the stretch touches, each from all its minutes. A day of which a part lies
 * in a damaged file stays as it is; returns a sentence for each.
 */
export async function refreshDaily(deps: DailyDeps, wish: DailyWish): Promise<readonly string[]> {
  const faults: string[] = [];
  for (let at = wish.from; at < wish.to; ) {
    const first = tradingDayOf(at);
    const last = tradingDayOf(after(epochMs(Math.min(after(at, STEP_MS), wish.to)), -1));
    if ((await makeUnlessDamaged(deps, wish, { first, last })) !== undefined)
      for (let day = first; day <= last; day = shiftTradingDay(day, 1)) {
        const fault = await makeUnlessDamaged(deps, wish, { first: day, last: day });
        if (fault !== undefined) faults.push(`the daily bar of ${wish.root} of ${day} stays as it is: ${fault}`);
      }
    at = tradingDayEnd(last);
  }
  return faults;
}

interface Days {
  readonly first: TradingDay;
  readonly last: TradingDay;
}

async function makeUnlessDamaged(
  { history, daily }: DailyDeps,
  { root, now }: DailyWish,
  { first, last }: Days,
): Promise<string | undefined> {
  try {
    const columns = await history.columns(root, tradingDayStart(first), tradingDayEnd(last));
    const isOver = ({ day }: { readonly day: TradingDay }): boolean => tradingDayEnd(day) <= now;
    await daily.save(root, dailyBars(columns).filter(isOver));
    return undefined;
  } catch (error) {
    if (hasCode(error, 'ARCHIVE_INVALID')) return error.message;
    throw error;
  }
}
