import { describe, expect, test } from 'vitest';
import type { FeedFact } from '../../../../src/domain/feed-health/fact.js';
import type { Frozen } from '../../../../src/domain/feed-health/frozen.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import type { FeedStatus } from '../../../../src/ports/feed.js';
import { startFeedHealth } from '../../../../src/roles/data/health.js';
import { knownOfSources } from '../../../../src/roles/data/sources/known.js';
import { createMerge } from '../../../../src/roles/data/sources/merge.js';
import { type SourcesReport, summary } from '../../../../src/roles/data/sources/report.js';
import { USUAL_PATIENCE } from '../../../../src/roles/data/sources/standing.js';
import { memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { handClock } from '../../../support/test-clock.js';

/** 09:30 in New York. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));

interface Given {
  readonly start?: EpochMs;
  readonly frozen?: Frozen;
  /** What the engine holds for true. */
  readonly believed?: readonly FeedFact[];
}

/** Sources that say how they stand, a minute after the other's word, and what is told of it. */
function setUp(orders: Readonly<Record<string, readonly string[]>>, { start = START, frozen, believed }: Given = {}) {
  let passed = 0;
  const at = () => ({ now: after(start, passed), elapsed: passed });
  const merge = createMerge({
    orders: new Map(Object.entries(orders)),
    from: START,
    began: at(),
    patience: USUAL_PATIENCE,
    frozen: () => undefined,
    onSwitch: () => {},
  });
  const names = [...new Set(Object.values(orders).flat())];
  const report = (): SourcesReport => ({
    at: at().now,
    sources: names.map(merge.standing),
    roots: merge.lines().map((line) => ({
      root: line.root,
      order: orders[line.root] ?? [],
      charge: line.charge(),
      heard: line.charge().source,
      frozen,
      isMoving: false,
      hasDecided: line.hasDecided(),
    })),
  });
  const bus = memoryBus();
  bus.believed = believed;
  const clock = { ...handClock(start), elapsed: () => passed };
  const health = startFeedHealth({ bus, clock, log: memoryLog(), sources: report });
  return {
    says(source: string, state: FeedStatus['state'], reason?: string, laterMs = MINUTE) {
      passed += laterMs;
      merge.stands(source, { state, reason }, at());
    },
    told: () => summary(report()),
    row: () => health.ofFeed(),
    pass(ms: number) {
      passed += ms;
    },
    /** What the engine is to know, in the words of a fact. */
    known: () => knownOfSources(report()).map(({ root, fact, active, text }) => [root, fact, active, text]),
    /** Looks twice, because an engine is known to live when its beat was seen to change; gives what it was told. */
    async tells() {
      await health.tell();
      await health.tell();
      return bus.facts.map(({ root, fact, active, text }) => [root, fact, active, text]);
    },
    close: health.close,
  };
}

