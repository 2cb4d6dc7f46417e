import { describe, expect, test } from 'vitest';
import { entryFacts } from '../../../../src/domain/risk/entry.js';
import { judgeRisk } from '../../../../src/domain/risk/judge.js';
import { fromUsd, microUsd } from '../../../../src/kernel/units.js';
import { asked, factsWith, goldCard, held, reasonOf, refusals } from './facts.js';

const perContract = (...of: Parameters<typeof factsWith>) => {
  const { riskPerContract, riskBasis } = factsWith(...of).entry;
  return [riskPerContract === undefined ? undefined : riskPerContract / 1_000_000, riskBasis];
};

describe('the risk of a trade asked about', () => {
  test('is measured from its own entry to its own stop', () => {
    expect(perContract(asked({ entry: 4207, stop: 4197 })), '100 ticks x $1').toEqual([100, 'request']);
    expect(perContract(asked({ side: 'SHORT', entry: 4207, stop: 4210.5 }))).toEqual([35, 'request']);
  });

  test('counts a full-size contract by its own tick value, never by its micro', () => {
    expect(perContract(asked({ root: 'GC' })), '100 ticks x $10').toEqual([1_000, 'request']);
  });

  test('with only a stop is measured from the worse of the last price and the edge of the entry zone', () => {
    expect(perContract(asked({ entry: undefined, stop: 4198 })), 'edge 4208').toEqual([100, 'request']);
    const cards = [{ ...goldCard, lastPrice: 4215 }];
    const away = { context: { cards } };
    expect(perContract(asked({ entry: undefined, stop: 4198 }), [], away), 'last 4215').toEqual([170, 'request']);
    const short = asked({ side: 'SHORT', entry: undefined, stop: 4210 });
    expect(perContract(short), 'the card is for the other side: last 4207').toEqual([30, 'request']);
  });

  test("without a stop takes the plan's, when the plan is for the same side", () => {
    expect(perContract(asked({ entry: undefined, stop: undefined })), '4208 to 4198').toEqual([100, 'plan']);
    expect(perContract(asked({ entry: 4205, stop: undefined })), '4205 to 4198').toEqual([70, 'plan']);
  });

  test('without a stop and against the plan counts 2 ATR', () => {
    expect(perContract(asked({ side: 'SHORT', stop: undefined })), '12 points').toEqual([120, '2 ATR']);
  });

  test('of a full-size contract is measured with the card of its micro', () => {
    expect(perContract(asked({ root: 'GC', entry: undefined, stop: undefined }))).toEqual([1_000, 'plan']);
  });

  test.each([
    ['a stop above a long entry', asked({ stop: 4210 }), 'stop 4210 is not below the entry 4207'],
    ['a stop at the entry', asked({ stop: 4207 }), 'stop 4207 is not below the entry 4207'],
    ['a stop under a short entry', asked({ side: 'SHORT' }), 'stop 4197 is not above the entry 4207'],
    ['a stop above the price of a long', asked({ entry: undefined, stop: 4300 }), 'not below the price 4208'],
    ['nothing to measure a stop from', asked({ root: 'MES', entry: undefined }), 'name the entry'],
    ['no stop, plan or ATR', asked({ root: 'MES', stop: undefined }), 'no stop was named'],
    ['a number that is none', asked({ entry: Number.NaN }), 'not below the entry NaN'],
  ])('is not known for %s, and so the trade is refused', (_, request, words) => {
    expect(factsWith(request).entry).toMatchObject({ riskPerContract: undefined, riskBasis: 'unknown' });
    expect(refusals(request)).toEqual(['total-risk', 'risk-per-trade']);
    expect(reasonOf('risk-per-trade', request)).toContain(words);
  });
});

