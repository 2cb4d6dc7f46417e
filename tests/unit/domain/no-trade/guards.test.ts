import { describe, expect, test } from 'vitest';
import { focusCard } from '../../../../src/domain/focus/card.js';
import type { FocusCard, VolatilityReading } from '../../../../src/domain/focus/types.js';
import { type Freshness, freshnessOf } from '../../../../src/domain/no-trade/freshness.js';
import type { NoTradeFacts } from '../../../../src/domain/no-trade/guard.js';
import { noTradeGuards } from '../../../../src/domain/no-trade/guards/index.js';
import { judgeNoTrade } from '../../../../src/domain/no-trade/judge.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { sessionAt } from '../../../../src/domain/sessions/session.js';
import { after, epochMs, fromUsd, MINUTE } from '../../../../src/kernel/units.js';
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

  test.each([
    [88, false],
    [88.4, true],
  ])('volatility at percentile %d of the same time of day', (percentile, active) => {
    const verdict = judge({ cards: [cardOf({ volatility: rank(percentile, 'time-of-day', 20) })] });
    expect(verdict.active).toBe(active);
    if (active) expect(verdict.reasons[0]?.text).toBe('Extreme volatility: MGC at percentile 88.4, over 88');
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

  test('gives every reason, the heaviest first', () => {
    const verdict = judge({
      now: at('10:30:00'),
      freshness: [{ ...fresh, stale: true }],
      dayPnl: fromUsd(-600),
      consecutiveLosses: 5,
      cards: [cardOf({ score: 10, volatility: rank(95, 'time-of-day', 20) })],
    });
    expect(verdict.reasons.map((reason) => reason.id)).toEqual(noTradeGuards.map((guard) => guard.id));
  });

  test.each(noTradeGuards.map((guard) => guard.id))('%s explains itself with numbers', (id) => {
    const worst = judge({
      now: at('10:30:00'),
      freshness: [{ ...fresh, stale: true }],
      dayPnl: fromUsd(-600),
      consecutiveLosses: 5,
      cards: [cardOf({ score: 10, volatility: rank(95, 'time-of-day', 20) })],
    });
    const reason = worst.reasons.find((each) => each.id === id);
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
