import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, type EpochMs, epochMs, MINUTE, SECOND, ticks } from '../../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../../src/ports/feed.js';
import type { Switch } from '../../../../../src/roles/data/sources/line.js';
import { createMerge } from '../../../../../src/roles/data/sources/merge.js';
import { USUAL_PATIENCE } from '../../../../../src/roles/data/sources/standing.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const STEP_MS = 250;

/** Minute `i` closes `i` minutes after the start; the price tells whose bar it is. */
const barOf = (root: string, i: number, price: number, contract = `${root}Z6`): FeedBar => {
  const at = after(START, (i - 1) * MINUTE);
  const it = ticks(price);
  return { root, contract, bar: { at, open: it, high: it, low: it, close: it, volume: 1 } };
};
const closeOf = ({ bar }: FeedBar): EpochMs => after(bar.at, MINUTE);
const minuteOf = (bar: FeedBar): number => (closeOf(bar) - START) / MINUTE;

function setUp(orders: Readonly<Record<string, readonly string[]>>) {
  const switches: Switch[] = [];
  const frozen = new Map<string, string>();
  const out: { readonly bar: FeedBar; readonly at: number }[] = [];
  const promises: { readonly through: EpochMs; readonly at: number }[] = [];
  let elapsed = 0;
  const at = () => ({ now: after(START, elapsed), elapsed });
  const merge = createMerge({
    orders: new Map(Object.entries(orders)),
    from: START,
    began: at(),
    patience: USUAL_PATIENCE,
    frozen: (source) => frozen.get(source),
    onSwitch: (to) => switches.push(to),
  });
  const settle = () => {
    const { bars, completeThrough } = merge.settle(at());
    for (const bar of bars) {
      const broken = promises.find(({ through }) => closeOf(bar) <= through);
      expect(broken, `a bar of minute ${minuteOf(bar)} behind a promise`).toBeUndefined();
      out.push({ bar, at: elapsed });
    }
    if (completeThrough !== undefined) promises.push({ through: completeThrough, at: elapsed });
  };
  return {
    merge,
    switches,
    frozen,
    out,
    promises,
    /** Milliseconds since the start. */
    goTo(ms: number) {
      for (; elapsed + STEP_MS <= ms; elapsed += STEP_MS) settle();
      elapsed = ms;
      settle();
    },
    live(...sources: string[]) {
      for (const source of sources) merge.stands(source, { state: 'live', reason: undefined }, at());
      settle();
    },
    fails(source: string, reason = 'connection lost') {
      merge.stands(source, { state: 'failed', reason }, at());
      settle();
    },
    silent(source: string, reason = 'connecting again') {
      merge.stands(source, { state: 'silent', reason }, at());
      settle();
    },
    brings(source: string, bars: readonly FeedBar[], promise?: number) {
      const taken = bars.map((bar) => merge.take(source, bar, at()));
      if (promise !== undefined) merge.promise(source, after(START, promise * MINUTE), at());
      settle();
      return taken;
    },
    told: (root = 'MGC') => out.filter(({ bar }) => bar.root === root).map(({ bar }) => [minuteOf(bar), bar.bar.close]),
  };
}

const A = 1_000;
const B = 2_000;

describe('one source', () => {
  test('passes through at once, promise and all', () => {
    const it = setUp({ MGC: ['a'], MES: ['a'] });
    it.live('a');
    it.goTo(MINUTE);
    it.brings('a', [barOf('MGC', 1, A), barOf('MES', 1, A)], 1);
    expect(it.out.map(({ bar, at }) => [bar.root, at])).toEqual([
      ['MES', MINUTE],
      ['MGC', MINUTE],
    ]);
    expect(it.promises).toEqual([{ through: after(START, MINUTE), at: MINUTE }]);
  });

  test('that promises a minute without a bar closes it', () => {
    const it = setUp({ MGC: ['a'], MES: ['a'] });
    it.live('a');
    it.goTo(MINUTE);
    it.brings('a', [barOf('MES', 1, A)], 1);
    expect(it.promises.map(({ through }) => through)).toEqual([after(START, MINUTE)]);
  });

  test('may be away for an hour and bring all of it afterwards', () => {
    const it = setUp({ MGC: ['a'] });
    it.live('a');
    it.fails('a');
    it.goTo(60 * MINUTE);
    it.live('a');
    it.brings(
      'a',
      Array.from({ length: 60 }, (_, i) => barOf('MGC', i + 1, A)),
      60,
    );
    expect(it.told()).toEqual(Array.from({ length: 60 }, (_, i) => [i + 1, A]));
  });

  test('is no reason to call another root complete: what it owes may still come', () => {
    const it = setUp({ MGC: ['a'], MES: ['b'] });
    it.live('a', 'b');
    it.fails('b');
    it.goTo(10 * MINUTE);
    it.brings('a', [barOf('MGC', 10, A)], 10);
    expect(it.promises).toEqual([]);
    it.live('b');
    it.brings('b', [barOf('MES', 3, B), barOf('MES', 10, B)], 10);
    expect(it.told('MES')).toEqual([
      [3, B],
      [10, B],
    ]);
    expect(it.promises.map(({ through }) => through)).toEqual([after(START, 10 * MINUTE)]);
  });
});

