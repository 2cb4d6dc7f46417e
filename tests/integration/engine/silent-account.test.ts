import { afterAll, afterEach, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { parseSettings } from '../../../src/config/load.js';
import type { RoleContext } from '../../../src/config/role-context.js';
import { configOf } from '../../../src/config/schema.js';
import type { AccountSnapshot } from '../../../src/domain/accounts/snapshot.js';
import { after, DAY, epochMs, fromUsd, HOUR, iso, SECOND } from '../../../src/kernel/units.js';
import type { Command } from '../../../src/messages/commands.js';
import { type PositionsState, positionsSchema, riskStatusSchema } from '../../../src/messages/dashboard.js';
import { redisNames } from '../../../src/messages/streams.js';
import { runEngine } from '../../../src/roles/engine/compose.js';
import { runRebuild } from '../../../src/roles/rebuild/compose.js';
import { flatSnapshot } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
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

/** 09:31 New York on an ordinary Monday. */
const MONDAY = epochMs(Date.parse('2026-11-16T14:31:07.120Z'));
const clock = handClock(MONDAY, 1);
let engine: Awaited<ReturnType<typeof runEngine>> | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});
afterAll(async () => {
  redis.disconnect();
  await sql.end();
});

async function startOn(day: number, ms = 0): Promise<void> {
  await engine?.close();
  clock.set(after(MONDAY, day * DAY + ms));
  const spec = { mode: 'live', clockSpec: { kind: 'system' }, seed: 1, replayFiles: [], runId: 'live' } as const;
  const run: RoleContext['run'] = { ...spec, from: undefined };
  const config = configOf(settings, 'k'.repeat(24));
  engine = await runEngine({ config, run, clock, drive: undefined, log: memoryLog() });
}

const long: Partial<AccountSnapshot> = {
  realizedPnl: fromUsd(-400),
  positions: [
    {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity: 2,
      avgPrice: 4200.1,
      lastPrice: 4201,
      unrealizedPnl: fromUsd(18),
    },
  ],
};
const report = (account: string, seq: number, more: Partial<AccountSnapshot> = {}) =>
  data.appendSnapshot(flatSnapshot(clock.now(), seq, { account, ...more }));

async function published(isWanted: (state: PositionsState) => boolean): Promise<PositionsState> {
  const read = async () => positionsSchema.safeParse(JSON.parse((await redis.get(names.positions)) ?? 'null'));
  const state = await eventually(
    async () => {
      const { data: newest } = await read();
      return newest && isWanted(newest) && (await data.engineLag()) === 0 ? newest : undefined;
    },
    { timeout: 15_000 },
  );
  if (!state) throw new Error('nothing was published');
  return state;
}
/** The engine has taken what was reported at this instant. */
const takenNow = () => published((state) => state.accounts.some(({ heard_at }) => heard_at === iso(clock.now())));
const namesIn = (state: PositionsState) => state.accounts.map(({ account }) => account).toSorted();

async function rebuilt(): Promise<readonly string[]> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const options = { settings, since: undefined, account: undefined, isForPeople: false, say, tell: () => {} };
  await runRebuild(options);
  return lines;
}

async function retire(account: string): Promise<void> {
  const command: Command = { kind: 'retire-account', id: `retire-${account}`, at: iso(clock.now()), account };
  await redis.xadd(names.commands, '*', 'command', JSON.stringify(command));
}

test('an account that was silent for days is STALE with what it held, until it is retired flat, through every restart', async () => {
  await startOn(0);
  await report('Held', 1, long);
  await report('Typo', 1);
  await published((state) => namesIn(state).length === 2);
  // The days between are audited without a word of the two.
  for (const day of [1, 2]) {
    await startOn(day);
    await report('Live-7', day);
    await takenNow();
  }
  await startOn(3);
  await report('Live-7', 3);
  const known = await takenNow();
  expect(namesIn(known)).toEqual(['Held', 'Live-7', 'Typo']);
  expect(known.verdict).toBe('STALE');
  expect(known.positions).toMatchObject([{ account: 'Held', side: 'LONG', quantity: 2 }]);
  expect((await rebuilt()).at(-1)).toMatch(/: equal$/);

  await retire('Held');
  await retire('Typo');
  await published((state) => namesIn(state).join() === 'Held,Live-7');
  const alerts = (await redis.zrange(names.alerts, '0', '-1')).join();
  expect(alerts).toContain('nothing was retired: Held held LONG 2 MGC 12-26 when it was last heard');
  expect(alerts).toContain('account Typo is retired');
  const rows = await sql`select phase, facts from risk_event where rule = 'account-retired'`;
  expect(rows).toMatchObject([{ phase: 'began', facts: { account: 'Typo' } }]);
  expect((await rebuilt()).at(-1), 'a retired account is no difference').toMatch(/: equal$/);

  for (const [day, seq] of [
    [3, 4],
    [4, 5],
    [7, 6],
    [8, 7],
  ] as const) {
    await startOn(day, HOUR);
    await report('Live-7', seq);
    const later = await takenNow();
    expect(namesIn(later), `on day ${day}`).toEqual(['Held', 'Live-7']);
  }
  const risk = riskStatusSchema.parse(JSON.parse((await redis.get(names.risk)) ?? 'null'));
  expect(risk.accounts.map(({ account }) => account).toSorted()).toEqual(['Held', 'Live-7']);

  clock.set(after(clock.now(), SECOND));
  await report('Typo', 2);
  const back = await published((state) => namesIn(state).includes('Typo'));
  expect(back.accounts.find(({ account }) => account === 'Typo')).toMatchObject({ verdict: 'IN_SYNC' });
});

test('rebuild calls a missing account a difference when the engine does not know what it held', async () => {
  await startOn(9);
  await report('Gone', 1, long);
  await takenNow();
  await engine?.close();
  engine = undefined;
  const state = await published(() => true);
  const lost = { ...state, accounts: state.accounts.filter(({ account }) => account !== 'Gone'), positions: [] };
  await redis.set(names.positions, JSON.stringify(lost));
  const lines = await rebuilt();
  expect(lines).toContain('Gone: account: there by the raw reports, nothing in the running system');
  expect(lines).toContain('Gone: MGC 12-26 quantity: 2 by the raw reports, nothing in the running system');
});
