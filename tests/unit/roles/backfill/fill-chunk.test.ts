import { expect, test } from 'vitest';
import type { Span } from '../../../../src/domain/bars/coverage.js';
import { OperationalError } from '../../../../src/kernel/errors.js';
import { after, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { ChunkProgress } from '../../../../src/ports/backfill-store.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import type { HistorySource } from '../../../../src/ports/history-source.js';
import { type FillDeps, fillChunk } from '../../../../src/roles/backfill/fill-chunk.js';

const START = epochMs(Date.parse('2026-11-17T15:00:00Z'));
const NOW = epochMs(Date.parse('2026-11-19T18:00:00Z'));
const minute = (at: number): number => (at - START) / MINUTE;
const bars = (...minutes: readonly number[]): readonly FeedBar[] =>
  minutes.map((m) => {
    const prices = { open: ticks(1), high: ticks(1), low: ticks(1), close: ticks(1), volume: 1 };
    return { root: 'MGC', contract: 'MGCZ6', bar: { at: after(START, m * MINUTE), ...prices } };
  });

/** An hour of a source that answers as told; what comes of it. */
async function fill(
  answer: HistorySource['bars'],
  now = NOW,
  recorded: readonly FeedBar[] | FillDeps['history']['range'] = [],
) {
  const holes: Span[] = [];
  let progress: ChunkProgress = { minutesDone: 0, bars: 0 };
  const deps: FillDeps = {
    store: {
      holes: async () => [],
      saveHoles: async (spans) => void holes.push(...spans),
    },
    history: {
      minutes: async () => new Float64Array(),
      range: typeof recorded === 'function' ? recorded : async () => recorded,
    },
    bars: { load: async (page) => page.length },
    clock: { now: () => now },
  };
  const chunk = { id: 'c', run: 'r', root: 'MGC', source: 'test', minutes: 60, from: START };
  const failure = await fillChunk({ ...chunk, to: after(START, 60 * MINUTE) }, deps, {
    source: { name: 'test', bars: answer, close: async () => {} },
    signal: new AbortController().signal,
    barsBefore: 0,
    onProgress: (next) => {
      progress = next;
    },
  }).catch((error: unknown) => (error instanceof Error ? error.message : error));
  return { failure, ...progress, holes: holes.map(({ from, to }) => `${minute(from)}-${minute(to)}`) };
}

test('a refused row that does not say where it was puts the whole question in doubt', async () => {
  const { failure, holes, minutesDone } = await fill(async function* (_wish, _signal, onRefused) {
    yield bars(0, 1, 5);
    onRefused?.({ where: 'test MGCZ6', reason: 'a row of nothing' });
    yield bars(10, 11, 14, 59);
  });
  expect(holes).toEqual([]);
  expect(minutesDone).toBe(7);
  expect(failure).toContain('test sent rows that cannot be read (one of them: test MGCZ6: a row of nothing)');
  expect(failure).toContain('so 53 minutes without a bar may not be empty');
});

test('rows in doubt, and a silence that is not settled, are each named with their minutes', async () => {
  const { failure, holes, minutesDone } = await fill(
    async function* (_wish, _signal, onRefused) {
      onRefused?.({ where: 'x', reason: 'bad', from: after(START, 2 * MINUTE), to: after(START, 4 * MINUTE) });
      yield bars(0, 1, 6);
    },
    after(START, 61 * MINUTE),
  );
  expect([holes, minutesDone]).toEqual([['4-6'], 60 - 2 - 53]);
  expect(failure).toMatch(/2 minutes without a bar may not be empty.*; test has no bar of MGCZ6 from .*\(53 minutes\)/);
});

test('an answer with all its minutes told leaves nothing open', async () => {
  const { failure, holes, minutesDone } = await fill(async function* () {
    yield bars(0, 30);
    yield bars(59);
  });
  expect([failure, holes, minutesDone]).toEqual([undefined, ['1-30', '31-59'], 60]);
});

test('a day that is recorded in another month than the calendar’s is filled up in that month', async () => {
  const asked: string[] = [];
  const ask: HistorySource['bars'] = async function* ({ contract }) {
    asked.push(contract);
    yield bars(0, 59);
  };
  await fill(ask);
  const recordedIn = (contract: string) => bars(-5, -4).map((bar) => ({ ...bar, contract }));
  await fill(ask, NOW, recordedIn('MGCG7'));
  // A chart that stays behind, with one stray bar of the calendar's month.
  await fill(ask, NOW, [...recordedIn('MGCV6'), ...bars(-3)]);
  expect(asked).toEqual(['MGCZ6', 'MGCG7', 'MGCV6']);
});

test('a damaged file beside it keeps no chunk from being filled up, in the month of what can be read', async () => {
  const asked: string[] = [];
  const own = bars(-1).map((bar) => ({ ...bar, contract: 'MGCG7' }));
  const { failure, minutesDone } = await fill(
    async function* ({ contract }) {
      asked.push(contract);
      yield bars(0, 59);
    },
    NOW,
    async (_root, from) => {
      if (from < START) throw new OperationalError('ARCHIVE_INVALID', 'MGC of the month before cannot be read');
      return own;
    },
  );
  expect([failure, minutesDone, asked]).toEqual([undefined, 60, ['MGCG7']]);
});