describe('two sources', () => {
  const both = (i: number, it: ReturnType<typeof setUp>) => {
    it.goTo(i * MINUTE + 500);
    it.brings('a', [barOf('MGC', i, A)], i);
    it.brings('b', [barOf('MGC', i, B)], i);
  };

  test('give the first one’s bar, also when the second one’s comes before it', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    it.goTo(MINUTE);
    it.brings('b', [barOf('MGC', 1, B)], 1);
    expect(it.told()).toEqual([]);
    it.goTo(MINUTE + 2_000);
    it.brings('a', [barOf('MGC', 1, A)], 1);
    expect(it.told()).toEqual([[1, A]]);
    expect(it.switches).toEqual([]);
  });

  test('let the second take over within seconds when the first falls silent, and say why', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    both(1, it);
    it.goTo(2 * MINUTE + 500);
    it.brings('b', [barOf('MGC', 2, B)], 2);
    it.goTo(2 * MINUTE + 500 + USUAL_PATIENCE.failOverMs + STEP_MS);
    expect(it.told()).toEqual([
      [1, A],
      [2, B],
    ]);
    expect(it.switches).toMatchObject([{ from: 'a', to: 'b', root: 'MGC', reason: 'a silent' }]);
    // From then on nobody waits for the silent one.
    it.goTo(3 * MINUTE);
    it.brings('b', [barOf('MGC', 3, B)], 3);
    expect(it.out.at(-1)?.at).toBe(3 * MINUTE);
  });

  test('let the second take over at once when the first says that it is down', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    it.fails('a', 'nightly reset');
    it.goTo(MINUTE);
    it.brings('b', [barOf('MGC', 1, B)], 1);
    expect(it.out.map(({ at }) => at)).toEqual([MINUTE]);
    expect(it.switches).toMatchObject([{ to: 'b', reason: 'a failed: nightly reset' }]);
  });

  test('wait a moment for a first one that has only lost its connection, and no longer', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    both(1, it);
    it.silent('a');
    it.goTo(2 * MINUTE);
    it.brings('b', [barOf('MGC', 2, B)], 2);
    // It was down for most of the minute already.
    expect(it.told()).toEqual([
      [1, A],
      [2, B],
    ]);
    for (let i = 3; i <= 8; i += 1) {
      it.live('a');
      both(i, it);
    }
    it.goTo(9 * MINUTE - 1_000);
    it.silent('a');
    it.goTo(9 * MINUTE);
    it.brings('b', [barOf('MGC', 9, B)], 9);
    it.goTo(9 * MINUTE + 2_000);
    it.live('a');
    it.brings('a', [barOf('MGC', 9, A)], 9);
    expect(it.told().slice(-1)).toEqual([[9, A]]);
    expect(it.switches.map(({ to }) => to)).toEqual(['b', 'a']);
  });

  test('wait for a first one that starts and works off what it missed, however long it takes', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('b');
    it.goTo(SECOND);
    it.brings('b', [barOf('MGC', 30, B)], 30);
    for (let page = 0; page < 30; page += 1) {
      it.goTo((page + 2) * SECOND);
      it.brings('a', [barOf('MGC', page + 1, A)], page + 1);
    }
    expect(it.told()).toEqual(Array.from({ length: 30 }, (_, i) => [i + 1, A]));
  });

  test('let the second take over when the first stands still, and come back when it moves again', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    both(1, it);
    it.frozen.set('a', 'frozen: the price has not moved since 09:01 ET');
    both(2, it);
    it.frozen.clear();
    for (let i = 3; i <= 8; i += 1) both(i, it);
    expect(it.told().map(([, price]) => price)).toEqual([A, B, B, B, B, B, B, A]);
    expect(it.switches.map(({ from, to, reason }) => [from, to, reason])).toEqual([
      ['a', 'b', 'a frozen: the price has not moved since 09:01 ET'],
      ['b', 'a', 'a brought 5 minutes in a row'],
    ]);
  });

  test('go back to the first only after it has brought five minutes in a row', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    it.fails('a');
    it.goTo(MINUTE);
    it.brings('b', [barOf('MGC', 1, B)], 1);
    it.live('a');
    for (let i = 2; i <= 5; i += 1) both(i, it);
    // One minute missed: counting begins again.
    it.goTo(6 * MINUTE + 500);
    it.brings('b', [barOf('MGC', 6, B)], 6);
    for (let i = 7; i <= 12; i += 1) both(i, it);
    expect(it.told()).toEqual([...Array.from({ length: 11 }, (_, i) => [i + 1, B]), [12, A]]);
  });

  test('fill in a minute the first does not have without a change of charge', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    both(1, it);
    it.goTo(2 * MINUTE);
    it.brings('a', [], 2);
    it.goTo(2 * MINUTE + 1_000);
    it.brings('b', [barOf('MGC', 2, B)], 2);
    both(3, it);
    expect(it.told()).toEqual([
      [1, A],
      [2, B],
      [3, A],
    ]);
    expect(it.switches).toEqual([]);
  });

  test('wait for the first while it works off what it missed', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    it.goTo(30 * MINUTE);
    it.brings('b', [barOf('MGC', 30, B)], 30);
    for (let page = 0; page < 10; page += 1) {
      it.goTo(30 * MINUTE + (page + 1) * 2_000);
      it.brings(
        'a',
        [1, 2, 3].map((i) => barOf('MGC', page * 3 + i, A)),
        page * 3 + 3,
      );
    }
    expect(it.told()).toEqual(Array.from({ length: 30 }, (_, i) => [i + 1, A]));
  });

  test('never mix two delivery months within a trading day', () => {
    const it = setUp({ MGC: ['a', 'b'] });
    it.live('a', 'b');
    both(1, it);
    it.fails('a');
    it.goTo(2 * MINUTE);
    expect(it.brings('b', [barOf('MGC', 2, B, 'MGCG7')], 2)).toEqual(['other-month']);
    const nextDay = 24 * 60;
    it.goTo(nextDay * MINUTE);
    it.brings('b', [barOf('MGC', nextDay, B, 'MGCG7')], nextDay);
    expect(it.told()).toEqual([
      [1, A],
      [nextDay, B],
    ]);
  });

  test('serve only the roots they are asked for', () => {
    const it = setUp({ MGC: ['a'], MES: ['a', 'b'] });
    it.live('a', 'b');
    it.goTo(MINUTE);
    expect(it.brings('b', [barOf('MGC', 1, B), barOf('XYZ', 1, B)])).toEqual(['not-asked', 'not-asked']);
    it.brings('a', [barOf('MGC', 1, A)], 1);
    expect(it.brings('a', [barOf('MGC', 1, A)], 1)).toEqual(['late']);
    expect(it.told()).toEqual([[1, A]]);
  });
});

