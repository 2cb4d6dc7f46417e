import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { rawReader } from '../../../src/adapters/postgres/raw-reader.js';
import type { Execution } from '../../../src/domain/accounts/execution.js';
import type { Trade } from '../../../src/domain/accounts/journal.js';
import type { LimitsRecord, RiskEventNote } from '../../../src/domain/copilot/effect.js';
import { defaultLimits } from '../../../src/domain/risk/limits.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs, fromUsd, microUsd } from '../../../src/kernel/units.js';
import type { RawReport, RawWish } from '../../../src/ports/raw-reader.js';
import { flatSnapshot } from '../../support/copilot-day.js';
import { testPostgres } from '../../support/services.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);
const history = historyRepository(sql);
const raw = rawReader(sql);
beforeEach(async () => {
  await sql`truncate position_snapshot, execution, trade, setting, risk_event restart identity`;
});

const AT = epochMs(Date.parse('2026-11-20T14:31:07.123Z'));
const DAY_1 = tradingDay('2026-11-20');
const DAY_2 = tradingDay('2026-11-23');

const fill = (more: Partial<Execution> = {}): Execution => ({
  account: 'Sim101',
  executionId: 'x1',
  orderId: 'o1',
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'BUY',
  quantity: 2,
  price: 4205.3,
  commission: microUsd(1_240_000),
  at: AT,
  operation: 'add',
  receivedAt: after(AT, 40),
  ...more,
});

const trade = (more: Partial<Trade> = {}): Trade => ({
  id: 'Sim101/x1',
  account: 'Sim101',
  symbol: 'MGC 12-26',
  root: 'MGC',
  side: 'LONG',
  quantity: 2,
  openedAt: AT,
  closedAt: after(AT, 60_000),
  entryPrice: 4205.3,
  exitPrice: 4204.1,
  gross: microUsd(-24_000_000),
  fees: microUsd(2_480_000),
  net: microUsd(-26_480_000),
  ...more,
});

