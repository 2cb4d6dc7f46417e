import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyBook } from '../../../../src/domain/accounts/book.js';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import type { TradesOfDay } from '../../../../src/domain/accounts/journal.js';
import type { AccountSnapshot } from '../../../../src/domain/accounts/snapshot.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import { positionsReport } from '../../../../src/domain/copilot/risk-facts.js';
import { createCopilot } from '../../../../src/domain/copilot/state.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { err, ok } from '../../../../src/kernel/result.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, SECOND } from '../../../../src/kernel/units.js';
import { type PositionsState, positionsSchema } from '../../../../src/messages/dashboard.js';
import type { RawReader, RawReport } from '../../../../src/ports/raw-reader.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { differencesIn, type RebuildWish, rebuild } from '../../../../src/roles/rebuild/rebuild.js';
import { flatSnapshot } from '../../../support/copilot-day.js';
import { type FillWords, fillAt } from '../../../support/fills.js';

const AT = epochMs(Date.parse('2026-11-20T14:31:07.000Z'));
const ALL: RebuildWish = { since: undefined, account: undefined };

const fill = (executionId: string, more: FillWords = {}): Execution =>
  fillAt(AT, { executionId, price: 4205.3, fee: 0.62, ...more });

const long = (quantity: number): Partial<AccountSnapshot> => ({
  positions: [
    {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity,
      avgPrice: 4205.3,
      lastPrice: 4206,
      unrealizedPnl: fromUsd(7),
    },
  ],
});

type Told = { readonly snapshot: AccountSnapshot } | { readonly fills: readonly [Execution, ...Execution[]] };

/** The engine's half: decides, stores what it took, publishes. Rows can be seen by a reader before they are published. */
function engineWithStore(start: EpochMs = AT) {
  const size = fromUsd(50_000);
  const state = createCopilot({ roots: [], accountSize: size, limits: defaultLimits(size), book: emptyBook, start });
  const rows: RawReport[] = [];
  const trades = new Map<string, TradesOfDay>();
  const retired = new Map<string, EpochMs>();
  let published: PositionsState | undefined;

  function carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'record-trades') trades.set(`${effect.account}/${effect.trades.tradingDay}`, effect.trades);
      if (effect.kind === 'publish-positions') published = positionsSchema.parse(outputOf(effect, 'live').data);
    }
  }
  function store(told: Told): void {
    const nr = rows.length + 1;
    if ('snapshot' in told) {
      const { account, epoch, seq, receivedAt } = told.snapshot;
      rows.push({ kind: 'snapshot', nr, account, epoch, seq, receivedAt, snapshot: ok(told.snapshot) });
      return;
    }
    told.fills.forEach((execution, i) => {
      const { account, receivedAt } = execution;
      rows.push({ kind: 'execution', nr: nr + i, account, receivedAt, execution });
    });
  }
  function publishAfter(told: Told): void {
    const event =
      'snapshot' in told
        ? { kind: 'account' as const, at: told.snapshot.receivedAt, snapshot: told.snapshot }
        : {
            kind: 'executions' as const,
            at: told.fills[0].receivedAt,
            account: told.fills[0].account,
            executions: told.fills,
          };
    carryOut(decide(state, event).effects);
  }
  const raw: RawReader = {
    async *reports({ afterNr, since = epochMs(0), fillsSince = since, account }) {
      const order = rows.toSorted((a, b) => a.receivedAt - b.receivedAt || a.nr - b.nr);
      for (const row of order)
        if (
          row.nr > afterNr &&
          row.receivedAt >= (row.kind === 'snapshot' ? since : fillsSince) &&
          (account === undefined || row.account === account)
        )
          yield row;
    },
    tradesOf: async (day) =>
      [...trades.values()]
        .flatMap((it) => (it.tradingDay === day ? it.trades : []))
        .toSorted((a, b) => a.closedAt - b.closedAt),
    retiredAt: async () => retired,
  };
  return {
    rows,
    trades,
    retired,
    raw,
    tell(...all: readonly Told[]) {
      for (const told of all) {
        publishAfter(told);
        store(told);
      }
    },
    /** What came together is decided in its order, but written down table by table. */
    tellTogether(all: readonly Told[]) {
      for (const told of all) publishAfter(told);
      for (const told of all) if ('snapshot' in told) store(told);
      for (const told of all) if ('fills' in told) store(told);
    },
    store,
    publishAfter,
    sweep: (at: EpochMs) => carryOut(decide(state, { kind: 'job', at, name: 'risk-sweep' }).effects),
    published: () => published,
    report: () => positionsReport(state, state.newestAt),
  };
}

