import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { demoRoots, type MarketMinute, marketMinutes } from '../../../../src/adapters/feeds/demo/market.js';
import { minutePath } from '../../../../src/adapters/feeds/demo/path.js';
import { emptyJournal, recordExecutions, resultOn } from '../../../../src/domain/accounts/journal.js';
import { etMinuteOfDay } from '../../../../src/domain/sessions/session.js';
import { createRng } from '../../../../src/kernel/rng.js';
import { after, epochMs, fromUsd, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { decodeSnapshot } from '../../../../src/messages/account.js';
import { decodeExecutions } from '../../../../src/messages/executions.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { createOutbox } from '../../../../src/roles/data/sim-bridge/outbox.js';
import { accountReport } from '../../../../src/roles/data/sim-bridge/report.js';
import { standingOf } from '../../../../src/roles/data/sim-bridge/standing.js';
import { newTrader, onBars, onPrice, openResult, type Trader } from '../../../../src/roles/data/sim-bridge/trader.js';

const CASH = fromUsd(50_000);

let morning: readonly MarketMinute[] = [];
beforeAll(() => {
  const live: MarketMinute[] = [];
  for (const minute of marketMinutes({ seed: 1, start: DEMO_START, roots: demoRoots })) {
    if (minute.close > after(DEMO_START, 9 * HOUR)) break;
    if (minute.close > DEMO_START) live.push(minute);
  }
  morning = live;
});

const walk = (seed: number, step = onBars): readonly Trader[] => {
  let trader = newTrader(seed, CASH);
  return morning.map(({ bars }) => {
    trader = step(trader, bars);
    return trader;
  });
};

describe('the trader of the demo', () => {
  test('does nothing in the first market minute and holds a position within three', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const states = walk(seed);
      expect(states[0]?.position, `seed ${seed}`).toBeUndefined();
      expect(
        states.slice(0, 3).some(({ position }) => position !== undefined),
        `seed ${seed}`,
      ).toBe(true);
    }
  });

  test('opens one or two micros with a stop and a target on the right sides, risking less than the cap', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      const trades = walk(seed).flatMap(({ position }) => (position ? [position] : []));
      for (const trade of trades) {
        const sign = trade.side === 'LONG' ? 1 : -1;
        expect([1, 2]).toContain(trade.quantity);
        expect(sign * (trade.entry - trade.stop)).toBeGreaterThan(0);
        expect(sign * (trade.target - trade.entry)).toBeGreaterThan(0);
        expect(-openResult({ ...trade, last: trade.stop })).toBeLessThanOrEqual(fromUsd(375));
      }
    }
  });

  test('enters nothing after 10:00 and is flat from 11:30', () => {
    for (let seed = 1; seed <= 30; seed += 1) {
      walk(seed).forEach(({ position }, i) => {
        const minute = etMinuteOfDay(morning[i]?.close ?? DEMO_START);
        if (minute >= 11 * 60 + 30) expect(position, `seed ${seed}`).toBeUndefined();
      });
      const entries = walk(seed).filter(({ position }, i, all) => position && all[i - 1]?.position?.id !== position.id);
      const times = entries.map((it) =>
        etMinuteOfDay(
          morning[walk(seed).findIndex((state) => state.position?.id === it.position?.id)]?.close ?? DEMO_START,
        ),
      );
      expect(times.every((minute) => minute < 600)).toBe(true);
    }
  });

  test('the cash is what it began with plus the result of its trades less the fees of its fills', () => {
    for (const { account, realized, day } of walk(5)) {
      const fees = account.fills.reduce((sum, fill) => sum + fill.commission, 0);
      const standing = standingOf(account, day);
      expect(standing.cash - CASH).toBe(realized - fees);
      expect(standing.realized).toBe(realized - fees);
    }
  });

  test('every trade is two fills with ids of its seed and number, and what is held is what the fills leave', () => {
    for (const { account, position, trades } of walk(6)) {
      expect(account.fills.length).toBe(2 * trades + (position ? 1 : 0));
      const ids = account.fills.map(({ executionId }) => executionId);
      expect(ids).toEqual(ids.map((_, i) => `sim-6-${Math.floor(i / 2) + 1}-${i % 2 === 0 ? 'in' : 'out'}`));
      const net = position && (position.side === 'LONG' ? position.quantity : -position.quantity);
      expect(standingOf(account, undefined).holdings.map((it) => it.net)).toEqual(net === undefined ? [] : [net]);
    }
  });

  test('the journal of its fills comes to the same result', () => {
    const last = walk(5).at(-1);
    if (!last?.day) throw new Error('no trading day');
    const { journal } = recordExecutions(emptyJournal, last.account.fills);
    expect(resultOn(journal, last.day)).toMatchObject({
      realized: standingOf(last.account, last.day).realized,
      trades: last.trades,
    });
  });

  test('the same seed makes the same trades, another seed others', () => {
    expect(walk(3)).toEqual(walk(3));
    expect(walk(3)).not.toEqual(walk(4));
  });

  test('last prices on the way do not change what it trades', () => {
    const withPrices = walk(2, (trader, bars) => {
      const points = bars.flatMap(({ root, bar }) =>
        minutePath(bar, createRng(`p/${root}/${bar.at}`)).map((point) => ({ root, ...point })),
      );
      const moved = points.toSorted((a, b) => a.at - b.at).reduce(onPrice, trader);
      return onBars(moved, bars);
    });
    const trades = (states: readonly Trader[]) => [...new Set(states.flatMap(({ position }) => position?.id ?? []))];
    expect(trades(withPrices)).toEqual(trades(walk(2)));
    expect(withPrices.map(({ trades: count }) => count)).toEqual(walk(2).map(({ trades: count }) => count));
    // A restarted demo has only the bars, and must not tell other fills than before.
    expect(withPrices.at(-1)?.account.fills).toEqual(walk(2).at(-1)?.account.fills);
  });
});

