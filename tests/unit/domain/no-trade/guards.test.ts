import { describe, expect, test } from 'vitest';
import { focusCard } from '../../../../src/domain/focus/card.js';
import type { FocusCard, VolatilityReading } from '../../../../src/domain/focus/types.js';
import { type Freshness, freshnessOf } from '../../../../src/domain/no-trade/freshness.js';
import type { NoTradeFacts } from '../../../../src/domain/no-trade/guard.js';
import { noTradeGuards } from '../../../../src/domain/no-trade/guards/index.js';
import { judgeNoTrade } from '../../../../src/domain/no-trade/judge.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { sessionAt } from '../../../../src/domain/sessions/session.js';
import { after, epochMs, fromUsd, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import { goodFacts, goodReading } from '../focus/card-facts.js';

const at = (clock: string) => epochMs(Date.parse(`2026-11-19T${clock}-05:00`));
const cardOf = (change: { score?: number; volatility?: VolatilityReading; root?: string }): FocusCard => {
  const quality = { ...goodReading.quality, score: change.score ?? 72.5 };
  const made = focusCard({
    ...goodFacts,
    reading: { ...goodReading, quality, volatility: change.volatility ?? goodReading.volatility },
  });
  return { ...made, root: change.root ?? 'MGC' };
};
const fresh: Freshness = { root: 'MGC', marketOpen: true, newestAt: at('09:34:00'), stale: false };
const calm: NoTradeFacts = {
  now: at('09:35:00'),
  session: sessionAt(at('09:35:00')),
  cards: [cardOf({}), cardOf({ root: 'MES', score: 40 })],
  freshness: [fresh, { ...fresh, root: 'MES', stale: true }],
  dayPnl: fromUsd(-100),
  consecutiveLosses: 2,
  setupsTriggeredToday: 0,
  limits: defaultLimits(fromUsd(50_000)),
};
const judge = (change: Partial<NoTradeFacts>) => judgeNoTrade({ ...calm, ...change });
const rank = (percentile: number, basis: VolatilityReading['basis'], days: number): VolatilityReading => ({
  percentile,
  basis,
  days,
  regime: 'very high',
});

describe('should not trade', () => {
  test('says nothing on a calm morning', () => {
    expect(judge({})).toEqual({ active: false, reasons: [], warnings: [] });
  });

  test('no open market delivers', () => {
    const silent = { ...fresh, stale: true, newestAt: at('09:10:30') };
    expect(judge({ freshness: [silent, { ...silent, root: 'MES', newestAt: undefined }] }).reasons).toEqual([
      {
        id: 'no-fresh-data',
        text: 'No fresh data: MGC 24 min old, MES never heard',
        facts: { open_markets: 2, fresh: 0 },
      },
    ]);
  });

  test('every market is shut', () => {
    const [reason] = judge({ freshness: [{ ...fresh, marketOpen: false }] }).reasons;
    expect(reason).toMatchObject({ id: 'no-fresh-data', text: 'No market of the watch list is open' });
  });

  test.each([
    [-249.99, false],
    [-250, true],
    [-400, true],
  ])('a day at $%d', (dollars, active) => {
    const verdict = judge({ dayPnl: fromUsd(dollars) });
    expect(verdict.active).toBe(active);
    if (active) expect(verdict.reasons[0]).toMatchObject({ id: 'daily-loss', facts: { day_pnl: dollars, line: -250 } });
  });

  test('an account nobody knows is not counted as a loss', () => {
    expect(judge({ dayPnl: undefined, consecutiveLosses: undefined }).active).toBe(false);
  });

  test('a third losing trade in a row', () => {
    expect(judge({ consecutiveLosses: 3 }).reasons).toEqual([
      { id: 'loss-streak', text: '3 losing trades in a row today, 2 are allowed', facts: { losses: 3, allowed: 2 } },
    ]);
  });

  describe('extreme volatility', () => {
    const wild = (root: string, percentile = 95, score = 72.5) =>
      cardOf({ root, score, volatility: rank(percentile, 'time-of-day', 20) });

    test.each([
      [88, false, undefined],
      [88.001, true, 88.1],
      [88.4, true, 88.4],
    ])('the only card at percentile %d of the same time of day', (percentile, active, shown) => {
      const verdict = judge({ cards: [wild('MGC', percentile)] });
      expect(verdict).toMatchObject({ active, warnings: [] });
      if (!active) return;
      expect(verdict.reasons).toEqual([
        {
          id: 'extreme-volatility',
          text: `Extreme volatility: MGC at percentile ${shown}, over 88; no other card can be traded`,
          facts: { line: 88, MGC: shown },
        },
      ]);
    });

    test('takes one card out while the day goes on with another, and says which', () => {
      const verdict = judge({ cards: [cardOf({}), wild('MES')] });
      expect(verdict).toEqual({
        active: false,
        reasons: [],
        warnings: [
          {
            id: 'extreme-volatility',
            text: 'Extreme volatility: MES at percentile 95, over 88; not tradeable until it calms',
            facts: { line: 88, MES: 95 },
          },
        ],
      });
    });

    test('blocks the day when no card is left, wherever in the list the extreme ones stand', () => {
      const cards = [wild('MGC', 95, 90), cardOf({ root: 'MES', score: 30 })];
      const facts = { line: 88, MGC: 95, MNQ: 91 };
      expect(judge({ cards, others: [wild('MNQ', 91)] }).reasons).toMatchObject([{ id: 'extreme-volatility', facts }]);
      expect(judge({ cards, others: [wild('MNQ', 91), cardOf({ root: 'MCL' })] }).active).toBe(false);
    });

    test('a card that could not be traded anyway is no reason, however wild its market', () => {
      const verdict = judge({ cards: [wild('MGC', 99, 40), wild('MES', 99, 30)] });
      expect(verdict.reasons.map(({ id }) => id)).toEqual(['low-quality']);
      expect(verdict.warnings).toMatchObject([{ id: 'extreme-volatility', facts: { line: 88, MGC: 99, MES: 99 } }]);
    });
  });

  test('an unreliable volatility rank warns and does not block', () => {
    const verdict = judge({ cards: [cardOf({ volatility: rank(99, 'recent', 3) })] });
    expect(verdict).toMatchObject({ active: false, reasons: [] });
    expect(verdict.warnings).toEqual([
      {
        id: 'extreme-volatility',
        text: 'Volatility looks extreme: MGC at percentile 99, over 88 (rank not reliable yet: 3 of 5 days)',
        facts: { line: 88, MGC: 99, days: 3 },
      },
    ]);
  });

  test('all focus assets have a low quality', () => {
    const cards = [cardOf({ score: 54.9 }), cardOf({ score: 40, root: 'MES' })];
    expect(judge({ cards }).reasons).toEqual([
      {
        id: 'low-quality',
        text: 'All focus assets are under quality 55: the best has 54.9',
        facts: { line: 55, cards: 2, best: 54.9 },
      },
    ]);
  });

  test.each([
    [54.999, true],
    [55, false],
  ])('the best quality is %d', (score, active) => {
    const verdict = judge({ cards: [cardOf({ score }), cardOf({ score: 12, root: 'MES' })] });
    expect(verdict.active).toBe(active);
    if (active) expect(verdict.reasons[0]).toMatchObject({ id: 'low-quality', facts: { line: 55, best: 54.9 } });
  });

  test('a plan without cards is no plan', () => {
    expect(judge({ cards: [] }).reasons[0]).toMatchObject({
      id: 'low-quality',
      text: 'No instrument has a quality yet',
    });
  });

  test.each([
    ['09:59:59', 0, false],
    ['10:00:00', 0, true],
    ['11:59:59', 0, true],
    ['12:00:00', 0, false],
    ['10:30:00', 1, false],
    ['10:30:00', undefined, false],
  ])('at %s ET with %s setups today', (clock, setupsTriggeredToday, active) => {
    const verdict = judge({ now: at(clock), setupsTriggeredToday });
    expect(verdict.reasons.map((reason) => reason.id)).toEqual(active ? ['no-setup'] : []);
  });

  test('the volatility of a market that is shut blocks nothing', () => {
    const cards = [cardOf({ score: 80, volatility: rank(95, 'time-of-day', 20) })];
    const ids = (marketOpen: boolean) => {
      const row = { ...fresh, root: cards[0]?.root ?? '', marketOpen };
      return judge({ cards, freshness: [row, { ...fresh, root: 'MES' }] }).reasons.map(({ id }) => id);
    };
    expect(ids(true)).toContain('extreme-volatility');
    expect(ids(false)).not.toContain('extreme-volatility');
  });

  const setup = { root: 'MGC', type: 'opening range', side: 'SHORT', at: at('10:12:00') } as const;
  test.each([
    [{}, 0, 'It is past 10:00 ET and no setup has triggered today; the last one: none known', null],
    [
      { lastSetup: { ...setup, at: after(setup.at, -24 * HOUR) }, setupsHeldBack: 2 },
      2,
      'It is past 10:00 ET and no setup has triggered today, the gate held back 2; the last one: MGC opening range SHORT on 2026-11-18 at 10:12 ET',
      'MGC opening range SHORT on 2026-11-18 at 10:12 ET',
    ],
  ] as const)('no setup names the last one where one is known', (change, held, text, lastSetup) => {
    expect(judge({ now: at('10:30:00'), ...change }).reasons).toEqual([
      {
        id: 'no-setup',
        text,
        facts: {
          setups_today: 0,
          held_back: held,
          last_setup: lastSetup,
          from_et: '10:00',
          until_et: '12:00',
        },
      },
    ]);
  });

  // A card that only its volatility holds has a quality, so these two never speak at once.
  const worst = (score: number) =>
    judge({
      now: at('10:30:00'),
      freshness: [{ ...fresh, stale: true }],
      dayPnl: fromUsd(-600),
      consecutiveLosses: 5,
      cards: [cardOf({ score, volatility: rank(95, 'time-of-day', 20) })],
    });

  test.each([
    [10, 'extreme-volatility'],
    [80, 'low-quality'],
  ])('gives every reason, the heaviest first, on a card of quality %d', (score, silent) => {
    const all = noTradeGuards.map(({ id }) => id).filter((id) => id !== silent);
    expect(worst(score).reasons.map(({ id }) => id)).toEqual(all);
  });

  test.each(noTradeGuards.map((guard) => guard.id))('%s explains itself with numbers', (id) => {
    const reason = [...worst(10).reasons, ...worst(80).reasons].find((each) => each.id === id);
    expect(reason?.text).toMatch(/\d/);
    expect(Object.keys(reason?.facts ?? {}).length).toBeGreaterThan(0);
  });
});

describe('freshness', () => {
  const closed = goodFacts.last?.closedAt ?? goodFacts.now;
  const of = (change: object) =>
    freshnessOf({ root: 'MGC', reading: goodReading, last: goodFacts.last, marketOpen: true, now: closed, ...change });
  test('follows the age of the newest closed bar', () => {
    expect(of({})).toEqual({ root: 'MGC', marketOpen: true, newestAt: closed, stale: false });
    expect(of({ now: after(closed, 11 * MINUTE) }).stale).toBe(true);
  });
  test('an instrument that was never heard is stale', () => {
    expect(of({ reading: undefined, last: undefined })).toMatchObject({ newestAt: undefined, stale: true });
  });
});