const look = (engine: ReturnType<typeof engineWithStore>, wish = ALL, pause: () => void = () => {}) =>
  rebuild(
    {
      raw: engine.raw,
      published: async () => engine.published(),
      pause: async () => pause(),
      onProgress: () => {},
    },
    wish,
  );

const fieldsOf = (rebuilt: Awaited<ReturnType<typeof rebuild>>) => differencesIn(rebuilt).map(({ field }) => field);
const trip = (prefix: string, exit: number): readonly Told[] => [
  { fills: [fill(`${prefix}1`, { quantity: 2 })] },
  { snapshot: flatSnapshot(after(AT, SECOND), 1, long(2)) },
  {
    fills: [
      fill(`${prefix}2`, {
        side: 'SELL',
        quantity: 2,
        price: exit,
        at: after(AT, 5 * SECOND),
        receivedAt: after(AT, 5 * SECOND),
      }),
    ],
  },
  { snapshot: flatSnapshot(after(AT, 6 * SECOND), 2) },
];

describe('a book made anew', () => {
  test('is equal to the one the engine published, with the day, its trades and its losses', async () => {
    const engine = engineWithStore();
    engine.tell(...trip('x', 4204.3));
    const rebuilt = await look(engine);
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt).toMatchObject({ snapshots: 2, fills: 2, isCompared: true });
    // 2 contracts lost 1.0 of $10 a point each, and 2 fills cost $0.62.
    expect(rebuilt.accounts[0]?.facts.result).toMatchObject({
      source: 'executions',
      realized: fromUsd(-21.24),
      consecutiveLosses: 1,
      trades: 1,
    });
  });

  test('is equal whatever was reported, amended, withdrawn, repeated and rolled over', async () => {
    const step = fc.record({
      what: fc.constantFrom('snapshot', 'fill', 'update', 'remove', 'restart'),
      account: fc.constantFrom('Sim101', 'Sim102'),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      id: fc.integer({ min: 1, max: 6 }),
      quantity: fc.integer({ min: 1, max: 3 }),
      tenths: fc.integer({ min: -20, max: 20 }),
      isTogether: fc.boolean(),
      waitMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 }), fc.constant(9 * HOUR)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const engine = engineWithStore();
        let at = AT;
        const together: Told[] = [];
        const flush = (): void => engine.tellTogether(together.splice(0));
        let [epoch, seq] = [1, 0];
        for (const { what, account, side, id, quantity, tenths, waitMs, isTogether } of steps) {
          if (!isTogether || waitMs > HOUR) flush();
          for (let hour = HOUR; hour < waitMs; hour += HOUR) engine.sweep(after(at, hour));
          at = after(at, waitMs);
          if (what === 'restart') [epoch, seq] = [epoch + 1, 0];
          const more = {
            account,
            epoch: `e${epoch}`,
            realizedPnl: fromUsd(tenths),
            ...(tenths > 0 ? long(quantity) : {}),
          };
          seq += 1;
          const operation = what === 'update' || what === 'remove' ? what : 'add';
          const price = 4200 + tenths / 10;
          if (what === 'snapshot' || what === 'restart') together.push({ snapshot: flatSnapshot(at, seq, more) });
          else
            together.push({
              fills: [fill(`x${id}`, { account, side, quantity, price, operation, at, receivedAt: at })],
            });
        }
        flush();
        expect(differencesIn(await look(engine))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('is taken as far as the engine had got, not as far as the store had', async () => {
    const engine = engineWithStore();
    const [open, held, close, flat] = trip('x', 4210);
    if (!open || !held || !close || !flat) throw new Error('no trip');
    engine.tell(open, held);
    for (const late of [close, flat]) engine.store(late);
    const rebuilt = await look(engine);
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt.accounts[0]?.facts.snapshot?.seq).toBe(1);
  });

  test('is looked at again while the engine works, each report counted once', async () => {
    const engine = engineWithStore();
    const [open, held, close, flat] = trip('x', 4210);
    if (!open || !held || !close || !flat) throw new Error('no trip');
    engine.tell(open, held);
    engine.store(close);
    engine.sweep(after(AT, 9 * SECOND));
    const rebuilt = await look(engine, ALL, () => {
      if (engine.rows.length < 4) engine.store(flat);
      engine.publishAfter(close);
      engine.publishAfter(flat);
    });
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt).toMatchObject({ snapshots: 2, fills: 2 });
  });

  test('after the roll is a new day without results', async () => {
    const engine = engineWithStore();
    engine.tell(...trip('x', 4204.3));
    engine.sweep(after(AT, 3 * DAY));
    const rebuilt = await look(engine);
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt.accounts[0]?.facts.trades).toEqual([]);
  });
});