describe('one trade', () => {
  const at = epochMs(Date.parse('2026-11-19T14:00:00Z'));
  const flatBar = (i: number, price: number, changes: Partial<FeedBar['bar']> = {}): FeedBar => ({
    root: 'MES',
    contract: 'MESZ6',
    bar: {
      at: after(at, i * MINUTE),
      open: ticks(price),
      high: ticks(price),
      low: ticks(price),
      close: ticks(price),
      volume: 9,
      ...changes,
    },
  });
  const opened = (): Trader =>
    [0, 1, 2].reduce((trader, i) => onBars(trader, [flatBar(i, 27_000)]), newTrader(1, CASH));
  const tradeOf = (trader: Trader) => {
    if (!trader.position) throw new Error('no position');
    return trader.position;
  };

  test('is closed at its stop by a bar that reaches it, at the stop and not at the close', () => {
    const trade = tradeOf(opened());
    const [low, high] = trade.side === 'LONG' ? [trade.stop - 5, 27_000] : [27_000, trade.stop + 5];
    const after3 = onBars(opened(), [flatBar(3, 27_000, { low: ticks(low), high: ticks(high) })]);
    expect(after3.position).toBeUndefined();
    expect(after3.realized).toBe(openResult({ ...trade, last: trade.stop }));
  });

  test('counts the stop first where one bar reaches both ends', () => {
    const trade = tradeOf(opened());
    const ends = [trade.stop, trade.target].toSorted((a, b) => a - b);
    const wide = flatBar(3, 27_000, { low: ticks(ends[0] ?? 0), high: ticks(ends[1] ?? 0) });
    expect(onBars(opened(), [wide]).realized).toBeLessThan(0);
  });

  test('is closed at its target by a last price', () => {
    const trade = tradeOf(opened());
    const done = onPrice(opened(), { root: 'MES', price: trade.target, at: after(at, 3.5 * MINUTE) });
    expect(done.position).toBeUndefined();
    expect(done.realized).toBe(openResult({ ...trade, last: trade.target }));
  });

  test('is not moved by the price of another market', () => {
    const before = opened();
    expect(onPrice(before, { root: 'MGC', price: ticks(1), at })).toBe(before);
  });

  test('is closed by hand in the end, when nothing happens', () => {
    let trader = opened();
    for (let i = 3; i < 60; i += 1) trader = onBars(trader, [flatBar(i, 27_000)]);
    expect(trader.trades).toBeGreaterThan(0);
  });
});

test('law: every report of the trader is a snapshot the intake accepts, with a stop that covers the position', () => {
  const states = walk(7);
  fc.assert(
    fc.property(fc.nat({ max: 500 }), (i) => {
      const content = accountReport(states[i % states.length] ?? newTrader(1, CASH), DEMO_START);
      const letter = createOutbox({ bridge: 'simulated', epoch: 'e' }).snapshot(content);
      const read = decodeSnapshot(JSON.parse(letter.body), DEMO_START);
      expect(read).toMatchObject({ ok: true, value: { ...content, seq: 1, epoch: 'e', ordersConnected: true } });
      for (const { symbol, quantity } of content.positions) {
        expect(content.orders).toContainEqual(
          expect.objectContaining({ symbol, quantity, type: 'STOP', state: 'working' }),
        );
      }
    }),
  );
});

test('law: its fills are executions the intake accepts, to the last field', () => {
  const fills = walk(7).at(-1)?.account.fills ?? [];
  expect(fills.length).toBeGreaterThan(0);
  const receivedAt = epochMs(Math.max(...fills.map(({ at }) => at)));
  const letter = createOutbox({ bridge: 'simulated', epoch: 'e' }).executions('Sim101', fills);
  expect(decodeExecutions(JSON.parse(letter.body), receivedAt)).toEqual({
    ok: true,
    value: { account: 'Sim101', receivedAt, executions: fills.map((fill) => ({ ...fill, receivedAt })) },
  });
});