describe('the limit for one trade', () => {
  test('allows exactly $375.00 and not a micro-dollar more', () => {
    expect(refusals(asked({ quantity: 3, entry: 4207, stop: 4194.5 })), '3 x $125').toEqual([]);
    const facts = factsWith(asked({ quantity: 1 }));
    const risking = (micro: number) =>
      judgeRisk({ ...facts, entry: { ...facts.entry, riskPerContract: microUsd(micro) } }).reasons.map((it) => it.rule);
    expect(risking(375_000_000)).toEqual([]);
    expect(risking(375_000_001)).toEqual(['risk-per-trade']);
  });

  test('says what the trade risks, never less than it does', () => {
    expect(reasonOf('risk-per-trade', asked({ quantity: 4 }))).toBe(
      'risk $400 of 4 MGC is over the $375 for one trade',
    );
  });

  test('counts the trade it adds to', () => {
    const open = [held({ quantity: 2, avgPrice: 4195, stop: 4185, lastPrice: 4207 })];
    const add = (quantity: number) => asked({ quantity, entry: 4207, stop: 4197 });
    expect(refusals(add(1), open), '$200 held + $100').toEqual([]);
    expect(refusals(add(2), open), '$200 held + $200').toEqual(['risk-per-trade']);
    expect(reasonOf('risk-per-trade', add(2), open)).toContain('2 MGC with the 2 MGC 12-26 already held');
  });

  test('counts the held contracts to the farther stop when the new one is farther', () => {
    const open = [held({ quantity: 2, avgPrice: 4200, stop: 4190, lastPrice: 4207 })];
    const add = asked({ entry: 4207, stop: 4185 });
    const { entry } = factsWith(add, open);
    expect(entry.held[0]).toMatchObject({ risk: fromUsd(200), riskAfter: fromUsd(300) });
    expect(refusals(add, open), '$300 held + $220').toEqual(['risk-per-trade']);
  });

  test('counts held contracts at 2 ATR when what joins them has no stop', () => {
    const open = [held({ side: 'SHORT', quantity: 2, avgPrice: 4215, stop: 4220, lastPrice: 4207 })];
    const add = asked({ side: 'SHORT', stop: undefined });
    expect(factsWith(add, open).entry.held[0]).toMatchObject({ risk: fromUsd(100), riskAfter: fromUsd(240) });
  });

  test('is refused when the risk of the held trade is not known', () => {
    const open = [{ ...held(), risk: undefined }];
    expect(refusals(asked(), open)).toContain('risk-per-trade');
  });
});

describe('the open risk', () => {
  const others = (usd: number) => ({ facts: { openTrades: 1, openRisk: fromUsd(usd) } });

  test('includes the trade asked about: exactly 5 % is allowed, a cent more is not', () => {
    expect(refusals(asked(), [], others(2_400))).toEqual([]);
    expect(refusals(asked(), [], others(2_400.01))).toEqual(['total-risk']);
    expect(reasonOf('total-risk', asked(), [], others(2_400.01))).toBe(
      'open risk with this trade 5.01 % of the account is over 5 %',
    );
  });

  test('includes what an add does to the trade it joins', () => {
    const open = [held({ quantity: 2, avgPrice: 4200, stop: 4199, lastPrice: 4207 })];
    const add = asked({ entry: 4207, stop: 4190 });
    // $20 held grows to $200 and the contract itself adds $170: 350 more.
    expect(refusals(add, open, others(2_150))).toEqual([]);
    expect(refusals(add, open, others(2_150.01))).toEqual(['total-risk']);
  });
});

describe('the number of open trades', () => {
  const gold = held({ avgPrice: 4195, stop: 4190 });
  const spx = held({ root: 'MES', avgPrice: 4200, stop: 4195 });

  test('refuses a third trade and allows adding to one of two', () => {
    expect(refusals(asked({ root: 'MHG', entry: 5, stop: 4.99 }), [gold, spx], fresh('MHG'))).toEqual([
      'max-open-trades',
    ]);
    expect(factsWith(asked(), [gold, spx]).entry.kind).toBe('adds');
    expect(refusals(asked(), [gold, spx])).toEqual([]);
  });

  test('counts another month, another size and another account as a trade more', () => {
    const later = asked({ contract: 'MGCG7' });
    expect(refusals(later, [gold, spx])).toContain('max-open-trades');
    expect(refusals(asked({ root: 'GC', entry: 4207, stop: 4206 }), [gold, spx])).toContain('max-open-trades');
    const two = { context: { accounts: ['Sim101', 'Sim102'] } };
    expect(refusals(asked({ account: 'Sim102' }), [gold, spx], bothInSync(two))).toContain('max-open-trades');
    expect(refusals(asked({ account: 'Sim101' }), [gold, spx], bothInSync(two))).toEqual([]);
  });

  test('asks for the account when several could be meant', () => {
    const two = bothInSync({ context: { accounts: ['Sim101', 'Sim102'] } });
    expect(reasonOf('max-open-trades', asked(), [gold, spx], two)).toBe(
      '2 trades are open, 2 is the most; to add to one, name its account',
    );
  });

  test('still refuses adding when more are open than allowed', () => {
    expect(refusals(asked(), [gold, spx, held({ root: 'MNQ', stop: 4199 })])).toContain('max-open-trades');
  });
});

