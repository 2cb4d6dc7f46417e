import { rest } from '../../../kernel/rest.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed } from '../../../ports/feed.js';
import { waitUntil } from '../pace.js';
import { createInbox, type WaitingMinute } from './inbox.js';

/** A minute that lacks a market of the minute before is passed on when no bar came for so long. Wall milliseconds. */
const SETTLE_MS = 2_000;
const LOOK_EVERY_MS = 100;

/**
 * Bars that a platform brings by itself, market by market. A minute is passed on once: when every market that had a bar
 * in the minute before has one, or when nothing has come for a while, for a thin market may not have traded at all.
 */
export function createPlatformFeed({ clock }: { readonly clock: Clock }): Feed {
  const inbox = createInbox();
  const stopping = new AbortController();
  const { signal } = stopping;
  let pushedAt = clock.elapsed();
  let wake = (): void => {};

  const isSettled = ({ bars }: WaitingMinute, before: ReadonlySet<string>): boolean => {
    if (!Number.isFinite(clock.speed) || clock.elapsed() - pushedAt >= SETTLE_MS) return true;
    const here = new Set(bars.map(({ root }) => root));
    return before.size > 0 && [...before].every((root) => here.has(root));
  };
  const somethingCame = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (signal.aborted) resolve();
    });
  signal.addEventListener('abort', () => wake());

  /** The next minute to pass on; undefined when stopped. */
  const nextMinute = async (before: ReadonlySet<string>): Promise<WaitingMinute | undefined> => {
    while (!signal.aborted) {
      const minute = inbox.oldest();
      if (!minute) {
        await somethingCame();
        continue;
      }
      if (!(await waitUntil(minute.close, { clock, signal }))) return undefined;
      // An older minute, or more of this one, may have come while it waited.
      const now = inbox.oldest();
      if (now?.close === minute.close && isSettled(now, before)) return now;
      await rest(LOOK_EVERY_MS, signal);
    }
    return undefined;
  };

  return {
    name: 'ninjatrader',
    startsAt: undefined,
    async *history() {},
    async run(from: EpochMs, sink) {
      inbox.seal(from);
      inbox.drop();
      let before: ReadonlySet<string> = new Set();
      sink.status({ state: 'starting', reason: 'waiting for the first bar from the platform' });
      if (!inbox.oldest()) await somethingCame();
      if (signal.aborted) return;
      sink.status({ state: 'live', reason: 'bars come from the platform' });
      for (;;) {
        const minute = await nextMinute(before);
        if (!minute) return;
        inbox.seal(minute.close);
        await sink.bars(minute.bars, minute.close);
        inbox.drop();
        before = new Set(minute.bars.map(({ root }) => root));
      }
    },
    async stop() {
      stopping.abort();
    },
    push(bars) {
      const outcome = inbox.put(bars);
      if (outcome.accepted > 0) {
        pushedAt = clock.elapsed();
        wake();
      }
      return outcome;
    },
  };
}
