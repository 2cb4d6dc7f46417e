import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { parseSettings } from '../../../src/config/load.js';
import type { RoleContext } from '../../../src/config/role-context.js';
import { configOf } from '../../../src/config/schema.js';
import type { Execution } from '../../../src/domain/accounts/execution.js';
import type { AccountSnapshot } from '../../../src/domain/accounts/snapshot.js';
import { after, type EpochMs, epochMs, fromUsd, SECOND } from '../../../src/kernel/units.js';
import { positionsSchema } from '../../../src/messages/dashboard.js';
import { redisNames } from '../../../src/messages/streams.js';
import { runEngine } from '../../../src/roles/engine/compose.js';
import { runRebuild } from '../../../src/roles/rebuild/compose.js';
import { flatSnapshot } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { fillAt } from '../../support/fills.js';
import { memoryLog } from '../../support/memory-bus.js';
import { testFolder, testPostgres, testRedis } from '../../support/services.js';
import { handClock } from '../../support/test-clock.js';

const [{ url: redisUrl }, { url: databaseUrl }] = await Promise.all([testRedis(), testPostgres()]);
const settings = parseSettings({
  REDIS_URL: redisUrl,
  DATABASE_URL: databaseUrl,
  COPILOT_DATA_DIR: testFolder(),
  WATCHLIST: 'MGC',
});
const sql = connectPostgres({ url: databaseUrl });
const redis = connectRedis(redisUrl, 'producer');
const names = redisNames('');
const data = dataBus(redis, names);
await migrate(sql);
afterAll(async () => {
  redis.disconnect();
  await sql.end();
});

/** 09:31 New York on an ordinary Friday. */
const START = epochMs(Date.parse('2026-11-20T14:31:07.120Z'));
const clock = handClock(START, 1);

const startEngine = () => {
  const run: RoleContext['run'] = {
    mode: 'live',
    clockSpec: { kind: 'system' },
    seed: 1,
    replayFiles: [],
    from: undefined,
    runId: 'live',
  };
  return runEngine({ config: configOf(settings, 'k'.repeat(24)), run, clock, drive: undefined, log: memoryLog() });
};

const gold = (quantity: number): Partial<AccountSnapshot> => ({
  positions: [
    {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity,
      avgPrice: 4200.15,
      lastPrice: 4201,
      unrealizedPnl: fromUsd(8.5),
    },
  ],
});

const tellFills = (at: EpochMs, ...fills: readonly Execution[]) =>
  data.appendExecutions({ account: fills[0]?.account ?? '', receivedAt: at, executions: fills });

/** The engine has published the newest snapshot of an account and has nothing left to read. */
const isPublished = (account: string, heardAt: EpochMs) =>
  eventually(
    async () => {
      const state = positionsSchema.parse(JSON.parse((await redis.get(names.positions)) ?? 'null'));
      const row = state.accounts.find((it) => it.account === account);
      return Date.parse(row?.heard_at ?? '') === heardAt && (await data.engineLag()) === 0;
    },
    { timeout: 15_000 },
  );

async function rebuilt(more: { account?: string; since?: string; isForPeople?: boolean } = {}) {
  const lines: string[] = [];
  const equal = await runRebuild({
    settings,
    since: undefined,
    account: undefined,
    isForPeople: false,
    ...more,
    say: (line) => void lines.push(line),
    tell: () => {},
  });
  return { equal, lines };
}

/** A morning of two accounts: a loss that is amended, a withdrawn fill, repeats, late and missing snapshots, a restart. */
async function morning(): Promise<EpochMs> {
  const at = (seconds: number) => after(START, seconds * SECOND);
  const buy = fillAt(at(1), { executionId: 'x1', quantity: 2, price: 4200.1, fee: 1.24 });
  const sell = fillAt(at(20), { executionId: 'x2', side: 'SELL', quantity: 2, price: 4199, fee: 1.24 });
  const typo = fillAt(at(21), { executionId: 'x3', quantity: 5, price: 4199 });
  await data.appendSnapshot(flatSnapshot(START, 1));
  await tellFills(at(1), buy);
  await data.appendSnapshot(flatSnapshot(at(2), 2, gold(2)));
  await data.appendSnapshot(flatSnapshot(at(2), 2, gold(2)));
  await data.appendSnapshot(flatSnapshot(at(9), 4, gold(2)));
  await data.appendSnapshot(flatSnapshot(at(10), 3, gold(2)));
  await tellFills(at(20), buy, sell);
  await data.appendSnapshot(flatSnapshot(at(21), 5));
  await tellFills(at(21), typo);
  await tellFills(at(22), { ...sell, operation: 'update', price: 4200.7, receivedAt: at(22) });
  await tellFills(at(22), { ...typo, operation: 'remove', receivedAt: at(22) });
  const other = { account: 'Live-7', realizedPnl: fromUsd(-75.25), cashBalance: fromUsd(25_001.37) };
  await data.appendSnapshot(flatSnapshot(at(23), 1, { ...other, ...gold(1) }));
  await data.appendSnapshot(flatSnapshot(at(24), 1, { epoch: 'e2', realizedPnl: fromUsd(8.5) }));
  return at(24);
}

