import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AFTER_VIOLATION_MS, type Ask, createPacer, type Pacer } from '../../../../../src/adapters/feeds/ibkr/pacer.js';

interface Sent {
  readonly ask: Ask;
  readonly at: number;
}

const ask = (series: string, text = series): Ask => ({ series, text });

/** Sends each request at the first instant the pacer allows, as somebody who asks without a pause would. */
function rush(asks: readonly Ask[], pacer: Pacer = createPacer()): readonly Sent[] {
  let now = 0;
  return asks.map((it) => {
    now += pacer.waitMs(it, now);
    pacer.sent(it, now);
    return { ask: it, at: now };
  });
}

/** The most requests in any window of a length, edges included on one side. */
function most(sent: readonly Sent[], windowMs: number, counts: (a: Ask, b: Ask) => boolean): number {
  return Math.max(
    0,
    ...sent.map(
      ({ ask: last, at }) => sent.filter((it) => counts(it.ask, last) && it.at <= at && it.at > at - windowMs).length,
    ),
  );
}

const asks = fc.array(
  fc.record({
    series: fc.constantFrom('MGC', 'MES', 'MCL'),
    day: fc.nat({ max: 30 }),
    pauseMs: fc.oneof(fc.constant(0), fc.nat({ max: 4_000 })),
  }),
  { minLength: 60, maxLength: 220, size: 'max' },
);

test('no window ever holds more than IBKR allows, whatever is asked for and when', () => {
  fc.assert(
    fc.property(asks, (wishes) => {
      const pacer = createPacer();
      let now = 0;
      const sent = wishes.map(({ series, day, pauseMs }) => {
        const it = ask(series, `${series} ${day}`);
        now += pauseMs;
        now += pacer.waitMs(it, now);
        pacer.sent(it, now);
        return { ask: it, at: now };
      });
      expect(most(sent, 600_000, () => true)).toBeLessThanOrEqual(60);
      // Six within two seconds are a violation already.
      expect(most(sent, 2_000, (a, b) => a.series === b.series)).toBeLessThan(6);
      expect(most(sent, 15_000, (a, b) => a.text === b.text)).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
});

test('it allows as much as that: nothing waits without need', () => {
  const days = Array.from({ length: 60 }, (_, i) => ask('MGC', `MGC ${i}`));
  const sent = rush(days);
  expect(sent.filter(({ at }) => at === 0)).toHaveLength(5);
  // Twelve groups of five, two seconds and the jitter apart.
  expect(sent.at(-1)?.at).toBeLessThanOrEqual(11 * 2_250);
  const six = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'].map((root) => ask(root));
  expect(rush(six).every(({ at }) => at === 0)).toBe(true);
});

test('the sixty-first request of ten minutes goes when the first is ten minutes old', () => {
  const pacer = createPacer();
  rush(
    Array.from({ length: 60 }, (_, i) => ask(`${i}`)),
    pacer,
  );
  expect(pacer.waitMs(ask('one more'), 1_000)).toBe(600_250 - 1_000);
  expect(pacer.waitMs(ask('one more'), 600_250)).toBe(0);
});

test('whoever can wait leaves room for those that cannot', () => {
  const pacer = createPacer();
  const patient = (i: number): Ask => ({ ...ask(`past ${i}`), leaves: 14 });
  rush(
    Array.from({ length: 46 }, (_, i) => patient(i)),
    pacer,
  );
  expect(pacer.waitMs(patient(99), 0)).toBeGreaterThan(0);
  expect(pacer.waitMs(ask('live'), 0)).toBe(0);
});

test('after a violation nothing is asked for a minute', () => {
  const pacer = createPacer();
  pacer.violated(5_000);
  expect(pacer.waitMs(ask('MGC'), 5_000)).toBe(AFTER_VIOLATION_MS);
  expect(pacer.waitMs(ask('MGC'), 5_000 + AFTER_VIOLATION_MS)).toBe(0);
});
