import { shiftTradingDay, tradingDayOf, tradingDayStart } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { HistorySource } from '../../../ports/history-source.js';
import { DEMO_START } from './feed.js';
import { demoRoots, HISTORY_DAYS, marketMinutes } from './market.js';

export interface DemoHistoryOptions {
  readonly seed: number;
  /** Where the demo's live part begins; the usual instant when undefined. */
  readonly start: EpochMs | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Trading days before the demo's own history that it can be asked for: a year and a little. */
const OLDER_DAYS = 240;
const PAGE_BARS = 10_000;

/**
 * The demo market's past: its own days as the feed brings them, and before them a walk of the same market that begins a
 * year earlier. Where the two meet prices jump a little, a month before anything that is shown is made of them.
 */
export function createDemoHistory({ seed, start = DEMO_START, clock }: DemoHistoryOptions): HistorySource {
  const walks = new Map<string, Walk>();
  const own = tradingDayStart(shiftTradingDay(tradingDayOf(start), -HISTORY_DAYS));
  return {
    name: 'demo',
    async *bars({ root, from, to }, signal) {
      if (!demoRoots.includes(root)) return;
      let walk = walks.get(root);
      if (!walk || walk.through() > from) walk = walkFrom(seed, root, { own, start });
      walks.set(root, walk);
      const end = Math.min(to, clock.now() - MINUTE + 1);
      let page: FeedBar[] = [];
      for (const bar of walk.until(epochMs(end))) {
        if (bar.bar.at >= from) page.push(bar);
        if (page.length < PAGE_BARS) continue;
        yield page;
        page = [];
        // A walk never waits for anything: others get their turn, and a stop is heard.
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
      }
      if (page.length > 0) yield page;
    },
    async close() {
      walks.clear();
    },
  };
}

/** One way through a market from its oldest day, to be gone on with where the last question ended. */
interface Walk {
  /** Nothing before this instant will come any more. */
  through(): EpochMs;
  until(end: EpochMs): Generator<FeedBar>;
}

function walkFrom(seed: number, root: string, { own, start }: { own: EpochMs; start: EpochMs }): Walk {
  const bars = allBars(seed, root, { own, start });
  let next: FeedBar | undefined;
  let through = epochMs(0);
  return {
    through: () => through,
    *until(end) {
      for (;;) {
        next ??= bars.next().value ?? undefined;
        if (!next || next.bar.at >= end) return;
        const bar = next;
        next = undefined;
        through = after(bar.bar.at, 1);
        yield bar;
      }
    },
  };
}

function* allBars(
  seed: number,
  root: string,
  { own, start }: { own: EpochMs; start: EpochMs },
): Generator<FeedBar, undefined> {
  const older = tradingDayStart(shiftTradingDay(tradingDayOf(start), -OLDER_DAYS));
  for (const { bars } of marketMinutes({ seed, start: older, roots: [root] })) {
    const [bar] = bars;
    if (!bar) continue;
    if (bar.bar.at >= own) break;
    yield bar;
  }
  for (const { bars } of marketMinutes({ seed, start, roots: [root] })) yield* bars;
  return undefined;
}
