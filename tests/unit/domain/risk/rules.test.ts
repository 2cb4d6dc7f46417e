import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headrooms, judgeRisk } from '../../../../src/domain/risk/judge.js';
import type { RiskFacts } from '../../../../src/domain/risk/rule.js';
import { riskRules } from '../../../../src/domain/risk/rules/index.js';
import { fromUsd } from '../../../../src/kernel/units.js';
import { asked, calm, factsWith, goldCard, held } from './facts.js';

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

  test('warn of a losing streak once it is longer than tolerated, and of fills that disagree with positions', () => {
    const warned = (facts: Partial<RiskFacts>) => judgeRisk({ ...calm, ...facts }).warnings.map((it) => it.rule);
    expect(warned({ consecutiveLosses: 2 })).toEqual([]);
    expect(warned({ consecutiveLosses: 3 })).toEqual(['loss-streak']);
    expect(warned({ unreconciled: ['Sim101'] })).toEqual(['journal-differs']);
    expect(judgeRisk({ ...calm, consecutiveLosses: 3, unreconciled: ['Sim101'] }).canEnter).toBe(true);
  });

  test('say that the platform has lost its broker rather than when it was last heard', () => {
    const accounts = [{ account: 'Sim101', verdict: 'STALE', ageMs: 1_000, isCutOff: true } as const];
    expect(judgeRisk({ ...calm, accounts }).reasons.map(({ text }) => text)).toEqual([
      'account Sim101 is STALE: the platform has lost its connection to the broker',
    ]);
  });

  test('tell how much of each limit is used', () => {
    const facts = { dailyPnl: fromUsd(-86.5), openRisk: fromUsd(150), openTrades: 1, consecutiveLosses: 2 };
    expect(headrooms({ ...calm, ...facts, etMinute: 570 })).toEqual([
      { rule: 'daily-loss', label: 'day loss', unit: 'usd', used: 86.5, limit: 500 },
      { rule: 'total-risk', label: 'open risk', unit: 'percent', used: 0.3, limit: 5 },
      { rule: 'max-open-trades', label: 'open trades', unit: 'count', used: 1, limit: 2 },
      { rule: 'entry-cutoff', label: 'entries', unit: 'minutes', used: 570, limit: 600 },
      { rule: 'loss-streak', label: 'losses in a row', unit: 'count', used: 2, limit: 2 },
    ]);
  });

  test('tell a used part that is not known as not known, a winning day as no loss, and noon as a used-up window', () => {
    const unknown = { dailyPnl: undefined, openRisk: undefined, openTrades: undefined, consecutiveLosses: undefined };
    const used = (facts: Partial<RiskFacts>) => headrooms({ ...calm, ...facts }).map((it) => it.used);
    expect(used(unknown)).toEqual([undefined, undefined, undefined, 420, undefined]);
    expect(used({ dailyPnl: fromUsd(80), etMinute: 720 })).toEqual([0, 0, 0, 600, 0]);
  });

  test('count the trade asked about into the open risk that is shown', () => {
    const facts = factsWith(asked({ quantity: 2 }), [held()]);
    expect(headrooms(facts).find(({ rule }) => rule === 'total-risk')?.used, '(100 + 2 x 100) of 50,000').toBe(0.6);
  });
});

describe('laws of the risk rules', () => {
  const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined, freq: 8 });
  const side = fc.constantFrom('LONG' as const, 'SHORT' as const);
  const trade = fc
    .record({ root: fc.constantFrom('MGC', 'GC', 'MES'), side, quantity: fc.integer({ min: 1, max: 4 }) })
    .chain((it) => fc.integer({ min: -20, max: 20 }).map((gain) => held({ ...it, lastPrice: 4200 + gain })));
  const question = fc.record({
    root: fc.constantFrom('MGC', 'GC', 'MES', 'ZZZ'),
    side,
    quantity: fc.integer({ min: 0, max: 16 }),
    entry: maybe(fc.integer({ min: 4190, max: 4215 })),
    stop: maybe(fc.integer({ min: 4185, max: 4220 })),
  });
  const facts = fc.record({
    etMinute: fc.integer({ min: 560, max: 610 }),
    dailyPnl: maybe(fc.integer({ min: -600, max: 800 }).map(fromUsd)),
    silentRoots: fc.subarray(['MES'], { minLength: 0 }),
    withoutStop: fc.subarray(['MGC 12-26']),
  });
  const situations = fc
    .tuple(question, fc.array(trade, { maxLength: 3 }), facts)
    .map(([request, open, some]) =>
      factsWith(request, open, { facts: some, context: { cards: [goldCard, { ...goldCard, root: 'MES' }] } }),
    );

  test('adding a rule never allows more, for the general question and for a trade', () => {
    fc.assert(
      fc.property(situations, fc.subarray([...riskRules]), fc.boolean(), (known, fewer, isGeneral) => {
        const { entry, ...general } = known;
        const about = isGeneral ? general : { ...general, entry };
        expect(judgeRisk(about).canEnter && !judgeRisk(about, fewer).canEnter).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('a new trade is never allowed where no new trade is', () => {
    let allowed = 0;
    fc.assert(
      fc.property(situations, (known) => {
        const { entry, ...general } = known;
        if (entry.kind !== 'opens' || !judgeRisk(known).canEnter) return;
        allowed += 1;
        expect(judgeRisk(general).canEnter).toBe(true);
      }),
      { numRuns: 2_000 },
    );
    expect(allowed, 'the law was put to the test').toBeGreaterThan(20);
  });

  test('asking for more contracts is never allowed where fewer are not', () => {
    fc.assert(
      fc.property(situations, (known) => {
        const { entry } = known;
        if (entry.kind === 'closes' || entry.request.quantity < 1) return;
        const more = { ...entry, request: { ...entry.request, quantity: entry.request.quantity + 1 } };
        if (judgeRisk({ ...known, entry: more }).canEnter) expect(judgeRisk(known).canEnter).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});