describe('feeds that bring nothing', () => {
  test('are down with which, why and since when, however often each starts again', async () => {
    const it = setUp({ MGC: ['massive', 'ibkr'] });
    it.says('massive', 'live');
    it.says('ibkr', 'live');
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'silent', 'connecting again');
    const down = {
      state: 'silent',
      reason: 'massive failed since 09:33: socket hang up; ibkr silent since 09:34: connecting again',
    };
    expect(it.told()).toEqual(down);
    it.says('massive', 'starting');
    it.says('ibkr', 'starting');
    expect(it.told()).toEqual(down);
    it.says('massive', 'failed', 'no route');
    expect(it.told().reason).toContain('massive failed since 09:33: no route');
    expect(it.row()).toMatchObject({
      ...it.told(),
      sources: [
        { name: 'massive', state: 'failed', reason: 'no route' },
        { name: 'ibkr', state: 'silent', reason: 'connecting again' },
      ],
    });
    await it.close();
  });

  test('one of them back ends it, and the other one is still named; both back, and nothing is', async () => {
    const it = setUp({ MGC: ['massive', 'ibkr'] });
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'failed', 'no TWS');
    it.says('massive', 'live');
    it.says('ibkr', 'starting');
    expect(it.told()).toEqual({ state: 'live', reason: 'bars from massive; ibkr failed since 09:32: no TWS' });
    expect(it.row().state).toBeUndefined();
    expect(it.row().trouble).toBe('ibkr failed since 09:32: no TWS');
    it.says('ibkr', 'live');
    expect(it.row().trouble).toBeNull();
    it.says('ibkr', 'failed', 'no TWS');
    expect(it.row().trouble, 'a new outage counts anew').toBe('ibkr failed since 09:36: no TWS');
    await it.close();
  });

  test('all of one instrument’s: that instrument is down in words, and the feed as a whole is not', async () => {
    const it = setUp({ MGC: ['massive'], MES: ['ibkr'] });
    it.says('ibkr', 'live');
    it.says('massive', 'failed', 'socket hang up');
    it.says('massive', 'starting');
    expect(it.told().state).toBe('live');
    expect(it.row()).not.toHaveProperty('state');
    expect(it.row().trouble).toBe('MGC down: massive failed since 09:32: socket hang up');
    await it.close();
  });

  test('a platform that was never opened does not hide that the other one is gone', async () => {
    const it = setUp({ MGC: ['ninjatrader', 'massive'] });
    it.says('ninjatrader', 'starting', 'waiting for the first bar');
    expect(it.told().state).toBe('starting');
    expect(it.row().trouble).toBeNull();
    it.says('massive', 'failed', 'MASSIVE_API_KEY is refused');
    expect(it.told()).toEqual({
      state: 'failed',
      reason: 'ninjatrader starting: waiting for the first bar; massive failed since 09:32: MASSIVE_API_KEY is refused',
    });
    await it.close();
  });

  test('a single one says since when, and what it does meanwhile', async () => {
    const it = setUp({ MGC: ['massive'] });
    it.says('massive', 'silent', 'connection lost');
    expect(it.told()).toEqual({ state: 'silent', reason: 'since 09:31: connection lost' });
    it.says('massive', 'starting', 'asking for the missed minutes');
    expect(it.told().reason).toBe('since 09:31: connection lost; now asking for the missed minutes');
    await it.close();
  });

  test('a time of another day says its day, and one of another week its date', async () => {
    const it = setUp({ MGC: ['massive', 'ibkr'] });
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'live');
    it.pass(DAY);
    expect(it.row().trouble).toBe('massive failed since Thu 09:31: socket hang up');
    it.pass(7 * DAY);
    expect(it.told().reason).toBe('bars from massive; massive failed since Thu 19 Nov 09:31: socket hang up');
    await it.close();
  });
});

