import { dailyBars } from '../../domain/bars/daily.js';
import { tradingDayEnd, tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs } from '../../kernel/units.js';
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

/** Makes the daily bars of every trading day that the stretch touches, each from all its minutes; returns how many changed. */
export async function refreshDaily({ history, daily }: DailyDeps, wish: DailyWish): Promise<number> {
  let changed = 0;
  for (let at = wish.from; at < wish.to; ) {
    const last = tradingDayOf(after(epochMs(Math.min(after(at, STEP_MS), wish.to)), -1));
    const end = tradingDayEnd(last);
    const columns = await history.columns(wish.root, tradingDayStart(tradingDayOf(at)), end);
    const whole = dailyBars(columns).filter(({ day }) => tradingDayEnd(day) <= wish.now);
    changed += await daily.save(wish.root, whole);
    at = end;
  }
  return changed;
}