describe('what differs is named with both values', () => {
  const after4 = async (change: (engine: ReturnType<typeof engineWithStore>) => void, wish = ALL) => {
    const engine = engineWithStore();
    engine.tell(...trip('x', 4204.3));
    change(engine);
    return look(engine, wish);
  };

  test('a fill at another price', async () => {
    const rebuilt = await after4(({ rows }) => {
      const [row] = rows;
      if (row?.kind === 'execution') rows[0] = { ...row, execution: { ...row.execution, price: 4200.3 } };
    });
    expect(differencesIn(rebuilt)).toContainEqual({
      account: 'Sim101',
      field: "day's realised",
      rebuilt: 78.76,
      running: -21.24,
    });
    expect(fieldsOf(rebuilt)).toEqual([
      "day's realised",
      'losses in a row',
      'trade Sim101/x1 entry',
      'trade Sim101/x1 gross',
      'trade Sim101/x1 net',
    ]);
  });

  test('a position, its average and the cash', async () => {
    const rebuilt = await after4((engine) => {
      engine.tell({ snapshot: flatSnapshot(after(AT, 8 * SECOND), 3, long(2)) });
      const row = engine.rows.at(-1);
      if (row?.kind === 'snapshot' && row.snapshot.ok) {
        const changed = { ...row.snapshot.value, ...long(3), cashBalance: fromUsd(1) };
        engine.rows[engine.rows.length - 1] = { ...row, snapshot: ok(changed) };
      }
    });
    expect(differencesIn(rebuilt)).toContainEqual({
      account: 'Sim101',
      field: 'MGC 12-26 quantity',
      rebuilt: 3,
      running: 2,
    });
    expect(differencesIn(rebuilt)).toContainEqual({ account: 'Sim101', field: 'cash', rebuilt: 1, running: 50_000 });
  });

  test('a snapshot that is gone from the store', async () => {
    const rebuilt = await after4(({ rows }) => void rows.pop());
    expect(fieldsOf(rebuilt)).toContain('newest snapshot');
    expect(fieldsOf(rebuilt)).toContain('MGC 12-26 quantity');
  });

  test('a snapshot that cannot be read, the others are still taken', async () => {
    const rebuilt = await after4(({ rows }) => {
      const row = rows[1];
      if (row?.kind === 'snapshot') rows[1] = { ...row, snapshot: err('positions: expected array') };
    });
    expect(differencesIn(rebuilt)).toEqual([
      {
        account: 'Sim101',
        field: 'stored snapshot e1/1',
        rebuilt: 'cannot be read: positions: expected array',
        running: 'was taken',
      },
    ]);
  });

  test('a trade missing from the journal, and one too many', async () => {
    const missing = await after4(({ trades }) => trades.clear());
    expect(differencesIn(missing)).toEqual([
      { account: 'Sim101', field: 'trade Sim101/x1', rebuilt: 'LONG 2 MGC 12-26, net -21.24', running: null },
    ]);
    const tooMany = await after4(({ trades }) => {
      for (const [key, day] of trades) {
        const [first] = day.trades;
        if (first) trades.set(key, { ...day, trades: [...day.trades, { ...first, id: 'Sim101/x7' }] });
      }
    });
    expect(fieldsOf(tooMany)).toEqual(['trade Sim101/x7']);
  });

  test('an account that only one side knows', async () => {
    const unknown = await after4((engine) => engine.store({ snapshot: flatSnapshot(AT, 1, { account: 'Other' }) }));
    expect(differencesIn(unknown)).toEqual([{ account: 'Other', field: 'account', rebuilt: 'there', running: null }]);
    const lost = await after4(({ rows }) => void rows.splice(0));
    expect(differencesIn(lost)[0]).toEqual({ account: 'Sim101', field: 'account', rebuilt: null, running: 'there' });
  });
});

