import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createReplayFeed } from '../../../../src/adapters/feeds/replay/feed.js';
import { epochMs, iso, MINUTE } from '../../../../src/kernel/units.js';
import type { FeedStatus } from '../../../../src/ports/feed.js';
import { eventually } from '../../../support/eventually.js';
import { sinkOf } from '../../../support/feed-sink.js';
import { handClock } from '../../../support/test-clock.js';

const dir = mkdtempSync(join(tmpdir(), 'replay-unit-'));
afterAll(() => rmSync(dir, { recursive: true }));

const START = Date.parse('2026-11-19T14:00:00Z');
const file = (name: string, ...rows: readonly string[]): string => {
  const path = join(dir, name);
  writeFileSync(path, ['ts,open,high,low,close,volume', ...rows, ''].join('\n'));
  return path;
};
const row = (minute: number, price: number): string =>
  `${iso(epochMs(START + minute * MINUTE))},${price},${price + 1},${price - 1},${price},5`;

async function play(files: readonly string[], from?: number) {
  const feed = createReplayFeed({
    files,
    from: from === undefined ? undefined : epochMs(from),
    clock: handClock(epochMs(0)),
  });
  const closings: [string, string[]][] = [];
  const refused: { where: string; reason: string }[] = [];
  const states: FeedStatus[] = [];
  await feed.run(
    feed.startsAt ?? epochMs(0),
    sinkOf({
      bars: async (bars, through) =>
        void closings.push([iso(through ?? epochMs(0)).slice(11, 16), bars.map(({ root }) => root)]),
      refused: (what) => void refused.push(what),
      status: (status) => void states.push(status),
    }),
  );
  return { closings, refused, states };
}

test('bars of several files come in the order in which they close, a longer bar at the end of its length', async () => {
  const es = file('ES_1m_a.csv', row(0, 6800), row(1, 6801), row(2, 6802), row(3, 6803));
  const cl = file('CL_cfd_3m_a.csv', row(0, 60), row(3, 61));
  expect((await play([es, cl])).closings).toEqual([
    ['14:01', ['MES']],
    ['14:02', ['MES']],
    ['14:03', ['MES', 'MCL']],
    ['14:04', ['MES']],
    ['14:06', ['MCL']],
  ]);
});

test('a bar that has not closed at the start is live, even when it opened before', async () => {
  const cl = file('CL_cfd_3m_b.csv', row(0, 60), row(3, 61));
  expect((await play([cl], START + 4 * MINUTE)).closings).toEqual([['14:06', ['MCL']]]);
});

test('a wrong row is refused with its file and line, and the rest is played', async () => {
  const gc = file('GC_1m_c.csv', row(0, 4200), row(1, 4200.03), 'nonsense', row(3, 4201));
  const { closings, refused } = await play([gc]);
  expect(closings.map(([close]) => close)).toEqual(['14:01', '14:04']);
  expect(refused.map(({ where }) => where)).toEqual(['GC_1m_c.csv line 3', 'GC_1m_c.csv line 4']);
  expect(refused[0]?.reason).toContain('4200.03');
});

test('it says when it has finished and what it had to leave out', async () => {
  const es = file('ES_1m_d.csv', row(1, 6800), row(0, 6800), row(2, 6800));
  const { states } = await play([es]);
  expect(states.map(({ state }) => state)).toEqual(['live', 'finished']);
  expect(states.at(-1)?.reason).toContain('ES_1m_d.csv');
});

test('the contract is the one that was in front on the day of the bar', async () => {
  const gc = file('GC_1m_e.csv', row(0, 4200));
  const feed = createReplayFeed({ files: [gc], from: epochMs(START + MINUTE), clock: handClock(epochMs(0)) });
  const contracts: string[] = [];
  for await (const batch of feed.history()) contracts.push(...batch.map(({ contract }) => contract));
  expect(contracts).toEqual(['MGCZ6']);
});

test('at real time a bar waits for its close', async () => {
  const clock = handClock(epochMs(START + 90_000), 1);
  const es = file('ES_1m_f.csv', row(0, 6800), row(1, 6801), row(2, 6802));
  const feed = createReplayFeed({ files: [es], from: undefined, clock });
  const closes: number[] = [];
  const run = feed.run(epochMs(0), sinkOf({ bars: async (_, through) => void closes.push(through ?? 0) }));
  await eventually(() => closes.length === 1);
  clock.set(epochMs(START + 2 * MINUTE));
  await eventually(() => closes.length === 2);
  expect(closes).toEqual([START + MINUTE, START + 2 * MINUTE]);
  await feed.stop();
  await run;
});

test('a file whose name names no market is refused at once, by name', () => {
  const create = () =>
    createReplayFeed({ files: ['/x/holiday_photos.csv'], from: undefined, clock: handClock(epochMs(0)) });
  expect(create).toThrow(/holiday_photos\.csv/);
});

test('a missing file is an error that names it', async () => {
  await expect(play([join(dir, 'ES_1m_gone.csv')])).rejects.toThrow(/ES_1m_gone\.csv/);
});
