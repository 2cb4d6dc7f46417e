import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRisk } from '../../../src/domain/risk/judge.js';
import { type EpochMs, epochMs, iso, SECOND } from '../../../src/kernel/units.js';
import type { PositionRow, PositionsState, RiskStatus } from '../../../src/messages/dashboard.js';
import {
  answerEntry,
  type EntryRequestJson,
  entryAnswerSchema,
  entryRequestSchema,
  liveVerdict,
  type Published,
} from '../../../src/messages/entry-check.js';
import { riskFactsOf } from '../../../src/messages/risk-facts.js';
import { planAt, positionsAt, riskAt } from '../../support/web-source.js';

/** 09:30:00 in New York on an ordinary Friday. */
const NOW = epochMs(Date.parse('2026-11-20T14:30:00Z'));
const CUTOFF = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const STALE = 10 * SECOND;
const later = (ms: number): EpochMs => epochMs(NOW + ms);
const at = (now: EpochMs = NOW) => ({ now, staleAfterMs: STALE });

const none: Partial<PositionsState> = { positions: [] };
const flat: Partial<RiskStatus> = { open_trades: 0, open_risk_dollars: 0, daily_pnl: 0, as_of: iso(NOW) };
const [gold] = positionsAt(NOW).positions;

/** One account in sync, nothing open, published just now. */
function published({
  risk = {},
  positions = none,
}: {
  risk?: Partial<RiskStatus>;
  positions?: object;
} = {}): Published {
  return {
    risk: riskAt(NOW, { ...flat, ...risk }),
    positions: positionsAt(NOW, positions),
    plan: planAt(NOW),
  };
}
/** The same with one long position in gold. */
const holding = (row: Partial<PositionRow>, risk: Partial<RiskStatus> = {}): Published => {
  if (!gold) throw new Error('impossible: no example position');
  const held = { ...gold, ...row };
  return published({
    risk: { open_trades: 1, open_risk_dollars: held.risk_dollars, ...risk },
    positions: { positions: [held] },
  });
};
const question = (more: Partial<EntryRequestJson> = {}): EntryRequestJson => ({
  symbol: 'MGC',
  side: 'LONG',
  size: 2,
  entry: 4207,
  stop: 4197,
  ...more,
});
const rules = (known: Published, asked = question(), now = NOW) =>
  answerEntry(known, asked, at(now)).reasons.map(({ rule }) => rule);