describe('what the engine is to know of an instrument whose feeds are all away', () => {
  const ORDER = { MGC: ['massive', 'ibkr'] };
  const GONE = 'no prices come: massive failed since 09:31: socket hang up; ibkr silent since 09:32: connecting again';

  test('is that it is lost, why and since when, once it has been for two seconds', async () => {
    const it = setUp({ ...ORDER, MES: ['index'] });
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'silent', 'connecting again');
    expect(it.known(), 'a connection is mostly back within a moment').toEqual([]);
    it.pass(2 * SECOND);
    expect(it.known()).toEqual([
      ['MGC', 'lost', true, GONE],
      ['MGC', 'frozen', false, 'massive is not live any more'],
    ]);
    await it.close();
  });

  test('is that it is over only when the source in charge is back: another may yet bring nothing', async () => {
    const it = setUp(ORDER);
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'failed', 'no TWS');
    it.says('ibkr', 'live');
    expect(it.known()).toEqual([]);
    it.says('massive', 'live');
    expect(it.known(), 'it may only come and go').toEqual([]);
    it.pass(10 * SECOND);
    expect(it.known()).toEqual([['MGC', 'lost', false, 'massive is live again']]);
    await it.close();
  });

  test('is one loss while a connection is made and lost again every two seconds', async () => {
    const it = setUp({ MGC: ['massive'] });
    it.says('massive', 'live');
    const seen = [];
    for (let i = 0; i < 20; i += 1) {
      it.says('massive', 'silent', 'reset', i === 0 ? MINUTE : 2 * SECOND);
      it.pass(1_500);
      seen.push(...it.known().filter(([, fact]) => fact === 'lost'));
      it.says('massive', 'live', undefined, 0);
      seen.push(...it.known());
    }
    const lost = ['MGC', 'lost', true, 'no prices come: massive silent since 09:32: reset'];
    expect(seen[0], 'from the second time on, since the first').toEqual(lost);
    expect(new Set(seen.map(([, , active]) => active))).toEqual(new Set([true]));
    expect(it.row().trouble, 'now it is live').toBeNull();
    it.pass(10 * SECOND);
    expect(it.known()).toEqual([['MGC', 'lost', false, 'massive is live again']]);
    it.says('massive', 'silent', 'reset', 0);
    expect(it.row().trouble, 'after a while that counts anew').toContain('since 09:33');
    await it.close();
  });

  test('reaches the engine whatever the vendors say', async () => {
    const page = 'x'.repeat(1_100);
    const it = setUp(ORDER, { believed: [] });
    it.says('massive', 'failed', page);
    it.says('ibkr', 'failed', page);
    it.pass(2 * SECOND);
    const cut = `${'x'.repeat(199)}…`;
    const text = `no prices come: massive failed since 09:31: ${cut}; ibkr failed since 09:32: ${cut}`;
    expect(await it.tells()).toEqual([['MGC', 'lost', true, text]]);
    expect(it.row().trouble).toContain(cut);
    await it.close();
  });

  test('is not taken back because it cannot be told how things stand: only what nobody watches any more is', async () => {
    const held = (root: string, fact: FeedFact['fact']): FeedFact => ({
      ...{ id: `${root} ${fact}`, at: START, root, fact, active: true, text: 'trouble', facts: {} },
    });
    const believed = [held('MGC', 'lost'), held('MGC', 'frozen'), held('MES', 'lost'), held('MGC', 'price-mismatch')];
    const it = setUp(ORDER, { believed });
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'live');
    expect(it.known(), 'neither that it is back nor that it moves').toEqual([]);
    await it.tells();
    it.pass(10 * MINUTE);
    const over = 'nothing has been heard of it any more';
    expect(await it.tells()).toEqual([
      ['MES', 'lost', false, over],
      ['MGC', 'price-mismatch', false, over],
    ]);
    await it.close();
  });

  test('is not that it stands still as well', async () => {
    const it = setUp(ORDER, { frozen: { kind: 'silent', since: START, text: 'no price', facts: {} } });
    it.says('massive', 'failed', 'socket hang up');
    expect(it.known()).toEqual([['MGC', 'frozen', true, 'massive stands still: no price']]);
    it.says('ibkr', 'silent', 'connecting again');
    it.pass(2 * SECOND);
    expect(it.known().map(([, fact, active]) => [fact, active])).toEqual([
      ['lost', true],
      ['frozen', false],
    ]);
    await it.close();
  });

  test('is nothing while its market is shut, and is told anew with the day when that opens', async () => {
    const it = setUp(ORDER, { start: after(START, 7 * HOUR) });
    it.says('massive', 'failed', 'socket hang up');
    it.says('ibkr', 'silent', 'connecting again');
    it.pass(HOUR);
    const shut = [
      ['MGC', 'lost', false, 'its market is shut'],
      ['MGC', 'frozen', false, 'its market is shut'],
    ];
    expect(it.known()).toEqual(shut);
    it.says('ibkr', 'live');
    expect(it.known(), 'also while only another one is live').toEqual(shut);
    it.says('ibkr', 'silent', 'connecting again');
    it.pass(12 * HOUR);
    expect(it.known()[0]?.[3]).toBe(
      'no prices come: massive failed since Thu 16:31: socket hang up; ibkr silent since Thu 17:34: connecting again',
    );
    await it.close();
  });
});
