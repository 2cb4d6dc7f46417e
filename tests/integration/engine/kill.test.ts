import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import type { Execution } from '../../../src/domain/accounts/execution.js';
import { emptyJournal, type Trade, tradesOn } from '../../../src/domain/accounts/journal.js';
import { decide } from '../../../src/domain/copilot/decide.js';
import type { CopilotEvent } from '../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../src/domain/copilot/state.js';
import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { frontContract, parsePlatformSymbol } from '../../../src/domain/instruments/roll.js';
import { after, type EpochMs, epochMs, fromUsd, iso, MINUTE, toUsd } from '../../../src/kernel/units.js';
import { alertSchema, positionsSchema, riskStatusSchema } from '../../../src/messages/dashboard.js';
import { limitsJson } from '../../../src/messages/limits.js';
import { ENGINE_GROUP, redisNames } from '../../../src/messages/streams.js';
import { flatSnapshot, newCopilot } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { fillAt } from '../../support/fills.js';
import { ensureBuilt, type Program, startProgram } from '../../support/program.js';
import { testPostgres, testRedis } from '../../support/services.js';

const [redisUrl, postgresUrl] = await Promise.all([testRedis(), testPostgres()]).then((it) => it.map(({ url }) => url));
if (!redisUrl || !postgresUrl) throw new Error('no services');
const sql = connectPostgres({ url: postgresUrl });
await migrate(sql);
const redis = connectRedis(redisUrl, 'producer');
const names = redisNames('');
const data = dataBus(redis, names);
const started: Program[] = [];

beforeAll(ensureBuilt);
afterAll(async () => {
  for (const { process: child } of started) child.kill('SIGKILL');
  redis.disconnect();
  await sql.end();
});

const TRADES = 120;
/** The engine of a live run reads the wall clock, so the day must be today's. */
const clockOfRedis = async (): Promise<EpochMs> => epochMs(Number((await redis.time())[0]) * 1000);

/** The events of one account: trades with fees, scratches, repeats, amendments, a withdrawal, limits changed twice. */
function dayOf(start: EpochMs): readonly CopilotEvent[] {
  const spec = instrument('MGC');
  if (!spec) throw new Error('no MGC');
  const symbol = frontContract(spec, start).symbol;
  const known = parsePlatformSymbol(symbol, start);
  const events: CopilotEvent[] = [];
  let at = start;
  const tell = (make: (when: EpochMs) => CopilotEvent) => {
    at = after(at, 1);
    events.push(make(at));
  };
  const fills = (...executions: readonly Execution[]) =>
    tell((when) => ({
      kind: 'executions',
      at: when,
      account: 'Sim101',
      executions: executions.map((it) => ({ ...it, ...known, receivedAt: when })),
    }));
  const snapshot = (seq: number) =>
    tell((when) => ({ kind: 'account', at: when, snapshot: flatSnapshot(when, seq, { epoch: 'kill' }) }));
  for (let n = 0; n < TRADES; n += 1) {
    const open = fillAt(at, { executionId: `open-${n}`, symbol, fee: 0.62, price: 4200 });
    const exit = 4200 + ((n % 5) - 2) / 10;
    const close = fillAt(after(at, 1), { executionId: `close-${n}`, symbol, fee: 0.62, side: 'SELL', price: exit });
    fills(open);
    fills(close);
    if (n % 4 === 0) fills(open, close);
    if (n % 7 === 0) fills({ ...close, price: exit + 0.3, operation: 'update' });
    if (n % 31 === 0) fills({ ...open, operation: 'remove' }, { ...close, operation: 'remove' });
    snapshot(n + 1);
    const change = n === 40 ? { riskPerTrade: fromUsd(300) } : n === 80 ? { dailyLoss: fromUsd(600) } : undefined;
    if (change) tell((when) => ({ kind: 'set-limits', at: when, id: `limits-${n}`, change }));
  }
  return events;
}

async function send(event: CopilotEvent): Promise<void> {
  if (event.kind === 'account') return data.appendSnapshot(event.snapshot);
  if (event.kind === 'executions') return data.appendExecutions({ ...event, receivedAt: event.at });
  if (event.kind !== 'set-limits') throw new Error(`${event.kind} is not sent here`);
  const { riskPerTrade, dailyLoss } = event.change;
  const change = {
    ...(riskPerTrade !== undefined && { risk_per_trade: toUsd(riskPerTrade) }),
    ...(dailyLoss !== undefined && { daily_loss: toUsd(dailyLoss) }),
  };
  const command = JSON.stringify({ kind: 'set-limits', id: event.id, at: iso(event.at), change });
  await redis.xadd(names.commands, '*', 'command', command);
}

