import { expect, test } from 'vitest';
import { createPlatformFeed } from '../../../../src/adapters/feeds/platform/feed.js';
import { after, type EpochMs, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { FeedBar, FeedStatus } from '../../../../src/ports/feed.js';
import { eventually } from '../../../support/eventually.js';
import { sinkOf } from '../../../support/feed-sink.js';

const START = epochMs(Date.parse('2026-11-20T14:00:00Z'));
const close = (i: number): EpochMs => after(START, (i + 1) * MINUTE);
const bar = (root: string, i: number): FeedBar => {
  const [open, high, low] = [ticks(100), ticks(102), ticks(99)];
  return {
    root,
    contract: `${root}Z6`,
    bar: { at: after(START, i * MINUTE), open, high, low, close: open, volume: 1 },
  };
};

/** A feed that runs beside a wall the test moves by hand; market time is past every bar. */
function running(from = epochMs(0)) {
  let wall = 0;
  const feed = createPlatformFeed({ clock: { now: () => after(START, 60 * MINUTE), elapsed: () => wall, speed: 1 } });
  const seen: string[] = [];
  const states: FeedStatus['state'][] = [];
  const sink = sinkOf({
    bars: async (bars, through) => {
      const minute = ((through ?? 0) - START) / MINUTE;
      seen.push(`${minute}: ${bars.map(({ root }) => root).join(' ')}`);
    },
    status: ({ state }) => void states.push(state),
  });
  const run = feed.run(from, sink);
  return {
    seen,
    states,
    push: (...bars: readonly FeedBar[]) => feed.push?.(bars),
    quietFor(ms: number) {
      wall += ms;
    },
    async end() {
      await feed.stop();
      await run;
    },
  };
}

test('a minute waits for the markets of the minute before, and goes on at once when they are there', async () => {
  const it = running();
  it.push(bar('MGC', 0), bar('MES', 0));
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 1);
  it.push(bar('MES', 1));
  it.push(bar('MGC', 1));
  await eventually(() => it.seen.length === 2);
  expect(it.seen).toEqual(['1: MES MGC', '2: MES MGC']);
  await it.end();
});

test('a market that did not trade holds the others up for two quiet seconds only', async () => {
  const it = running();
  it.push(bar('MGC', 0), bar('MES', 0));
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 1);
  it.push(bar('MES', 1));
  it.quietFor(1_999);
  it.push(bar('MES', 2));
  expect(it.seen.length).toBe(1);
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 3);
  expect(it.seen.slice(1)).toEqual(['2: MES', '3: MES']);
  await it.end();
});

test('histories of several markets that come one after the other are laid together by time', async () => {
  const it = running();
  it.push(...[0, 1, 2].map((i) => bar('MES', i)));
  it.quietFor(1_000);
  it.push(...[0, 1, 2].map((i) => bar('MGC', i)));
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 3);
  expect(it.seen).toEqual(['1: MES MGC', '2: MES MGC', '3: MES MGC']);
  await it.end();
});

test('a bar of a minute that was passed on is ignored and said to be', async () => {
  const it = running();
  it.push(bar('MES', 1));
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 1);
  expect(it.push(bar('MGC', 1), bar('MGC', 0), bar('MGC', 2))).toEqual({ isTaken: true, accepted: 1, ignored: 2 });
  await it.end();
});

test('started again it takes up after the newest minute of the stream', async () => {
  const it = running(close(1));
  expect(it.push(bar('MES', 0), bar('MES', 1), bar('MES', 2))).toMatchObject({ accepted: 1, ignored: 2 });
  it.quietFor(2_000);
  await eventually(() => it.seen.length === 1);
  expect(it.seen).toEqual(['3: MES']);
  await it.end();
});

test('it is live from the first bar on, and stopped before one it ends at once', async () => {
  const it = running();
  expect(it.states).toEqual(['starting']);
  await it.end();
  expect(it.states).toEqual(['starting']);

  const other = running();
  other.push(bar('MES', 0));
  await eventually(() => other.states.includes('live'));
  await other.end();
});

test('more than it can hold is not taken, and what it holds is not lost', async () => {
  const feed = createPlatformFeed({ clock: { now: () => START, elapsed: () => 0, speed: 1 } });
  const many = Array.from({ length: 60_000 }, (_, i) => bar('MES', i - 60_000));
  expect(feed.push?.(many)).toEqual({ isTaken: true, accepted: 60_000, ignored: 0 });
  expect(feed.push?.([bar('MGC', 0)])).toEqual({ isTaken: false, accepted: 0, ignored: 0 });
  await feed.stop();
});
