import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microsPerContract } from '../../../../src/domain/focus/size.js';
import { epochMs, SECOND } from '../../../../src/kernel/units.js';
import { ask, type Entered, live, step } from './asking-trader.js';
import { SIZE } from './facts.js';
import { ACCOUNTS, bookOf, limits, priced, specOf, total, type World } from './platform-world.js';

/**
 * A trader who asks before every entry, on a platform that fills what was asked. The platform's book is measured by
 * `exposures`, as the co-pilot measures what a bridge reports: the check must have foreseen what the book then shows.
 */

const CUTOFF = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const MICROS_MAX = 15;

/** Every limit of the trader, measured on the book after the fill and not on what the check said. */
function expectWithinLimits({ world, before, line }: Entered): void {
  const after = bookOf(world);
  const own = after.find(({ account, position }) => account === line.account && position.root === line.root);
  const openRisk = total(after.map(({ risk }) => risk));
  expect(after.length).toBeLessThanOrEqual(limits.openTradesMax);
  expect(own?.risk).toBeLessThanOrEqual(limits.riskPerTrade);
  expect(openRisk).toBeLessThanOrEqual((SIZE * limits.totalRiskPct) / 100);
  expect(world.now).toBeLessThan(CUTOFF);
  expect(before.dailyPnl).toBeGreaterThan(-limits.dailyLoss);
  expect(before.accounts.every(({ ageMs }) => ageMs <= 10 * SECOND)).toBe(true);
  expect(world.silent).toEqual([]);
  const micros = after
    .filter(({ position }) => priced(position.root ?? '') === priced(line.root))
    .reduce((sum, { position }) => sum + position.quantity * microsPerContract(specOf(position.root ?? '')), 0);
  expect(micros).toBeLessThanOrEqual(MICROS_MAX);
}

test('no sequence of questions, fills, prices, stops and minutes takes a trader who asks past a limit', () => {
  const seen = { entered: 0, added: 0, refused: 0, closed: 0 };
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }),
      fc.nat(4_000),
      (steps, secondsBefore) => {
        const now = epochMs(CUTOFF - secondsBefore * SECOND);
        const trend = { ratio: 2, wave: 'BULLISH' as const };
        const world: World = {
          now,
          heardAt: now,
          prices: { MGC: 42_000, MES: 27_000, MHG: 10_000 },
          trends: { MGC: trend, MES: trend, MHG: trend },
          lines: [],
          realized: 0,
          silent: [],
        };
        for (const next of steps) {
          if (next.kind !== 'ask') {
            live(world, next);
            continue;
          }
          const count = world.lines.length;
          const joined = next.joins === undefined ? undefined : world.lines[next.joins];
          const account = joined && ACCOUNTS.indexOf(joined.account);
          const outcome = ask(world, joined ? { ...next, root: joined.root, side: joined.side, account } : next);
          if (typeof outcome === 'string') {
            seen[outcome] += 1;
            continue;
          }
          expectWithinLimits(outcome);
          if (world.lines.length === count) seen.added += 1;
          else seen.entered += 1;
        }
      },
    ),
    { numRuns: 500 },
  );
  expect(seen.entered, 'trades were entered').toBeGreaterThan(200);
  expect(seen.added, 'and added to').toBeGreaterThan(5);
  expect(seen.refused, 'and refused').toBeGreaterThan(1_000);
  expect(seen.closed, 'and closed').toBeGreaterThan(20);
});