describe('the rebuild command beside an engine on real Redis and Postgres', () => {
  let engine: Awaited<ReturnType<typeof startEngine>>;
  beforeAll(async () => {
    engine = await startEngine();
    clock.set(after(START, 25 * SECOND));
    await isPublished('Sim101', await morning());
  });
  afterAll(() => engine.close());

  test('makes the same book from duplicates, amendments and gaps', async () => {
    const { equal, lines } = await rebuilt();
    expect(lines.at(-1)).toMatch(/^2 accounts rebuilt from 6 snapshots and \d fills: equal$/);
    expect(equal).toBe(true);
    expect(lines.slice(0, -1).map((line) => JSON.parse(line))).toMatchObject([
      { account: 'Live-7', equal: true, cash_balance: 25_001.37, day_realized: -75.25, result_source: 'platform' },
      // 2 contracts won 0.6 of $10 a point each, less two fees of $1.24.
      { account: 'Sim101', snapshot: { epoch: 'e2', seq: 1 }, positions: [], day_realized: 9.52, trades: 1 },
    ]);
  });

  test('is short for people, and asks for one account', async () => {
    const { lines } = await rebuilt({ account: 'Live-7', isForPeople: true });
    expect(lines[0]).toMatch(/^account +newest snapshot +cash +positions/);
    expect(lines[1]).toMatch(
      /^Live-7 +e1\/1 +\$25,001\.37 +LONG 1 MGC 12-26 @ 4200\.15 +-\$75\.25 \(platform\) .* equal$/,
    );
    expect(lines[2]).toBe('1 account rebuilt from 1 snapshot and 0 fills: equal');
  });

  test('is equal after the engine was stopped and started', async () => {
    await engine.close();
    engine = await startEngine();
    const newest = after(START, 30 * SECOND);
    clock.set(newest);
    await data.appendSnapshot(flatSnapshot(newest, 2, { epoch: 'e2', realizedPnl: fromUsd(8.5) }));
    await isPublished('Sim101', newest);
    expect((await rebuilt()).lines.at(-1)).toMatch(/: equal$/);
    expect((await rebuilt({ since: '2026-11-20' })).lines.at(-1)).toMatch(/from 7 snapshots .*: equal$/);
  });

  test('names a fill that was changed by hand, the account, the field and both values', async () => {
    await sql`update execution set price = 4190.7 where execution_id = 'x2' and operation = 'update'`;
    const { equal, lines } = await rebuilt();
    await sql`update execution set price = 4200.7 where execution_id = 'x2' and operation = 'update'`;
    expect(equal).toBe(false);
    expect(lines[2]).toMatch(/: 5 differences$/);
    expect(lines).toContain("Sim101: day's realised: -190.48 by the raw reports, 9.52 in the running system");
    expect((await rebuilt()).equal).toBe(true);
  });

  test('names a position and a trade that were changed by hand', async () => {
    await sql`update position_snapshot set snapshot = jsonb_set(snapshot, '{positions,0,quantity}', '9') where account = 'Live-7'`;
    await sql`update trade set net = net - 1000000 where account = 'Sim101'`;
    const { lines } = await rebuilt();
    expect(lines).toContain('Live-7: MGC 12-26 quantity: 9 by the raw reports, 1 in the running system');
    expect(lines).toContainEqual(
      expect.stringMatching(/^Sim101: trade .* net: 9\.52 by the raw reports, 8\.52 in the/),
    );
  });
});

describe('where it cannot compare', () => {
  test('an account nobody knows is refused', async () => {
    await expect(rebuilt({ account: 'Sim999' })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('a weekend is refused as a day to begin with', async () => {
    await expect(rebuilt({ since: '2026-11-21' })).rejects.toMatchObject({
      code: 'USAGE',
      message: '--since is "2026-11-21", a weekend; expected a trading day',
    });
  });

  test('without the names of its stores it says which settings it needs', async () => {
    const bare = parseSettings({ COPILOT_DATA_DIR: settings.COPILOT_DATA_DIR });
    const options = { settings: bare, since: undefined, account: undefined, isForPeople: false };
    await expect(runRebuild({ ...options, say: () => {}, tell: () => {} })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('rebuild needs REDIS_URL and DATABASE_URL'),
    });
  });

  test.each([
    ['REDIS_UNAVAILABLE', { REDIS_URL: 'redis://127.0.0.1:1' }],
    ['POSTGRES_UNAVAILABLE', { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }],
  ])('a store that is away is %s', async (code, away) => {
    const urls = { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, COPILOT_DATA_DIR: settings.COPILOT_DATA_DIR };
    const elsewhere = parseSettings({ ...urls, ...away });
    const options = { settings: elsewhere, since: undefined, account: undefined, isForPeople: false };
    await expect(runRebuild({ ...options, say: () => {}, tell: () => {} })).rejects.toMatchObject({ code });
  });
});