/** For each source and minute: how long after its close the bar comes, or that none comes, and whether the source is up. */
const minuteArb = fc.record({
  delayMs: fc.integer({ min: 0, max: USUAL_PATIENCE.fillMs - 2 * STEP_MS }),
  has: fc.boolean(),
  isUp: fc.boolean(),
  /** What it says of itself when it goes down. */
  outage: fc.constantFrom('fails' as const, 'silent' as const),
});
const dayArb = fc.array(fc.record({ a: minuteArb, b: minuteArb }), { minLength: 5, maxLength: 60 });

test('whatever goes down and comes back, each minute that any source brought comes out once and in order', () => {
  fc.assert(
    fc.property(dayArb, (day) => {
      const it = setUp({ MGC: ['a', 'b'] });
      const delivered = new Set<number>();
      let [isUpA, isUpB] = [false, false];
      day.forEach(({ a, b }, index) => {
        const i = index + 1;
        // Outages begin and end between two minutes.
        it.goTo(i * MINUTE - 5 * SECOND);
        if (a.isUp !== isUpA) a.isUp ? it.live('a') : it[a.outage]('a');
        if (b.isUp !== isUpB) b.isUp ? it.live('b') : it[b.outage]('b');
        [isUpA, isUpB] = [a.isUp, b.isUp];
        const events = [
          { source: 'a', price: A, ...a },
          { source: 'b', price: B, ...b },
        ].filter(({ isUp }) => isUp);
        for (const { source, price, delayMs, has } of events.sort((x, y) => x.delayMs - y.delayMs)) {
          it.goTo(i * MINUTE + Math.ceil(delayMs / STEP_MS) * STEP_MS);
          if (has) delivered.add(i);
          it.brings(source, has ? [barOf('MGC', i, price)] : [], i);
        }
      });
      it.goTo((day.length + 1) * MINUTE);
      expect(it.told().map(([minute]) => minute)).toEqual([...delivered].sort((x, y) => x - y));
    }),
    { numRuns: 300 },
  );
});

test('sources that only fall silent cost no minute either: the other one’s comes out within seconds', () => {
  fc.assert(
    fc.property(dayArb, (day) => {
      const it = setUp({ MGC: ['a', 'b'] });
      it.live('a', 'b');
      const delivered = new Set<number>();
      day.forEach(({ a, b }, index) => {
        const i = index + 1;
        for (const [source, price, { has, isUp }] of [
          ['a', A, a],
          ['b', B, b],
        ] as const) {
          it.goTo(i * MINUTE + STEP_MS);
          if (!isUp || !has) continue;
          delivered.add(i);
          it.brings(source, [barOf('MGC', i, price)], i);
        }
      });
      it.goTo((day.length + 1) * MINUTE);
      expect(it.told().map(([minute]) => minute)).toEqual([...delivered].sort((x, y) => x - y));
      for (const { bar, at } of it.out) expect(at - minuteOf(bar) * MINUTE).toBeLessThanOrEqual(6 * SECOND);
    }),
    { numRuns: 300 },
  );
});
