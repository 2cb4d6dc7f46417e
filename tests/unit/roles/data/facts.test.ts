import { describe, expect, test } from 'vitest';
import type { FeedFact } from '../../../../src/domain/feed-health/fact.js';
import { epochMs } from '../../../../src/kernel/units.js';
import { type Known, startFactTeller } from '../../../../src/roles/data/facts.js';
import { memoryBus, memoryLog } from '../../../support/memory-bus.js';

const NOW = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const mismatch: Known = { root: 'MGC', fact: 'price-mismatch', active: true, since: NOW, text: 'apart', facts: {} };
const over: Known = { ...mismatch, active: false, text: 'the same again' };
const from = (source: string): Known => ({ ...mismatch, fact: 'source', text: `from ${source}`, facts: { source } });
const held = (known: Known): FeedFact => ({ id: 'x', at: NOW, ...known });

interface Beside {
  readonly isWatched?: (held: Pick<FeedFact, 'root' | 'fact'>) => boolean;
}

function setUp(known: readonly Known[], believed: readonly FeedFact[] = [], beside: Beside = {}) {
  const bus = memoryBus();
  bus.believed = believed;
  const now = { elapsed: 0, known };
  const clock = { now: () => NOW, elapsed: () => now.elapsed, speed: 1 };
  const teller = startFactTeller({ bus, clock, log: memoryLog(), known: () => now.known, ...beside });
  return {
    bus,
    now,
    /** Looks at the instant; twice, because an engine is known to live when its beat was seen to change. */
    async at(ms: number) {
      now.elapsed = ms;
      await teller.tell();
      await teller.tell();
      return bus.facts.map(({ root, fact, active }) => `${root} ${fact} ${active}`);
    },
    close: () => teller.close(),
  };
}

describe('what the engine does not know yet', () => {
  test('is told once, and told again when the engine does not show it', async () => {
    const it = setUp([mismatch]);
    expect(await it.at(0)).toEqual(['MGC price-mismatch true']);
    expect(await it.at(2_000)).toHaveLength(1);
    expect(await it.at(6_000)).toHaveLength(2);
    expect(new Set(it.bus.facts.map(({ id }) => id)).size).toBe(1);
    it.bus.believed = [held(mismatch)];
    expect(await it.at(60_000)).toHaveLength(2);
    await it.close();
  });

  test('is told in as many words as the engine takes, or it would refuse the whole fact', async () => {
    const it = setUp([
      { ...mismatch, text: 'x'.repeat(1_000) },
      { ...mismatch, root: 'MES', text: 'x'.repeat(1_001) },
    ]);
    expect(await it.at(0)).toEqual(['MGC price-mismatch true', 'MES price-mismatch true']);
    expect(it.bus.facts.map(({ text }) => text)).toEqual(['x'.repeat(1_000), `${'x'.repeat(999)}…`]);
    await it.close();
  });

  test('waits for an engine, and for the stream', async () => {
    const it = setUp([mismatch]);
    it.bus.believed = undefined;
    expect(await it.at(0)).toEqual([]);
    it.bus.believed = [];
    it.bus.isDown = true;
    expect(await it.at(1_000)).toEqual([]);
    it.bus.isDown = false;
    expect(await it.at(2_000)).toHaveLength(1);
    await it.close();
  });

  test('is another source than the one it knows of', async () => {
    const it = setUp([from('ibkr')], [held(from('massive'))]);
    expect(await it.at(0)).toEqual(['MGC source true']);
    it.bus.believed = [held(from('ibkr'))];
    expect(await it.at(60_000)).toHaveLength(1);
    await it.close();
  });
});

describe('what the engine holds for true', () => {
  test('is taken back when it is seen to be over', async () => {
    const it = setUp([over], [held(mismatch)]);
    expect(await it.at(0)).toEqual(['MGC price-mismatch false']);
    await it.close();
  });

  test('stands while nobody has seen that it is over, as after a restart', async () => {
    const it = setUp([], [held(mismatch)]);
    expect(await it.at(0)).toEqual([]);
    expect(await it.at(9 * 60_000)).toEqual([]);
    it.now.known = [mismatch];
    expect(await it.at(9.5 * 60_000)).toEqual([]);
    await it.close();
  });

  test('is forgotten after ten minutes in which nobody heard anything of it', async () => {
    const it = setUp([], [held(mismatch)]);
    await it.at(0);
    expect(await it.at(10 * 60_000)).toEqual(['MGC price-mismatch false']);
    expect(it.bus.facts[0]?.text).toBe('nothing has been heard of it any more');
    await it.close();
  });

  test('is never forgotten while somebody watches for its end', async () => {
    const lost: Known = { ...mismatch, fact: 'lost' };
    const it = setUp([], [held(lost), held({ ...lost, root: 'MES' })], { isWatched: ({ root }) => root === 'MGC' });
    await it.at(0);
    expect(await it.at(10 * 60_000)).toEqual(['MES lost false']);
    it.now.known = [{ ...lost, active: false, text: 'massive is live again' }];
    expect(await it.at(11 * 60_000)).toContain('MGC lost false');
    await it.close();
  });

  test('is never taken back where it is a roll: that is not undone', async () => {
    const it = setUp([], [held({ ...mismatch, fact: 'roll' }), held(mismatch)]);
    await it.at(0);
    expect(await it.at(10 * 60_000)).toEqual(['MGC price-mismatch false']);
    await it.close();
  });
});
