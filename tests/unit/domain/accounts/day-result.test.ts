import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newDayResult, nextDayResult, realizedToday, rolled } from '../../../../src/domain/accounts/day-result.js';
import { type EpochMs, epochMs, fromUsd, SECOND, toUsd } from '../../../../src/kernel/units.js';
import { flatSnapshot } from '../../../support/copilot-day.js';

const STALE_AFTER = 10 * SECOND;
const START = Date.parse('2026-11-19T22:59:00Z');

interface Shown {
  /** The platform's counter in dollars; undefined when it is not told. */
  readonly counter?: number;
  /** Contracts of MGC held. */
  readonly held?: number;
  readonly epoch?: string;
  /** Seconds since the report before. */
  readonly wait?: number;
}
const ROLL = 'roll';

/** What is shown as the day's result after each report. */
function days(...seen: readonly (Shown | typeof ROLL)[]): readonly (number | undefined)[] {
  let day = newDayResult;
  let at = START;
  return seen.map((it) => {
    if (it === ROLL) day = rolled(day);
    else {
      at += (it.wait ?? 5) * SECOND;
      day = nextDayResult(day, report(it, epochMs(at)), STALE_AFTER);
    }
    const realized = realizedToday(day);
    return realized === undefined ? undefined : toUsd(realized);
  });
}

function report({ counter, held = 0, epoch = 'e1' }: Shown, at: EpochMs) {
  const position = { symbol: 'MGC 12-26', root: 'MGC', contract: 'MGCZ6', side: 'LONG', quantity: held } as const;
  const open = { ...position, avgPrice: 4200, lastPrice: undefined, unrealizedPnl: undefined };
  const realizedPnl = counter === undefined ? undefined : fromUsd(counter);
  return flatSnapshot(at, 1, { epoch, positions: held > 0 ? [open] : [], realizedPnl });
}
const last = (...seen: readonly (Shown | typeof ROLL)[]) => days(...seen).at(-1);

describe('an ordinary day', () => {
  test('is counted from the roll to the cent, also through a restart of the bridge and a silence in which nothing closed', () => {
    const evening = [{ counter: 0 }, { counter: 0, held: 2 }, { counter: -400 }, ROLL] as const;
    const quiet = [
      { counter: -400, epoch: 'e2' },
      { counter: -400, epoch: 'e2', wait: 3_600 },
    ] as const;
    const trade = [
      { counter: -400, held: 1, epoch: 'e2' },
      { counter: -450, epoch: 'e2' },
    ] as const;
    expect(days(...evening, ...quiet, ...trade)).toEqual([0, 0, -400, 0, 0, 0, 0, -50]);
  });

  test('begins again with the platform at midnight, flat or holding', () => {
    expect(days({ counter: -300 }, ROLL, { counter: 0 }, { counter: 0, held: 1 }, { counter: -100 })).toEqual([
      -300, 0, 0, 0, -100,
    ]);
    expect(last({ counter: 500, held: 1 }, ROLL, { counter: 0, held: 1 }, { counter: 30 })).toBe(30);
  });

  test('of a loss that brings the counter to zero is a loss', () => {
    expect(last({ counter: 500, held: 2 }, ROLL, { counter: 500, held: 2 }, { counter: 0 })).toBe(-500);
  });
});

describe('a counter that began again', () => {
  test('while the bridge was silent does not hide a loss', () => {
    expect(last({ counter: -400 }, ROLL, { counter: -50, wait: 6 * 3_600 })).toBe(-50);
    expect(last({ counter: -400 }, ROLL, { counter: -50, wait: 6 * 3_600 }, { counter: -90 })).toBe(-90);
  });

  test('while the bridge was started anew does not hide a loss', () => {
    expect(last({ counter: -400 }, ROLL, { counter: -50, epoch: 'e2' })).toBe(-50);
  });

  test('by a simulation reset that closes the position does not hide the losses after it', () => {
    const reset = [{ counter: -400, held: 1 }, ROLL, { counter: -400, held: 1 }, { counter: 0 }] as const;
    expect(days(...reset)).toEqual([-400, 0, 0, 0]);
    expect(last(...reset, { counter: 0, held: 1 }, { counter: -60 })).toBe(-60);
  });

  test('is certain at the next zero without a trade, and both readings are one again', () => {
    const doubtful = [{ counter: 300 }, ROLL, { counter: 40, wait: 60 }] as const;
    expect(last(...doubtful), 'the worse: -260 of +40').toBe(-260);
    expect(last(...doubtful, { counter: 0 }, { counter: 0, held: 1 }, { counter: 25 })).toBe(25);
    expect(last(...doubtful, ROLL, { counter: 45 }), 'and at the next roll').toBe(5);
  });
});

test('a platform that stops telling its counter is not known, and goes on from what it said last', () => {
  expect(days({ counter: -400 }, ROLL, {}, { counter: -430 })).toEqual([-400, 0, undefined, -30]);
});

test('an unseen new beginning never makes the day look better than its losses, whatever came before the roll', () => {
  const dollars = fc.integer({ min: -900, max: 900 });
  fc.assert(
    fc.property(dollars, fc.integer({ min: -900, max: -1 }), fc.boolean(), (before, loss, isRestart) => {
      const away = isRestart ? { epoch: 'e2' } : { wait: 11 };
      const shown = last({ counter: before }, ROLL, { counter: loss, ...away });
      // A counter that stands where it stood is the one exception: it did not begin again.
      if (before !== loss) expect(shown).toBeLessThanOrEqual(loss);
    }),
  );
});