describe('the answer to "may this trade be entered"', () => {
  test('is yes, with the risk and what it was judged on', () => {
    expect(answerEntry(published(), question(), at(later(200)))).toEqual({
      allowed: true,
      symbol: 'MGC',
      side: 'LONG',
      size: 2,
      closes: false,
      risk_dollars: 200,
      risk_basis: 'request',
      reasons: [],
      warnings: [],
      as_of: iso(later(200)),
      judged_from: iso(NOW),
    });
  });

  test('understands BUY and SELL and every way a platform writes a contract', () => {
    const answer = (more: Partial<EntryRequestJson>) => answerEntry(published(), question(more), at());
    expect(answer({ side: 'BUY' })).toMatchObject({ side: 'LONG', allowed: true });
    expect(answer({ side: 'SELL', stop: 4210 })).toMatchObject({ side: 'SHORT', allowed: true, risk_dollars: 60 });
    for (const symbol of ['MGC 12-26', 'MGCZ6', 'mgc dec26', ' MGC ']) expect(answer({ symbol }).allowed).toBe(true);
  });

  test('counts a full-size contract as itself and never as its micro', () => {
    const answer = answerEntry(published(), question({ symbol: 'GC 12-26', size: 1 }), at());
    expect(answer).toMatchObject({ allowed: false, risk_dollars: 1_000 });
    expect(answer.reasons.map(({ rule }) => rule)).toEqual(['risk-per-trade']);
  });

  test("takes the stop from the plan's card, and 2 ATR against it", () => {
    const answer = (more: Partial<EntryRequestJson>) => {
      const { symbol, side, size } = question(more);
      return answerEntry(published(), { symbol, side, size }, at());
    };
    expect(answer({}), '4207.9 to 4198.2').toMatchObject({ risk_basis: 'plan', risk_dollars: 194, allowed: true });
    expect(answer({ side: 'SHORT', size: 1 }), '2 x 8.8 / 1.5').toMatchObject({
      risk_basis: '2 ATR',
      risk_dollars: 117.34,
    });
  });

  test.each(['ZZZ', 'ZZZ 12-26', 'MGC 99-99', '../../etc', '💰', 'MGCZ', '12-26'])(
    'is a no with a reason for the unknown symbol %s',
    (symbol) => {
      const answer = answerEntry(published(), question({ symbol }), at());
      expect(answer).toMatchObject({ allowed: false, risk_dollars: null, risk_basis: 'unknown' });
      expect(answer.reasons.map(({ rule }) => rule)).toEqual(['unmanaged-position']);
    },
  );

  test('is a no while the engine has not spoken, positions are missing or the plan is', () => {
    const { risk, positions, plan } = published();
    expect(answerEntry({}, question(), at())).toMatchObject({ allowed: false, judged_from: null, risk_dollars: null });
    expect(rules({ risk, plan })).toEqual(['risk-status']);
    expect(rules({ risk, positions })).toEqual(['feed-fresh']);
  });

  test('holds the cut-off to the second although the engine has not yet swept', () => {
    const fresh = (now: EpochMs) =>
      published({
        risk: { as_of: iso(epochMs(now - SECOND)) },
        positions: { ...none, accounts: positionsAt(now).accounts },
      });
    const before = epochMs(CUTOFF - 1);
    expect(rules(fresh(before), question(), before)).toEqual([]);
    expect(rules(fresh(CUTOFF), question(), CUTOFF)).toEqual(['entry-cutoff']);
  });

  test('is a no once an account has been silent, whatever the engine said last', () => {
    // The example account was heard a second before it was published.
    expect(rules(published(), question(), later(9_000))).toEqual([]);
    expect(rules(published(), question(), later(9_001))).toEqual(['account-in-sync']);
  });

  test('is a no for an instrument whose prices stand still', () => {
    const plan = planAt(NOW, { assets: planAt(NOW).assets.map((row) => ({ ...row, stale: row.symbol === 'MGC' })) });
    expect(rules({ ...published(), plan })).toEqual(['feed-fresh']);
    expect(rules({ ...published(), plan }, question({ symbol: 'MCL', entry: 60, stop: 59.9 }))).toEqual([]);
  });

  test('never allows a new trade that the engine refuses, even where rounded figures would', () => {
    const refused = published({
      risk: { can_enter: false, reasons: [{ rule: 'total-risk', text: 'open risk 5.01 %', facts: {} }] },
    });
    expect(rules(refused)).toEqual(['total-risk']);
    expect(rules(published({ risk: { can_enter: false } }))).toEqual(['risk-status']);
  });

  test('speaks of the NO TRADE banner, which by itself forbids no trade', () => {
    const reasons = [{ id: 'low-quality', text: 'All focus assets are under quality 55', facts: {} }];
    const plan = planAt(NOW, { no_trade: { active: true, reasons, warnings: [] } });
    const answer = answerEntry({ ...published(), plan }, question(), at());
    expect(answer.allowed).toBe(true);
    expect(answer.warnings).toEqual([
      { rule: 'no-trade:low-quality', text: 'NO TRADE: All focus assets are under quality 55', facts: {} },
    ]);
  });
});

