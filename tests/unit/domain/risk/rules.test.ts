import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRisk } from '../../../../src/domain/risk/judge.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import type { RiskFacts } from '../../../../src/domain/risk/rule.js';
import { riskRules } from '../../../../src/domain/risk/rules/index.js';
import { epochMs, fromUsd, microUsd } from '../../../../src/kernel/units.js';

const SIZE = fromUsd(50_000);

/** A quiet morning on which every rule is content. */
const calm: RiskFacts = {
  now: epochMs(Date.parse('2026-11-19T12:00:00Z')),
  etMinute: 7 * 60,
  session: 'active',
  limits: defaultLimits(SIZE),
  accountSize: SIZE,
  accounts: [{ account: 'Sim101', verdict: 'IN_SYNC', ageMs: 1_000 }],
  silentRoots: [],
  anyMarketOpen: true,
  openTrades: 0,
  openRisk: microUsd(0),
  unmanaged: [],
  withoutStop: [],
  realizedPnl: microUsd(0),
  openPnl: microUsd(0),
  dailyPnl: microUsd(0),
  consecutiveLosses: 0,
};

const rulesThatRefuse = (facts: Partial<RiskFacts>) =>
  judgeRisk({ ...calm, ...facts }).reasons.map((reason) => reason.rule);

describe('risk rules', () => {
  test('allow an entry when nothing speaks against it', () => {
    expect(judgeRisk(calm)).toEqual({ canEnter: true, reasons: [], warnings: [] });
  });

  test.each([
    ['no account was ever heard', { accounts: [] }, 'account-in-sync'],
    ['an account is silent', { accounts: [{ account: 'A', verdict: 'STALE', ageMs: 11_000 }] }, 'account-in-sync'],
    ['a price stands still', { silentRoots: ['MGC'] }, 'feed-fresh'],
    ['every market is shut', { anyMarketOpen: false }, 'feed-fresh'],
    ['the day has lost exactly $500.00', { dailyPnl: fromUsd(-500) }, 'daily-loss'],
    ["the day's result is not known", { dailyPnl: undefined }, 'daily-loss'],
    ['two trades are open', { openTrades: 2 }, 'max-open-trades'],
    ['open trades are not known', { openTrades: undefined }, 'max-open-trades'],
    ['open risk is over 5 %', { openRisk: fromUsd(2_500.01) }, 'total-risk'],
    ['open risk is not known', { openRisk: undefined }, 'total-risk'],
    ['an unknown instrument is held', { unmanaged: ['XYZ 12-26'] }, 'unmanaged-position'],
    ['it is 10:00:00 ET', { etMinute: 600 }, 'entry-cutoff'],
  ] satisfies [string, Partial<RiskFacts>, string][])('refuse when %s', (_, facts, rule) => {
    const verdict = judgeRisk({ ...calm, ...facts });
    expect(verdict.canEnter).toBe(false);
    expect(verdict.reasons.map((reason) => reason.rule)).toEqual([rule]);
    expect(verdict.reasons[0]?.text.length).toBeGreaterThan(10);
  });

  test('still allow one cent, one minute or one trade before the boundary', () => {
    expect(rulesThatRefuse({ dailyPnl: fromUsd(-499.99) })).toEqual([]);
    expect(rulesThatRefuse({ etMinute: 599 })).toEqual([]);
    expect(rulesThatRefuse({ openTrades: 1 })).toEqual([]);
    expect(rulesThatRefuse({ openRisk: fromUsd(2_500) })).toEqual([]);
  });

  test('warn of a missing stop and, from 11:30 ET, of an open position', () => {
    const warned = (facts: Partial<RiskFacts>) => judgeRisk({ ...calm, ...facts }).warnings.map((it) => it.rule);
    expect(warned({ withoutStop: ['MGC 12-26'] })).toEqual(['no-stop']);
    expect(warned({ etMinute: 690, openTrades: 1 })).toEqual(['overnight']);
    expect(warned({ etMinute: 689, openTrades: 1 })).toEqual([]);
  });

  test('never allow more when a rule is added', () => {
    const facts = fc.record({
      etMinute: fc.integer({ min: 0, max: 1439 }),
      openTrades: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
      dailyPnl: fc.option(fc.integer({ min: -800, max: 800 }).map(fromUsd), { nil: undefined }),
      silentRoots: fc.subarray(['MGC', 'MES']),
    });
    fc.assert(
      fc.property(facts, fc.subarray([...riskRules]), (some, fewer) => {
        const all = judgeRisk({ ...calm, ...some });
        const less = judgeRisk({ ...calm, ...some }, fewer);
        expect(all.canEnter && !less.canEnter).toBe(false);
      }),
    );
  });
});
