import { expect, test } from 'vitest';
import { barFault } from '../../../src/domain/bars/bar.js';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { after, type EpochMs, epochMs } from '../../../src/kernel/units.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Feed, FeedBar, FeedStatus } from '../../../src/ports/feed.js';
import { eventually } from '../../support/eventually.js';
import { sinkOf } from '../../support/feed-sink.js';
import { handClock } from '../../support/test-clock.js';

export interface FeedCase {
  /** A fresh feed over the same source, each time it is called. */
  make(clock: Clock): Feed;
  /** Bar length of a root's bars. */
  intervalMs(root: string): number;
  /** Live closings to look at; a feed that ends earlier is looked at whole. */
  readonly closings: number;
}

interface Seen {
  readonly bars: readonly FeedBar[];
  readonly completeThrough: EpochMs | undefined;
}

/** What every feed promises its owner. */
export function feedContract(name: string, { make, intervalMs, closings }: FeedCase): void {
  const dataDriven = (): Clock => handClock(epochMs(0));
  const closeOf = ({ root, bar }: FeedBar): number => bar.at + intervalMs(root);

  const live = async (from?: EpochMs): Promise<readonly Seen[]> => {
    const feed = make(dataDriven());
    const seen: Seen[] = [];
    await feed.run(
      from ?? feed.startsAt ?? epochMs(0),
      sinkOf({
        bars: async (bars, completeThrough) => {
          seen.push({ bars, completeThrough });
          if (seen.length >= closings) await feed.stop();
        },
      }),
    );
    return seen;
  };
  const history = async (): Promise<readonly FeedBar[]> => {
    const batches: (readonly FeedBar[])[] = [];
    for await (const batch of make(dataDriven()).history()) batches.push(batch);
    return batches.flat();
  };
  const everything = async () => [...(await history()), ...(await live()).flatMap(({ bars }) => bars)];

  test(`${name}: bars of a root come oldest first and each once, history before live`, async () => {
    const lastAt = new Map<string, number>();
    const all = await everything();
    const wrong = all.filter(({ root, bar }) => {
      const isWrong = bar.at <= (lastAt.get(root) ?? 0);
      lastAt.set(root, bar.at);
      return isWrong;
    });
    expect(all.length).toBeGreaterThan(0);
    expect(wrong, 'went back or repeated').toEqual([]);
  });

  test(`${name}: every bar is sound, on the tick grid and of a listed contract`, async () => {
    const isSound = ({ root, contract, bar }: FeedBar): boolean =>
      instrument(root) !== undefined &&
      contract.startsWith(root) &&
      /^[FGHJKMNQUVXZ]\d$/.test(contract.slice(root.length)) &&
      barFault(bar) === undefined &&
      [bar.open, bar.high, bar.low, bar.close].every(Number.isSafeInteger);
    expect((await everything()).filter((bar) => !isSound(bar))).toEqual([]);
  });

  test(`${name}: history holds what closed by the start, the live part what closes after it`, async () => {
    const start = make(dataDriven()).startsAt ?? 0;
    const livePart = (await live()).flatMap(({ bars }) => bars);
    expect((await history()).filter((bar) => closeOf(bar) > start)).toEqual([]);
    expect(livePart.filter((bar) => closeOf(bar) <= start)).toEqual([]);
    expect(livePart.length).toBeGreaterThan(0);
  });

  test(`${name}: what is complete stays complete`, async () => {
    let through = 0;
    for (const { bars, completeThrough } of await live()) {
      for (const bar of bars) {
        expect(closeOf(bar), 'a bar of a minute that was said to be complete').toBeGreaterThan(through);
        expect(closeOf(bar), 'a bar of a minute that has not closed').toBeLessThanOrEqual(completeThrough ?? 0);
      }
      expect(completeThrough ?? 0).toBeGreaterThan(through);
      through = completeThrough ?? 0;
    }
  });

  test(`${name}: two walks over the same source are the same walk`, async () => {
    expect(await live()).toEqual(await live());
    expect(await history()).toEqual(await history());
  });

  test(`${name}: resumed at an instant it brings exactly what comes after`, async () => {
    const whole = await live();
    const middle = whole[Math.floor(whole.length / 2)]?.completeThrough;
    expect(middle).toBeDefined();
    if (middle === undefined) return;
    const rest = whole.filter(({ completeThrough }) => (completeThrough ?? 0) > middle);
    const resumed = await live(middle);
    expect(resumed.slice(0, rest.length)).toEqual(rest);
    expect(rest.length).toBeGreaterThan(0);
  });

  test(`${name}: a slow owner is waited for`, async () => {
    const feed = make(dataDriven());
    let [inside, most, calls] = [0, 0, 0];
    await feed.run(
      feed.startsAt ?? epochMs(0),
      sinkOf({
        bars: async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          calls += 1;
          if (calls >= Math.min(50, closings)) await feed.stop();
        },
      }),
    );
    expect(most).toBe(1);
  });

  test(`${name}: stopped while it waits for market time, it ends at once`, async () => {
    const first = (await live())[0]?.completeThrough;
    const clock = handClock(after(epochMs(first ?? 0), -10_000_000), 1);
    const feed = make(clock);
    const states: FeedStatus[] = [];
    const seen: Seen[] = [];
    const sink = sinkOf({
      bars: async (bars, completeThrough) => void seen.push({ bars, completeThrough }),
      status: (status) => void states.push(status),
    });
    const run = feed.run(feed.startsAt ?? epochMs(0), sink);
    await eventually(() => states.some(({ state }) => state === 'live'));
    const stoppedAt = performance.now();
    await feed.stop();
    await run;
    expect(performance.now() - stoppedAt).toBeLessThan(200);
    expect(seen, 'market time had not reached the first close').toEqual([]);
    expect(states.some(({ state }) => state === 'finished')).toBe(false);
  });
}
