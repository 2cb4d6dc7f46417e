import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { AccountSnapshot } from '../../../src/domain/accounts/snapshot.js';
import { fromUsd } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { compile, csharpIn } from '../../support/mono.js';
import { type BridgeServer, bridgeServer, compileHarness, KEY, play } from './bridge-server.js';

let program: string;
let server: BridgeServer;
beforeAll(() => {
  program = compileHarness();
});
beforeEach(async () => {
  server = await bridgeServer();
});
afterEach(() => server.down());

const PATIENCE = { timeout: 15_000 };
/** After the end of every scenario: the process still lives, and holds no socket any more. */
const gone = () => eventually(async () => (await server.connections()) === 0, PATIENCE);
const newest = () => server.snapshots().at(-1);
const soon = (check: (snapshot: AccountSnapshot) => boolean) =>
  eventually(() => {
    const snapshot = newest();
    if (snapshot && check(snapshot)) return true;
    throw new Error(`the newest snapshot is ${JSON.stringify(snapshot)}`);
  }, PATIENCE);
const run = (scenario: string, steps: Readonly<Record<string, () => Promise<unknown>>>) =>
  play(program, { scenario, url: server.url, steps: { gone, ...steps } });

/** Fills as id, operation and price; one that was sent twice, which is allowed, once. */
const told = () =>
  [
    ...new Set(
      server.fills().map(({ executionId, operation, price }) => JSON.stringify([executionId, operation, price])),
    ),
  ].map((text): unknown => JSON.parse(text));

/** Sequence numbers by epoch, repeats left out, in the order they came. */
function numbers(): number[][] {
  const byEpoch = new Map<string, number[]>();
  for (const { epoch, seq } of server.snapshots()) {
    const seen = byEpoch.get(epoch) ?? [];
    if (!seen.includes(seq)) seen.push(seq);
    byEpoch.set(epoch, seen);
  }
  return [...byEpoch.values()];
}
const counted = (all: readonly unknown[]) => all.map((_, i) => i + 1);

test('all scripts compile together, as NinjaTrader compiles them into one assembly', () => {
  compile([...csharpIn('src/ninjatrader'), ...csharpIn('tests/ninjatrader/stubs')], 'Custom.dll');
});

test('the indicator reports a whole bad day truthfully, and no exception leaves a callback', async () => {
  await run('day', {
    'no-account': async () => {
      await eventually(() => server.to('/heartbeat').length > 0, PATIENCE);
      expect(server.to('/positions/update')).toEqual([]);
    },
    flat: () => soon(({ positions, account }) => account === 'Sim101' && positions.length === 0),
    long: async () => {
      const held = { symbol: 'MGC 12-26', root: 'MGC', side: 'LONG', quantity: 2, avgPrice: 4205.3, lastPrice: 4206.3 };
      await eventually(() => {
        expect(newest()).toMatchObject({
          ordersConnected: true,
          pricesConnected: true,
          cashBalance: fromUsd(50_000),
          realizedPnl: fromUsd(-120.5),
          positions: [{ ...held, unrealizedPnl: fromUsd(20) }],
          orders: [{ orderId: 'a1', action: 'SELL', type: 'STOP', quantity: 2, stopPrice: 4199.8, state: 'accepted' }],
        });
        return true;
      }, PATIENCE);
      await eventually(() => told().length > 0, PATIENCE);
      expect(told()).toEqual([['e1', 'add', 4205.3]]);
      expect(server.fills()[0]).toMatchObject({ executionId: 'e1', side: 'BUY', quantity: 2, price: 4205.3 });
      expect(server.fills()[0]).toMatchObject({ commission: fromUsd(1.24), at: Date.parse('2026-11-20T09:31:00Z') });
    },
    'stop-moved': () => soon(({ orders }) => orders[0]?.stopPrice === 4201.5 && orders[0].state === 'working'),
    reversed: () =>
      soon(({ positions: [gold] }) => gold?.side === 'SHORT' && gold.quantity === 3 && gold.avgPrice === 4206.1),
    amended: () =>
      eventually(() => {
        expect(told()).toEqual([
          ['e1', 'add', 4205.3],
          ['e2', 'add', 4206.1],
          ['e2', 'update', 4206.2],
          ['e3', 'add', 6000.25],
          ['e3', 'remove', 6000.25],
        ]);
        return true;
      }, PATIENCE),
    'connection-lost': async () => {
      // The platform's list is empty by now and an event said so; the account is not flat.
      const cutOff = () => server.snapshots().filter(({ ordersConnected }) => !ordersConnected);
      await eventually(() => cutOff().length >= 3, PATIENCE);
      expect(cutOff().map(({ positions }) => positions[0]?.quantity)).toEqual(cutOff().map(() => 3));
      expect(cutOff().some(({ pricesConnected }) => pricesConnected)).toBe(false);
    },
    reconnected: () => soon(({ ordersConnected, positions }) => ordersConnected && positions[0]?.side === 'SHORT'),
    'positions-null': async () => {
      // Without a list nothing is said: since the first position no snapshot called the account flat.
      const held = server.snapshots().findIndex(({ positions }) => positions.length > 0);
      expect(held).toBeGreaterThan(0);
      expect(
        server
          .snapshots()
          .slice(held)
          .filter(({ positions }) => positions.length === 0),
      ).toEqual([]);
    },
    odd: async () => {
      await soon(({ positions, cashBalance, realizedPnl }) => {
        const nameless = positions.find(({ symbol }) => symbol === '(no instrument)');
        return (
          nameless?.quantity === 1 &&
          nameless.root === undefined &&
          cashBalance === undefined &&
          realizedPnl === undefined
        );
      });
      await eventually(() => server.fills().some(({ executionId }) => executionId === 'e4'), PATIENCE);
    },
    reset: async () => {
      await soon(({ seq, positions }) => seq <= 2 && positions.length === 0);
      await eventually(() => {
        const withdrawn = server.fills().filter(({ operation }) => operation === 'remove');
        return ['e1', 'e2', 'e4'].every((id) => withdrawn.some(({ executionId }) => executionId === id));
      }, PATIENCE);
    },
  });
  expect(server.heard.every(({ key }) => key === KEY)).toBe(true);
  expect(numbers()).toHaveLength(2);
  for (const seqs of numbers()) expect(seqs).toEqual(counted(seqs));
});