describe('a trade in an instrument that is held', () => {
  const winning = { quantity: 1, last_price: 4209, r_multiple: 0.67, risk_dollars: 55 };

  test('may be added to from +0.5 R with the wave, also as the third question with two trades open', () => {
    expect(rules(holding(winning))).toEqual([]);
    const two = { open_trades: 2, can_enter: false, reasons: [{ rule: 'max-open-trades', text: 'two', facts: {} }] };
    expect(rules(holding(winning, two))).toEqual([]);
    expect(rules(holding(winning, two), question({ symbol: 'MES', entry: 6_800, stop: 6_795 }))).toEqual([
      'max-open-trades',
    ]);
  });

  test('is measured again, because the wire rounds R to hundredths', () => {
    // $27.45 of $55.00 is 0.499 R, which the wire shows as 0.50.
    expect(rules(holding({ ...winning, last_price: 4208.045, r_multiple: 0.5 }))).toEqual(['stacking']);
    expect(rules(holding({ ...winning, last_price: 4208.05, r_multiple: 0.5 }))).toEqual([]);
  });

  test('with several stops believes the published R only where rounding cannot have lifted it', () => {
    const mixed = { ...winning, risk_dollars: 40 };
    expect(rules(holding({ ...mixed, r_multiple: 0.5 }))).toEqual(['stacking']);
    expect(rules(holding({ ...mixed, r_multiple: 0.51 }))).toEqual([]);
  });

  test('counts with what is held', () => {
    expect(
      rules(holding({ ...winning, stop_price: 4190, risk_dollars: 153, r_multiple: 0.24 }), question({ size: 3 })),
    ).toEqual(['risk-per-trade', 'stacking']);
  });

  const close = question({ side: 'SELL', size: 2, stop: undefined });

  test('is closed at any hour, and the answer says that it enters nothing', () => {
    const evening = epochMs(Date.parse('2026-11-20T19:00:00Z'));
    const known = holding({}, { as_of: iso(evening) });
    const heard = { ...known, positions: positionsAt(evening, { positions: known.positions?.positions ?? [] }) };
    const answer = answerEntry(heard, close, at(evening));
    expect(answer).toMatchObject({ allowed: true, closes: true, risk_dollars: 0, risk_basis: 'unknown', reasons: [] });
    expect(answer.warnings[0]).toMatchObject({ rule: 'closes-only' });
    expect(answer.warnings[0]?.text).toContain('this closes 2 of 2 MGC 12-26 LONG in Sim101');
    expect(rules(holding({}), question({ side: 'SELL', size: 3, stop: 4215 }))).toContain('opposite-side');
  });

  test('is not told to be a close once its account is silent: the stop may have been filled meanwhile', () => {
    expect(rules(holding({}), close, later(9_000))).toEqual([]);
    const answer = answerEntry(holding({}), close, at(later(9_001)));
    expect(answer).toMatchObject({ allowed: false, closes: true, risk_dollars: null, risk_basis: 'unknown' });
    expect(answer.reasons).toMatchObject([{ rule: 'account-in-sync' }]);
    expect(answer.reasons[0]?.text).toContain("use the platform's own flatten");
    expect(answer.warnings.map(({ rule }) => rule)).not.toContain('closes-only');
  });

  test('is not told to be a close by an engine that fell silent', () => {
    expect(rules(holding({}), close, later(120_001))).toEqual(['account-in-sync', 'risk-status']);
  });
});

describe('the published verdict, judged again', () => {
  test('is the same at its own instant', () => {
    const risk = riskAt(NOW, flat);
    expect(liveVerdict(risk, at())).toEqual({ canEnter: true, reasons: [], warnings: [] });
  });

  test('refuses from 10:00:00 ET and not a millisecond before', () => {
    const fresh = (now: EpochMs) => riskAt(now, { ...flat, as_of: iso(epochMs(now - 500)) });
    const before = epochMs(CUTOFF - 1);
    expect(liveVerdict(fresh(before), at(before)).canEnter).toBe(true);
    expect(liveVerdict(fresh(CUTOFF), at(CUTOFF)).reasons.map(({ rule }) => rule)).toEqual(['entry-cutoff']);
  });

  test('refuses when nobody has spoken for longer than a silence, and says when the verdict itself is old', () => {
    const risk = riskAt(NOW, flat);
    const ruled = (ms: number) => liveVerdict(risk, at(later(ms))).reasons.map(({ rule }) => rule);
    expect(ruled(9_000)).toEqual([]);
    expect(ruled(9_001), 'heard 1 s before').toEqual(['account-in-sync']);
    expect(ruled(120_001)).toEqual(['risk-status', 'account-in-sync']);
    expect(liveVerdict(risk, { now: later(50_000), staleAfterMs: 60_000 }).canEnter, 'a fast clock').toBe(true);
  });

  test('never turns a silent account into more than it was', () => {
    const verdictOf = (verdict: 'GAP' | 'UNKNOWN', ms: number) =>
      riskFactsOf(riskAt(NOW, { ...flat, accounts: [{ account: 'A', verdict, age_s: 0 }] }), at(later(ms))).accounts[0]
        ?.verdict;
    expect([verdictOf('GAP', 0), verdictOf('GAP', 11_000)]).toEqual(['GAP', 'STALE']);
    expect([verdictOf('UNKNOWN', 0), verdictOf('UNKNOWN', 11_000)]).toEqual(['UNKNOWN', 'UNKNOWN']);
  });

  test("does not carry a day's result over the 18:00 roll", () => {
    const evening = epochMs(Date.parse('2026-11-20T23:00:00Z'));
    expect(riskFactsOf(riskAt(NOW, flat), at(evening))).toMatchObject({
      dailyPnl: undefined,
      consecutiveLosses: undefined,
    });
    expect(riskFactsOf(riskAt(NOW, flat), at(NOW)).dailyPnl).toBe(0);
  });

  test('treats an instant it cannot read as older than anything', () => {
    expect(liveVerdict(riskAt(NOW, { ...flat, as_of: 'yesterday' }), at()).canEnter).toBe(false);
  });

  test('keeps what the engine refused until the engine takes it back', () => {
    const reasons = [{ rule: 'daily-loss', text: 'day result -$500.00', facts: {} }];
    const verdict = liveVerdict(riskAt(NOW, { ...flat, can_enter: false, reasons }), at(later(1_000)));
    expect(verdict).toMatchObject({ canEnter: false, reasons });
  });
});

