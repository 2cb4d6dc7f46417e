import { expect, test } from 'vitest';
import { newDayResult, nextDayResult, realizedToday, rolled } from '../../../../src/domain/accounts/day-result.js';
import { nextStreak, noStreak, rolledStreak, type Streak } from '../../../../src/domain/risk/streak.js';
import { epochMs, fromUsd, toUsd } from '../../../../src/kernel/units.js';
import { flatSnapshot } from '../../../support/copilot-day.js';

type Seen = readonly [open: number, counter: number];
const ROLL = 'roll';
const STALE_AFTER = 10_000;

/** What the platform shows next: contracts of MGC held, and its own realised counter; or the 18:00 roll. */
function after(...seen: readonly (Seen | typeof ROLL)[]) {
  let day = newDayResult;
  let streak: Streak = noStreak;
  for (const it of seen) {
    if (it === ROLL) {
      day = rolled(day);
      streak = rolledStreak(streak);
      continue;
    }
    const [quantity, counter] = it;
    const position = {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity,
      avgPrice: 1,
    } as const;
    const positions = quantity > 0 ? [{ ...position, lastPrice: undefined, unrealizedPnl: undefined }] : [];
    day = nextDayResult(day, flatSnapshot(epochMs(0), 1, { positions, realizedPnl: fromUsd(counter) }), STALE_AFTER);
    streak = nextStreak(streak, { openSymbols: positions.map((it) => it.symbol), realized: realizedToday(day) });
  }
  const realized = realizedToday(day);
  return { losses: streak.losses, realized: realized === undefined ? undefined : toUsd(realized) };
}

test('a losing trade counts when its position is gone, a winner ends the streak, a scratch changes nothing', () => {
  const loser: Seen[] = [
    [0, 0],
    [1, 0],
    [0, -40],
  ];
  expect(after(...loser).losses).toBe(1);
  expect(after(...loser, [1, -40], [0, -90]).losses).toBe(2);
  expect(after(...loser, [1, -40], [0, 10]).losses).toBe(0);
  expect(after(...loser, [1, -40], [0, -40]).losses).toBe(1);
  expect(after([1, -20], [1, -20]).losses, 'still open').toBe(0);
});

test("the day's result begins at zero at the roll, whatever the platform's counter says", () => {
  expect(after([0, 0], [1, 0], [0, -300]).realized).toBe(-300);
  expect(after([0, -300], ROLL).realized).toBe(0);
  expect(after([0, -300], ROLL, [0, -300]).realized).toBe(0);
  expect(after([0, -300], ROLL, [1, -300], [0, -350])).toEqual({ realized: -50, losses: 1 });
});

test('a platform that begins its counter again later in the evening changes nothing', () => {
  expect(after([0, 500], ROLL, [0, 500], [0, 0]).realized).toBe(0);
  expect(after([0, 500], ROLL, [0, 500], [0, 0], [1, 0], [0, 50])).toEqual({ realized: 50, losses: 0 });
  expect(after([0, -300], ROLL, [0, 0], [1, 0], [0, -100])).toEqual({ realized: -100, losses: 1 });
});

test('a loss that brings the counter to zero is a loss, not a new beginning', () => {
  expect(after([0, 500], ROLL, [2, 500], [0, 0]).realized).toBe(-500);
});

test('a result the platform does not tell is not known', () => {
  const unknown = nextDayResult(newDayResult, flatSnapshot(epochMs(0), 1, { realizedPnl: undefined }), STALE_AFTER);
  expect(realizedToday(unknown)).toBeUndefined();
});
