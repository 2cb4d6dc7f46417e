import { describe, expect, test } from 'vitest';
import { OperationalError } from '../../../../src/kernel/errors.js';
import { after, type EpochMs, epochMs, iso, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedSink } from '../../../../src/ports/feed.js';
import { createBoard } from '../../../../src/roles/data/board.js';
import { type FeedRun, runFeed } from '../../../../src/roles/data/feeds.js';
import { eventually } from '../../../support/eventually.js';
import { memoryBarStore, memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { handClock } from '../../../support/test-clock.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const minute = (i: number): EpochMs => after(START, i * MINUTE);
const bar = (i: number, changes: Partial<FeedBar['bar']> = {}, root = 'MES'): FeedBar => ({
  root,
  contract: `${root}Z6`,
  bar: { at: minute(i), open: ticks(100), high: ticks(110), low: ticks(90), close: ticks(105), volume: 7, ...changes },
});

/** A feed that plays a script. */
function scripted(script: (from: EpochMs, sink: FeedSink) => Promise<void>, past: readonly FeedBar[] = []): Feed {
  return {
    name: 'scripted',
    startsAt: START,
    async *history() {
      yield past;
    },
    run: script,
    async stop() {},
  };
}

function setUp(feed: Feed, more: Partial<FeedRun> = {}) {
  const [bus, store, log] = [memoryBus(), memoryBarStore(), memoryLog()];
  const board = createBoard(feed.name, ['MES', 'MGC']);
  const stopping = new AbortController();
  const run: FeedRun = {
    feed,
    store,
    bus,
    log,
    board,
    clock: handClock(START, 1),
    drive: undefined,
    runId: 'run-1',
    signal: stopping.signal,
    onTick() {},
    ...more,
  };
  const status = () => board.snapshot(START, []);
  const mes = () => status().roots.find(({ root }) => root === 'MES');
  return { bus, store, log, run, stopping, status, mes };
}

describe('history', () => {
  const past = [bar(-3), bar(-2), bar(-1)];

  test('goes into the store before the live part begins, and is marked', async () => {
    const seen: number[] = [];
    const it = setUp(
      scripted(async () => {
        seen.push(it.store.all().length);
      }, past),
    );
    await runFeed(it.run);
    expect(seen).toEqual([3]);
    expect(it.bus.marker).toEqual({ run: 'run-1', through: iso(START), bars: 3 });
  });

  test('is not loaded twice in one run', async () => {
    const it = setUp(scripted(async () => {}, past));
    it.bus.marker = { run: 'run-1', through: iso(START), bars: 3 };
    await runFeed(it.run);
    expect(it.store.all()).toEqual([]);
  });

  test('of another run does not count', async () => {
    const it = setUp(scripted(async () => {}, past));
    it.bus.marker = { run: 'another', through: iso(minute(500)), bars: 3 };
    await runFeed(it.run);
    expect(it.bus.marker).toMatchObject({ run: 'run-1', through: iso(START) });
  });

  test('waits for a store that is away', async () => {
    let isDown = true;
    const store = memoryBarStore();
    const it = setUp(
      scripted(async () => {}, past),
      {
        store: {
          save: async (bars, source) => {
            if (isDown) throw new Error('no database');
            return store.save(bars, source);
          },
        },
      },
    );
    const done = runFeed(it.run);
    await eventually(() => it.log.lines.some(({ evt }) => evt === 'history.failed'));
    expect(it.bus.marker).toBeUndefined();
    isDown = false;
    await done;
    expect(store.all().length).toBe(3);
  });
});

describe('the live part', () => {
  test('brings bars to the stream with what they complete', async () => {
    const it = setUp(
      scripted(async (_, sink) => {
        await sink.bars([bar(0), bar(0, {}, 'MGC')], minute(1));
        await sink.bars([bar(1)], minute(2));
      }),
    );
    await runFeed(it.run);
    expect(it.bus.bars.map(({ root, clock, source }) => [root, clock, source])).toEqual([
      ['MES', undefined, 'scripted'],
      ['MGC', minute(1), 'scripted'],
      ['MES', minute(2), 'scripted'],
    ]);
    expect(it.mes()).toMatchObject({
      bars: 2,
      contract: 'MESZ6',
      last_bar_at: iso(minute(1)),
      last_price_at: iso(minute(2)),
    });
    expect(it.status().feed.complete_through).toBe(iso(minute(2)));
  });

  test('repeated and backward bars are ignored and counted', async () => {
    const it = setUp(
      scripted(async (_, sink) => {
        await sink.bars([bar(0)], undefined);
        await sink.bars([bar(1)], undefined);
        await sink.bars([bar(1), bar(0)], undefined);
      }),
    );
    await runFeed(it.run);
    expect(it.bus.bars.map((row) => row.bar.at)).toEqual([minute(0), minute(1)]);
    expect(it.mes()).toMatchObject({ bars: 2, repeated: 1, backwards: 1 });
  });

  test.each([
    ['off the grid', bar(1, { close: ticks(100.5) })],
    ['with low above high', bar(1, { low: ticks(120) })],
    ['of an unknown market', bar(1, {}, 'ZZZ')],
  ])('a bar %s is refused, told to the dead-letter stream, and loses nothing else', async (_, wrong) => {
    const it = setUp(scripted(async (_from, sink) => sink.bars([bar(0), wrong, bar(0, {}, 'MGC')], minute(1))));
    await runFeed(it.run);
    expect(it.bus.bars.map(({ root }) => root)).toEqual(['MES', 'MGC']);
    expect(it.bus.dead.length).toBe(1);
    expect(it.bus.dead[0]?.where).toContain(wrong.root);
    expect(it.status().feed.refused).toBe(1);
  });

  test('a row the feed itself refused is counted and told', async () => {
    const it = setUp(scripted(async (_, sink) => sink.refused({ where: 'ES.csv line 3', reason: 'close: x' })));
    await runFeed(it.run);
    expect(it.bus.dead).toEqual([{ where: 'ES.csv line 3', reason: 'close: x' }]);
    expect(it.status().feed.refused).toBe(1);
  });

  test('bars wait for a stream that is away and none is lost', async () => {
    const it = setUp(
      scripted(async (_, sink) => {
        it.bus.isDown = true;
        await sink.bars([bar(0)], minute(1));
        await sink.bars([bar(1)], minute(2));
      }),
    );
    const done = runFeed(it.run);
    await eventually(() => it.log.lines.some(({ evt }) => evt === 'bars.append.failed'));
    it.bus.isDown = false;
    await done;
    expect(it.bus.bars.map((row) => row.bar.at)).toEqual([minute(0), minute(1)]);
    expect(it.log.lines.filter(({ evt }) => evt === 'bars.append.failed').length, 'one line per outage').toBe(1);
  });

  test('a restarted role goes on after the newest complete minute of the stream', async () => {
    const starts: EpochMs[] = [];
    const it = setUp(scripted(async (from) => void starts.push(from)));
    it.bus.marker = { run: 'run-1', through: iso(START), bars: 0 };
    await it.bus.appendBars([bar(6)], 'scripted', minute(7));
    await runFeed(it.run);
    expect(starts).toEqual([minute(7)]);
  });

  test('a feed that breaks is started again where it left off', async () => {
    const starts: EpochMs[] = [];
    const it = setUp(
      scripted(async (from, sink) => {
        starts.push(from);
        if (starts.length > 1) return;
        await sink.bars([bar(0)], minute(1));
        throw new Error('connection lost');
      }),
    );
    await runFeed(it.run);
    expect(starts).toEqual([START, minute(1)]);
  });

  test('what cannot be mended is reported as failed and not tried again', async () => {
    let tries = 0;
    const it = setUp(
      scripted(async () => {
        tries += 1;
        throw new OperationalError('BAR_FILE_INVALID', 'ES.csv: there is no such file');
      }),
    );
    await runFeed(it.run);
    expect(tries).toBe(1);
    expect(it.status().feed).toMatchObject({ state: 'failed', reason: 'ES.csv: there is no such file' });
  });

  test('stopped during an outage it ends', async () => {
    const it = setUp(
      scripted(async (_, sink) => {
        it.bus.isDown = true;
        await sink.bars([bar(0)], minute(1));
      }),
    );
    const done = runFeed(it.run);
    await eventually(() => it.log.lines.some(({ evt }) => evt === 'bars.append.failed'));
    it.stopping.abort();
    await done;
    expect(it.bus.bars).toEqual([]);
  });
});

describe('where the data drive the clock', () => {
  test('each completed minute moves the clock', async () => {
    const moved: EpochMs[] = [];
    const it = setUp(
      scripted(async (_, sink) => {
        await sink.bars([bar(0)], minute(1));
        await sink.bars([bar(1)], minute(2));
      }),
      { clock: handClock(START), drive: (at) => void moved.push(at) },
    );
    await runFeed(it.run);
    expect(moved).toEqual([minute(1), minute(2)]);
  });

  test('the feed rests while the engine is far behind', async () => {
    const it = setUp(
      scripted(async (_, sink) => {
        for (let i = 0; i < 1_200; i += 1) await sink.bars([bar(i)], minute(i + 1));
      }),
      { clock: handClock(START) },
    );
    it.bus.lag = 5_000;
    const done = runFeed(it.run);
    await eventually(() => it.bus.bars.length === 500);
    await new Promise((resolve) => setImmediate(resolve));
    expect(it.bus.bars.length).toBe(500);
    it.bus.lag = 4_999;
    await done;
    expect(it.bus.bars.length).toBe(1_200);
  });
});