describe('laws of the answer', () => {
  const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: null, freq: 8 });
  const risk = fc
    .record({
      open_trades: maybe(fc.integer({ min: 0, max: 2 })),
      open_risk_dollars: maybe(fc.integer({ min: 0, max: 3_000 })),
      daily_pnl: maybe(fc.integer({ min: -700, max: 300 })),
      verdict: fc.constantFrom('IN_SYNC' as const, 'IN_SYNC' as const, 'IN_SYNC' as const, 'GAP' as const),
    })
    .map(({ verdict, ...some }) => {
      const status = riskAt(NOW, { ...flat, ...some, accounts: [{ account: 'Sim101', verdict, age_s: 1 }] });
      const { canEnter, reasons, warnings } = judgeRisk(riskFactsOf(status, at()));
      const copied = (list: typeof reasons) => list.map((it) => ({ ...it, facts: { ...it.facts } }));
      return { ...status, can_enter: canEnter, reasons: copied(reasons), warnings: copied(warnings) };
    });
  const asked = fc.record({
    symbol: fc.constantFrom('MGC', 'MGC', 'MGC 12-26', 'MGC 02-27', 'GC', 'MES 12-26', 'SIL', 'ZZZ'),
    side: fc.constantFrom('LONG' as const, 'SELL' as const),
    size: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 })),
    entry: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 4_200, max: 4_215 }) },
      { weight: 1, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) },
      { weight: 2, arbitrary: fc.constant(undefined) },
    ),
    stop: fc.option(fc.integer({ min: 4_190, max: 4_212 }), { nil: undefined }),
  });

  test('it never throws, is always of its schema, and gives a reason exactly when it is no', () => {
    fc.assert(
      fc.property(risk, asked, fc.integer({ min: 0, max: 20_000 }), (status, request, ms) => {
        const answer = answerEntry({ ...published(), risk: status }, request, at(later(ms)));
        expect(entryAnswerSchema.parse(answer)).toEqual(answer);
        expect(answer.allowed).toBe(answer.reasons.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  test('a new trade is allowed only where the published verdict, judged again, allows any', () => {
    let allowed = 0;
    fc.assert(
      fc.property(risk, asked, fc.integer({ min: 0, max: 12_000 }), (status, request, ms) => {
        const answer = answerEntry({ ...published(), risk: status }, request, at(later(ms)));
        if (!answer.allowed) return;
        allowed += 1;
        expect(status.can_enter && liveVerdict(status, at(later(ms))).canEnter).toBe(true);
      }),
      { numRuns: 3_000 },
    );
    expect(allowed, 'the law was put to the test').toBeGreaterThan(20);
  });
});

describe('the question on the wire', () => {
  const problems = (body: object) => {
    const read = entryRequestSchema.safeParse({ symbol: 'MGC', side: 'long', size: 1, ...body });
    return read.success ? [] : read.error.issues.map(({ path, code }) => path.join('.') || code);
  };

  test('may name the side in any case, an entry, a stop and an account', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ side: ' Sell ', entry: 4207, stop: -3, account: 'Sim101' })).toEqual([]);
  });

  test.each([
    [{ symbol: '' }, 'symbol'],
    [{ symbol: 'MGC\u0000' }, 'symbol'],
    [{ symbol: 'M'.repeat(33) }, 'symbol'],
    [{ side: 'FLAT' }, 'side'],
    [{ size: 0 }, 'size'],
    [{ size: 1.5 }, 'size'],
    [{ size: '1' }, 'size'],
    [{ entry: Number.POSITIVE_INFINITY }, 'entry'],
    [{ stop: 1e300 }, 'stop'],
    [{ account: ' ' }, 'account'],
    [{ stopp: 4197 }, 'unrecognized_keys'],
  ])('is refused for %o, naming the field', (body, field) => {
    expect(problems(body)).toEqual([field]);
  });
});