describe('an account that the engine does not know', () => {
  const lost = (more: Partial<AccountSnapshot>, retiredAt?: EpochMs) => {
    const engine = engineWithStore();
    engine.store({ snapshot: flatSnapshot(after(AT, -5 * DAY), 1, { account: 'Old', ...more }) });
    if (retiredAt !== undefined) engine.retired.set('Old', retiredAt);
    engine.tell(...trip('x', 4204.3));
    return look(engine);
  };

  test('is a difference however long ago it was heard, with what it held', async () => {
    const differences = differencesIn(await lost(long(2)));
    expect(differences).toContainEqual({ account: 'Old', field: 'account', rebuilt: 'there', running: null });
    expect(differences).toContainEqual({ account: 'Old', field: 'MGC 12-26 quantity', rebuilt: 2, running: null });
    expect(differencesIn(await lost({}))).toHaveLength(1);
  });

  test('is a difference when it reported after it was retired', async () => {
    expect(differencesIn(await lost({}, after(AT, -6 * DAY)))).toHaveLength(1);
  });
});

describe('what is no difference', () => {
  test('an account that was retired after its last report', async () => {
    const engine = engineWithStore();
    engine.store({ snapshot: flatSnapshot(after(AT, -5 * DAY), 1, { account: 'Old' }) });
    engine.retired.set('Old', after(AT, -4 * DAY));
    engine.tell(...trip('x', 4204.3));
    const rebuilt = await look(engine);
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt.accounts.map(({ facts, note }) => [facts.account, note])).toEqual([
      ['Old', 'retired 2026-11-16T14:31:07.000Z'],
      ['Sim101', undefined],
    ]);
  });

  test('an account before --since; a trade opened before it still has its fills', async () => {
    const engine = engineWithStore(after(AT, -20 * DAY));
    engine.tell(
      { snapshot: flatSnapshot(after(AT, -20 * DAY), 1, { account: 'Old' }) },
      { fills: [fill('x1', { at: after(AT, -9 * DAY), receivedAt: after(AT, -9 * DAY) })] },
      { snapshot: flatSnapshot(after(AT, -9 * DAY), 1, long(1)) },
      { snapshot: flatSnapshot(after(AT, -1 * SECOND), 2, long(1)) },
      { fills: [fill('x2', { side: 'SELL', price: 4300.3 })] },
      { snapshot: flatSnapshot(after(AT, 1 * SECOND), 3) },
    );
    const rebuilt = await look(engine, { ...ALL, since: tradingDayOf(AT) });
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt.accounts.map(({ facts }) => facts.account)).toEqual(['Sim101']);
    expect(rebuilt).toMatchObject({ snapshots: 2, fills: 2 });
    expect(rebuilt.accounts[0]?.facts.trades).toHaveLength(1);
  });

  test('another account than the one asked for', async () => {
    const engine = engineWithStore();
    engine.tell(...trip('x', 4204.3), { snapshot: flatSnapshot(AT, 1, { account: 'Other' }) });
    engine.rows.pop();
    const rebuilt = await look(engine, { ...ALL, account: 'Sim101' });
    expect(differencesIn(rebuilt)).toEqual([]);
    expect(rebuilt.accounts).toHaveLength(1);
  });
});

test('where nothing is published the book is made all the same, and compared with nothing', async () => {
  const engine = engineWithStore();
  engine.store({ snapshot: flatSnapshot(AT, 1, long(2)) });
  const rebuilt = await look(engine);
  expect(rebuilt).toMatchObject({ isCompared: false, snapshots: 1 });
  expect(rebuilt.accounts[0]).toMatchObject({ note: 'the engine has published nothing', differences: [] });
  expect(rebuilt.accounts[0]?.facts.snapshot?.positions).toHaveLength(1);
});