const reports = async (wish: Partial<RawWish> = {}): Promise<readonly RawReport[]> => {
  const all: RawReport[] = [];
  for await (const report of raw.reports({ afterNr: 0, ...wish })) all.push(report);
  return all;
};
const executions = () => history.executionsBefore(after(AT, DAY), after(AT, -DAY));
const countOf = async (table: string): Promise<number> => {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`;
  return row?.n ?? -1;
};

describe('snapshots', () => {
  test('are kept once', async () => {
    const snapshots = [flatSnapshot(AT, 1), flatSnapshot(after(AT, 5_000), 2)];
    await history.saveSnapshots(snapshots);
    await history.saveSnapshots(snapshots);
    expect(await countOf('position_snapshot')).toBe(2);
  });
});

describe('the last report of every account', () => {
  const told = (account: string, seq: number, at = AT) =>
    history.saveSnapshots([flatSnapshot(at, seq, { account, epoch: `e-${account}` })]);
  const retired = (account: string, at: typeof AT, phase: RiskEventNote['phase'] = 'began') =>
    history.saveRiskEvent({
      id: `${account}-${phase}-${at}`,
      at,
      tradingDay: DAY_1,
      rule: 'account-retired',
      severity: 'warn',
      phase,
      text: 'retired',
      facts: { account, last_heard: null },
    });
  const newest = async (at = after(AT, DAY)) =>
    (await history.newestSnapshotsBefore(at)).map(({ account, snapshot }) => [
      account,
      snapshot.ok ? snapshot.value.seq : snapshot.error,
    ]);

  test('is the newest one received before an instant, as written down where they came together', async () => {
    expect(await newest()).toEqual([]);
    await told('Sim101', 1, after(AT, -20 * DAY));
    await told('Live-7', 1);
    await told('Live-7', 2);
    await told('Live-7', 3, after(AT, 5));
    expect(await newest()).toEqual([
      ['Live-7', 3],
      ['Sim101', 1],
    ]);
    expect(await newest(after(AT, 5))).toEqual([
      ['Live-7', 2],
      ['Sim101', 1],
    ]);
    expect(await newest(AT)).toEqual([['Sim101', 1]]);
  });

  test('is not asked for of an account that was retired after it, until it reports again', async () => {
    await told('Sim101', 1);
    await told('Live-7', 1);
    await retired('Sim101', after(AT, 10));
    expect(await newest()).toEqual([['Live-7', 1]]);
    expect(await newest(after(AT, 10)), 'before it was retired').toHaveLength(2);
    await told('Sim101', 2, after(AT, 20));
    await retired('Sim101', after(AT, 20), 'ended');
    expect(await newest()).toEqual([
      ['Live-7', 1],
      ['Sim101', 2],
    ]);
    expect(await raw.retiredAt()).toEqual(new Map([['Sim101', after(AT, 10)]]));
  });

  test('says why it cannot be read, and hides no other', async () => {
    await told('Sim101', 1);
    await told('Live-7', 1);
    await sql`update position_snapshot set snapshot = snapshot - 'positions' where account = 'Sim101'`;
    expect(await newest()).toEqual([
      ['Live-7', 1],
      ['Sim101', expect.stringContaining('positions')],
    ]);
  });
});

describe('fills', () => {
  test('come back as they went in, also those of an unknown instrument', async () => {
    const all = [
      fill(),
      fill({ executionId: 'x2', root: undefined, contract: undefined, symbol: 'ZZ 12-26', price: -0.1 }),
    ];
    await history.saveExecutions(all);
    expect(await executions()).toEqual(all);
  });

  test('saved again change nothing, however the batches are cut', async () => {
    const all = [
      fill(),
      fill({ operation: 'update', price: 4205.4 }),
      fill(),
      fill({ operation: 'remove' }),
      fill({ executionId: 'x2' }),
    ];
    await history.saveExecutions(all);
    for (const one of all) await history.saveExecutions([one]);
    await history.saveExecutions(all.slice(1));
    await history.saveExecutions([...all]);
    expect(await executions()).toEqual(all);
  });

  test('an amendment of the same millisecond is kept beside the fill, whichever request brought it', async () => {
    const amended = fill({ operation: 'update', price: 4205.4 });
    await history.saveExecutions([fill()]);
    await history.saveExecutions([amended]);
    expect(await executions()).toEqual([fill(), amended]);
    await history.saveExecutions([fill(), amended]);
    expect(await countOf('execution')).toBe(2);
  });

  test('a later report of the same fill is a report of its own', async () => {
    const again = fill({ receivedAt: after(AT, 9_000) });
    await history.saveExecutions([fill(), again]);
    expect(await executions()).toEqual([fill(), again]);
  });

  test('are asked for by when they were received and filled, both half open', async () => {
    const early = fill({ executionId: 'early', at: after(AT, -DAY), receivedAt: after(AT, -1) });
    await history.saveExecutions([fill({ receivedAt: AT }), early]);
    expect(await history.executionsBefore(AT, after(AT, -DAY))).toEqual([early]);
    expect(await history.executionsBefore(AT, after(AT, 1 - DAY))).toEqual([]);
    expect(await history.executionsBefore(after(AT, 1), AT)).toEqual([fill({ receivedAt: AT })]);
  });

  test('thousands at once are one order', async () => {
    const many = Array.from({ length: 6_000 }, (_, i) => fill({ executionId: `x${i}` }));
    await history.saveExecutions(many);
    expect((await executions()).map((it) => it.executionId)).toEqual(many.map((it) => it.executionId));
  });
});

describe('trades', () => {
  const days = async (day = DAY_1) => raw.tradesOf(day);

  test('come back as they went in, amounts to the micro-dollar and unknown ones as unknown', async () => {
    const unknown = trade({ id: 'Sim101/x9', root: undefined, gross: undefined, net: undefined });
    await history.saveTrades('Sim101', { tradingDay: DAY_1, trades: [trade(), unknown] });
    expect(await days()).toEqual([trade(), unknown]);
  });

  test('of a day are replaced whole, and no other account or day is touched', async () => {
    const other = trade({ id: 'Other/x1', account: 'Other' });
    const next = trade({ id: 'Sim101/x5', closedAt: after(AT, 3 * DAY) });
    await history.saveTrades('Other', { tradingDay: DAY_1, trades: [other] });
    await history.saveTrades('Sim101', { tradingDay: DAY_2, trades: [next] });
    await history.saveTrades('Sim101', { tradingDay: DAY_1, trades: [trade(), trade({ id: 'Sim101/x3' })] });
    const amended = { tradingDay: DAY_1, trades: [trade({ net: microUsd(5) })] };
    await history.saveTrades('Sim101', amended);
    await history.saveTrades('Sim101', amended);
    expect(await days()).toEqual([other, ...amended.trades]);
    expect(await days(DAY_2)).toEqual([next]);
    await history.saveTrades('Sim101', { tradingDay: DAY_1, trades: [] });
    expect(await days()).toEqual([other]);
  });

  test('a trade that an amendment moves into another day stands there only, in whichever order the days are written', async () => {
    await history.saveTrades('Sim101', { tradingDay: DAY_1, trades: [trade()] });
    await history.saveTrades('Sim101', { tradingDay: DAY_2, trades: [trade()] });
    await history.saveTrades('Sim101', { tradingDay: DAY_1, trades: [] });
    expect([await days(), await days(DAY_2)]).toEqual([[], [trade()]]);
  });
});

describe('limits', () => {
  const inForce = { ...defaultLimits(fromUsd(50_000)), riskPerTrade: microUsd(375_010_275) };
  const record = (id: string, more: Partial<LimitsRecord> = {}): LimitsRecord => ({
    id,
    at: AT,
    tradingDay: DAY_1,
    book: { inForce, pending: undefined },
    text: 'risk per trade $375.01',
    ...more,
  });

  test('are versions, each kept once; the newest before an instant holds, to the micro-dollar', async () => {
    const looser = {
      inForce,
      pending: { from: DAY_2, limits: { ...inForce, openTradesMax: 3 }, accountSize: fromUsd(100_000) },
      accountSize: fromUsd(50_000),
    };
    expect(await history.limitsBefore(after(AT, DAY))).toBeUndefined();
    await history.saveLimits(record('a'));
    await history.saveLimits(record('b', { at: after(AT, 10), book: looser }));
    await history.saveLimits(record('a'));
    expect(await sql`select version, id, text from setting order by version`).toMatchObject([
      { version: 1, id: 'a' },
      { version: 2, id: 'b' },
    ]);
    expect(await history.limitsBefore(AT)).toBeUndefined();
    expect(await history.limitsBefore(after(AT, 10))).toEqual({ inForce, pending: undefined });
    expect(await history.limitsBefore(after(AT, 11))).toEqual(looser);
  });

  test('that cannot be read back are refused by name rather than replaced by looser ones', async () => {
    await history.saveLimits(record('a'));
    await sql`update setting set value = jsonb_set(value, '{inForce,dailyLoss}', '"much"')`;
    await expect(history.limitsBefore(after(AT, 1))).rejects.toMatchObject({
      code: 'STORED_DATA_INVALID',
      message: expect.stringMatching(/setting "limits", version 1: .*dailyLoss/s),
    });
  });
});

test('a risk event is kept once, with its facts', async () => {
  const event: RiskEventNote = {
    id: 'daily-loss-began-1',
    at: AT,
    tradingDay: DAY_1,
    rule: 'daily-loss',
    severity: 'refuse',
    phase: 'began',
    text: 'the day has lost $512.40',
    facts: { daily_pnl: -512.4, open: null, known: true },
  };
  await history.saveRiskEvent(event);
  await history.saveRiskEvent({ ...event, text: 'another' });
  expect(await sql`select rule, phase, text, facts, trading_day::text as day from risk_event`).toEqual([
    { rule: event.rule, phase: 'began', text: event.text, facts: event.facts, day: DAY_1 },
  ]);
});

describe('the raw reports', () => {
  const [one, two] = [flatSnapshot(AT, 1), flatSnapshot(AT, 2)];

  test('come as they were written down in each table, and as they were received between the two', async () => {
    await history.saveSnapshots([two, one, flatSnapshot(after(AT, 41), 3)]);
    await history.saveExecutions([fill({ executionId: 'x2' }), fill()]);
    const read = await reports();
    const names = read.map((it) => (it.kind === 'snapshot' ? it.seq : it.execution.executionId));
    expect(names).toEqual([2, 1, 'x2', 'x1', 3]);
    expect(read[0]).toMatchObject({ epoch: 'e1', receivedAt: AT, snapshot: { ok: true, value: two } });
  });

  test('can be read on from where one stopped, from an instant, and of one account', async () => {
    await history.saveSnapshots([one, flatSnapshot(after(AT, DAY), 1, { account: 'Other' })]);
    await history.saveExecutions([fill(), fill({ receivedAt: after(AT, DAY) })]);
    const [first, second, third, fourth] = await reports();
    expect(await reports({ afterNr: first?.nr ?? 0 })).toEqual([second, third, fourth]);
    expect(await reports({ afterNr: fourth?.nr ?? 0 })).toEqual([]);
    expect(await reports({ since: after(AT, 1_000) })).toEqual([third, fourth]);
    expect(await reports({ since: after(AT, 1_000), fillsSince: AT })).toEqual([second, third, fourth]);
    expect((await reports({ account: 'Other' })).map(({ account }) => account)).toEqual(['Other']);
  });

  test('a reader may stop early, and thousands are read in one order', async () => {
    await history.saveSnapshots(Array.from({ length: 5_000 }, (_, i) => flatSnapshot(after(AT, i), i)));
    for await (const report of raw.reports({ afterNr: 0 })) if (report.kind === 'snapshot' && report.seq === 10) break;
    const seqs = (await reports()).map((it) => (it.kind === 'snapshot' ? it.seq : -1));
    expect(seqs).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });

  test('a row that is no snapshot any more says so and hides no other', async () => {
    await history.saveSnapshots([one, two]);
    await sql`update position_snapshot set snapshot = snapshot - 'positions' where seq = 1`;
    const read = await reports();
    expect(read[0]).toMatchObject({ seq: 1, snapshot: { ok: false, error: expect.stringContaining('positions') } });
    expect(read[1]).toMatchObject({ seq: 2, snapshot: { ok: true } });
  });
});