function startEngine(): Program {
  const env = { REDIS_URL: redisUrl ?? '', DATABASE_URL: postgresUrl ?? '', LOG_LEVEL: 'warn' };
  const program = startProgram(['engine'], env);
  started.push(program);
  return program;
}

const rowsDecided = async (): Promise<number> => {
  const [row] = await sql<
    { n: number }[]
  >`select count(*)::int as n from audit where kind in ('executions', 'account')`;
  return row?.n ?? 0;
};

/** Entries that no engine has finished. */
async function unfinished(): Promise<number> {
  const lags = await Promise.all(
    [names.account, names.commands].map(async (stream) => {
      const [flat = []] = (await redis.xinfo('GROUPS', stream)) as readonly unknown[][];
      const field = (name: string) => Number(flat[flat.indexOf(name) + 1] ?? 0);
      expect(flat).toContain(ENGINE_GROUP);
      return field('lag') + field('pending');
    }),
  );
  return lags.reduce((sum, lag) => sum + lag, 0);
}

async function killedAfter(decided: number, engine: Program): Promise<void> {
  await eventually(async () => (await rowsDecided()) > decided, { timeout: 30_000, every: 2 });
  engine.process.kill('SIGKILL');
  expect(await engine.ended).toBe('SIGKILL');
}

/** What the same events say without any service and without a crash. */
function lived(events: readonly CopilotEvent[], asOf: EpochMs): CopilotState {
  const state = newCopilot(events[0]?.at ?? asOf);
  for (const event of events) decide(state, event);
  decide(state, { kind: 'job', at: asOf, name: 'risk-sweep' });
  return state;
}

test('an engine killed three times in the middle of its work says and keeps what one that lived does', async () => {
  const start = after(await clockOfRedis(), -MINUTE);
  const events = dayOf(start);
  const third = Math.floor(events.length / 3);
  for (const part of [0, 1, 2]) {
    const engine = startEngine();
    const before = await rowsDecided();
    const mine = events.slice(part * third, part === 2 ? events.length : (part + 1) * third);
    const killed = killedAfter(before + 20, engine);
    for (const event of mine) await send(event);
    await killed;
  }
  const engine = startEngine();
  await eventually(async () => (await unfinished()) === 0, { timeout: 30_000 });
  const risk = riskStatusSchema.parse(JSON.parse((await redis.get(names.risk)) ?? ''));
  const positions = positionsSchema.parse(JSON.parse((await redis.get(names.positions)) ?? ''));
  engine.process.kill('SIGTERM');
  await engine.ended;

  const state = lived(events, epochMs(Date.parse(risk.as_of)));
  const trades = tradesOn(state.journals.get('Sim101') ?? emptyJournal, state.tradingDay);
  const sum = (of: (trade: Trade) => number | undefined) =>
    toUsd(fromUsd(trades.reduce((s, it) => s + (of(it) ?? 0), 0) / 1e6));
  expect(trades.length).toBeGreaterThan(100);
  expect(positions.accounts).toMatchObject([
    {
      account: 'Sim101',
      result_source: 'executions',
      day_realized: sum((trade) => trade.net),
      fees: sum((trade) => trade.fees),
      trades: trades.length,
    },
  ]);
  expect(risk).toMatchObject({ trading_day: state.tradingDay, realized_pnl: sum((trade) => trade.net) });
  expect(risk.limits).toEqual(limitsJson(state.limits.inForce));
  expect(risk.limits_pending).toMatchObject({ limits: { daily_loss: 600, risk_per_trade: 300 } });

  const stored = await sql<{ id: string; net: string }[]>`select id, net from trade order by closed_at, id`;
  expect(stored.map(({ id, net }) => ({ id, net: Number(net) })).toSorted(byId)).toEqual(
    trades.map(({ id, net }) => ({ id, net: Number(net) })).toSorted(byId),
  );
  const [kept] = await sql`select count(*)::int as n from position_snapshot`;
  expect(kept?.n, 'every snapshot once').toBe(TRADES);
  expect((await historyRepository(sql).limitsBefore(after(start, 10 * MINUTE)))?.inForce.riskPerTrade).toBe(
    fromUsd(300),
  );
  const [settings] = await sql`select count(*)::int as n from setting`;
  expect(settings?.n, 'what the first start began with, and each change of limits once').toBe(3);
  const alerts = (await redis.zrange(names.alerts, '0', '-1')).map((text) => alertSchema.parse(JSON.parse(text)).id);
  expect(alerts.filter((id) => id.startsWith('limits-')).toSorted()).toEqual(['limits-limits-40', 'limits-limits-80']);
  const dead = await redis.xlen(names.dead);
  expect(dead).toBe(0);
});

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