test('an account on which nothing happens is reported every 5 s, and a storm of account items once a second', async () => {
  const count = (n: number) => () => eventually(() => server.snapshots().length >= n, PATIENCE);
  await run('quiet', { first: count(1), second: count(2), third: count(3), fourth: count(4) });
  expect(server.snapshots().map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test('10,000 changes wait for nobody, end in the newest state, and cost few posts and one line', async () => {
  const slow = server.answer;
  const { facts } = await run('burst', {
    ready: async () => {
      await soon(() => true);
      server.answer = (heard) => {
        const reply = slow(heard);
        return typeof reply === 'string' ? reply : { ...reply, afterMs: 50 };
      };
    },
    sent: () => soon(({ positions }) => positions[0]?.quantity === 7 && positions[0].avgPrice === 4210.4),
  });
  expect(facts.get('callback-ms')).toBeLessThan(5_000);
  expect(facts.get('lines')).toBe(1);
  expect(server.snapshots().length).toBeLessThan(200);
  expect(numbers()).toEqual([counted(server.snapshots())]);
});

test('Terminated while callbacks run, forty times, leaves no exception, no handler, no thread and no socket', async () => {
  await run('terminate', {});
  for (const seqs of numbers()) expect(seqs).toEqual(counted(seqs));
});

test('two scripts on one account do not report it twice; the second takes over when the first goes', async () => {
  await run('two-scripts', {
    first: () => soon(() => true),
    'still-first': async () => {
      await soon(({ positions }) => positions[0]?.quantity === 1);
      expect(numbers()).toHaveLength(1);
    },
    second: async () => {
      await eventually(() => numbers().length === 2, PATIENCE);
      await soon(({ positions }) => positions[0]?.quantity === 2);
    },
  });
});

test('an address on another computer without https, a missing key or account is refused with one line that says so', async () => {
  await run('settings', {});
  expect(server.heard).toEqual([]);
});

test('the log holds one line in 15 s over an hour of trouble, and the alarm is not the one held back', async () => {
  await run('log', {});
});

test('what is written is JSON in any culture, and what is not JSON reads as nothing', async () => {
  const { lines } = await run('json', {});
  const body: unknown = JSON.parse(lines[0]?.slice('json '.length) ?? '');
  expect(body).toMatchObject({
    sent_at: '2026-11-20T14:31:07.120Z',
    account: 'Kontö',
    cash_balance: null,
    realized_pnl: -0.1,
    positions: [{ avg_price: 4205.3, last_price: null, unrealized_pnl: 1e-7 }],
  });
});