describe('the position size', () => {
  const near = (more: Partial<Parameters<typeof asked>[0]>) => asked({ entry: 4207, stop: 4206.5, ...more });

  test('allows 15 micros and refuses the 16th', () => {
    expect(refusals(near({ quantity: 15 }))).toEqual([]);
    expect(refusals(near({ quantity: 16 }))).toEqual(['position-size']);
    expect(reasonOf('position-size', near({ quantity: 16 }))).toBe('16 MGC, 15 is the most');
  });

  test('counts one GC as ten MGC, asked or held', () => {
    expect(refusals(near({ root: 'GC', quantity: 1 }))).toEqual([]);
    expect(refusals(near({ root: 'GC', quantity: 2 }))).toEqual(['position-size']);
    const open = [held({ root: 'GC', avgPrice: 4206, stop: 4205, lastPrice: 4207 })];
    expect(refusals(near({ quantity: 5 }), open)).toEqual([]);
    expect(refusals(near({ quantity: 6 }), open)).toEqual(['position-size']);
    expect(reasonOf('position-size', near({ quantity: 6 }), open)).toBe(
      '6 MGC with the 1 GC 12-26 already held: 16 micros, 15 is the most',
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses %d contracts', (quantity) => {
    expect(refusals(near({ quantity }))).toContain('position-size');
  });
});

describe('stacking', () => {
  const at = (lastPrice: number) => [held({ avgPrice: 4205.3, stop: 4199.3, lastPrice })];
  const wave = (dominantRatio: number | undefined, waveDirection?: 'BULLISH' | 'BEARISH' | 'NEUTRAL') => ({
    context: { cards: [{ ...goldCard, dominantRatio, waveDirection }] },
  });

  test('is allowed at exactly +0.5 R and refused a tick below', () => {
    expect(refusals(asked(), at(4208.3)), '3.0 of 6.0 points').toEqual([]);
    expect(refusals(asked(), at(4208.2))).toEqual(['stacking']);
    expect(reasonOf('stacking', asked(), at(4208.2))).toBe(
      'adding to MGC 12-26 needs it at +0.5 R or better: it stands at +0.48 R',
    );
  });

  test('needs a dominant ratio above 1.8: 1.8 itself is not enough', () => {
    expect(refusals(asked(), at(4209), wave(1.8, 'BULLISH'))).toEqual(['stacking']);
    expect(refusals(asked(), at(4209), wave(1.8001, 'BULLISH'))).toEqual([]);
    expect(refusals(asked(), at(4209), wave(undefined, 'BULLISH'))).toEqual(['stacking']);
    expect(refusals(asked(), at(4209), wave(Number.NaN, 'BULLISH'))).toEqual(['stacking']);
  });

  test("needs the wave in the position's direction", () => {
    for (const direction of ['BEARISH', 'NEUTRAL', undefined] as const)
      expect(refusals(asked(), at(4209), wave(2.4, direction))).toEqual(['stacking']);
    const short = [held({ side: 'SHORT', avgPrice: 4215, stop: 4221, lastPrice: 4207 })];
    const sell = asked({ side: 'SHORT', stop: 4212 });
    expect(refusals(sell, short, wave(2.4, 'BEARISH'))).toEqual([]);
    expect(refusals(sell, short, wave(2.4, 'BULLISH'))).toEqual(['stacking']);
  });

  test('is refused while R is not known', () => {
    const breakEven = [held({ avgPrice: 4200, stop: 4200, lastPrice: 4207 })];
    expect(reasonOf('stacking', asked(), breakEven)).toContain('its R is not known');
  });

  test('also binds a trade in the full-size sibling, and does not bind a first trade', () => {
    expect(refusals(asked({ root: 'GC', entry: 4207, stop: 4206 }), at(4206))).toContain('stacking');
    expect(refusals(asked(), [], wave(1.1, 'BEARISH'))).toEqual([]);
    expect(refusals(asked(), [held({ root: 'MES' })], wave(1.1, 'BEARISH'))).toEqual([]);
  });
});

describe('a trade against an open position', () => {
  const sell = (quantity: number) => asked({ side: 'SHORT', quantity, entry: undefined, stop: undefined });
  const open = [held({ quantity: 2 })];

  test('up to its size only closes, is not refused whatever the hour and the day, and says so', () => {
    const late = { facts: { etMinute: 700, dailyPnl: fromUsd(-900), openTrades: 5, silentRoots: ['MGC'] } };
    for (const quantity of [1, 2]) {
      const verdict = judgeRisk(factsWith(sell(quantity), open, late));
      expect(verdict).toMatchObject({ canEnter: true, reasons: [] });
      expect(verdict.warnings.map(({ rule }) => rule)).toContain('closes-only');
      expect(verdict.warnings[0]?.text).toBe(
        `this closes ${quantity} of 2 MGC 12-26 LONG in Sim101: it enters nothing`,
      );
    }
  });

  test.each(['GAP', 'STALE', 'UNKNOWN'] as const)(
    'is refused while its account is %s: the stop may be filled, and the order would open the other side',
    (verdict) => {
      const doubt = { facts: { accounts: [{ account: 'Sim101', verdict, ageMs: 30_000 }] } };
      expect(refusals(sell(1), open, doubt)).toEqual(['account-in-sync']);
      expect(reasonOf('account-in-sync', sell(1), open, doubt)).toBe(
        `account Sim101 is ${verdict}: last heard 30 s ago, so whether MGC 12-26 is still open to be closed is not known: use the platform's own flatten`,
      );
      expect(judgeRisk(factsWith(sell(1), open, doubt)).warnings.map(({ rule }) => rule)).not.toContain('closes-only');
    },
  );

  test('needs only the account it closes in', () => {
    const [calmOne, silent] = [
      { account: 'Sim101', verdict: 'IN_SYNC' as const, ageMs: 1_000 },
      { account: 'Sim102', verdict: 'STALE' as const, ageMs: 30_000 },
    ];
    const known = { facts: { accounts: [calmOne, silent] }, context: { accounts: ['Sim101', 'Sim102'] } };
    expect(refusals({ ...sell(1), account: 'Sim101' }, open, known)).toEqual([]);
    expect(refusals(sell(1), open, known), 'the account that holds the position is meant').toEqual([]);
    const both = [...open, held({ quantity: 2, account: 'Sim102' })];
    expect(refusals(sell(1), both, known), 'either may be meant').toEqual(['account-in-sync']);
  });

  test('beyond its size is refused: close first, then enter', () => {
    expect(refusals(sell(3), open)).toContain('opposite-side');
    expect(reasonOf('opposite-side', sell(3), open)).toBe(
      '2 MGC 12-26 LONG in Sim101 is open: close first, then enter SHORT',
    );
  });

  test('in another size, month or account is a hedge and refused', () => {
    expect(refusals({ ...sell(1), root: 'GC' }, open)).toContain('opposite-side');
    expect(refusals({ ...sell(1), contract: 'MGCG7' }, open)).toContain('opposite-side');
    const two = bothInSync({ context: { accounts: ['Sim101', 'Sim102'] } });
    expect(refusals({ ...sell(1), account: 'Sim102' }, open, two)).toContain('opposite-side');
  });

  test('closes an unknown instrument by its platform name too', () => {
    const odd = [held({ root: 'ZZZ' })];
    const request = { ...sell(1), root: 'ZZZ 12-26' };
    expect(factsWith(request, odd).entry).toMatchObject({ kind: 'closes', isKnownInstrument: false });
  });
});

describe('an entry', () => {
  test('in an unknown instrument is refused by one rule in one sentence', () => {
    expect(refusals(asked({ root: 'ZZZ' }))).toEqual(['unmanaged-position']);
  });

  test('needs a recent price of its own instrument or its sibling', () => {
    expect(refusals(asked(), [], { context: { freshRoots: ['MES'] } })).toEqual(['feed-fresh']);
    expect(refusals(asked({ root: 'GC', entry: 4207, stop: 4206 }))).toEqual([]);
  });

  test('for an account nobody heard of is refused', () => {
    expect(reasonOf('account-in-sync', asked({ account: 'Live9' }))).toBe('account Live9 was never heard of');
  });

  test('without a stop of its own is warned about, and named with what was counted', () => {
    const warned = (request: ReturnType<typeof asked>) =>
      judgeRisk(factsWith(request)).warnings.map(({ text }) => text);
    expect(warned(asked())).toEqual([]);
    expect(warned(asked({ stop: undefined }))).toEqual(["no stop named for MGC: counted with the plan's stop"]);
    expect(warned(asked({ side: 'SHORT', stop: undefined }))).toEqual(['no stop named for MGC: counted with 2 ATR']);
  });

  test('belongs to the only account there is', () => {
    const facts = entryFacts({ accounts: ['Sim101'], open: [], cards: [], freshRoots: [] }, asked());
    expect(facts.request.account).toBe('Sim101');
    const unsure = entryFacts({ accounts: ['A', 'B'], open: [], cards: [], freshRoots: [] }, asked());
    expect(unsure.request.account).toBeUndefined();
  });
});

const fresh = (root: string) => ({ context: { freshRoots: [root] } });
const bothInSync = <T extends object>(more: T) => ({
  ...more,
  facts: {
    accounts: ['Sim101', 'Sim102'].map((account) => ({ account, verdict: 'IN_SYNC' as const, ageMs: 1_000 })),
  },
});
