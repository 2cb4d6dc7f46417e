import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { after, epochMs, fromUsd, MINUTE } from '../../../src/kernel/units.js';
import { alertSchema, heartbeatSchema, riskStatusSchema } from '../../../src/messages/dashboard.js';
import { redisNames } from '../../../src/messages/streams.js';
import { eventually } from '../../support/eventually.js';
import { ensureBuilt, type Program, startProgram } from '../../support/program.js';
import { testPostgres, testRedis } from '../../support/services.js';

const [redisUrl, postgresUrl] = await Promise.all([testRedis(), testPostgres()]).then((it) => it.map(({ url }) => url));
if (!redisUrl || !postgresUrl) throw new Error('no services');
const sql = connectPostgres({ url: postgresUrl });
await migrate(sql);
const redis = connectRedis(redisUrl, 'producer');
const names = redisNames('');
const started: Program[] = [];

beforeAll(ensureBuilt);
afterAll(async () => {
  for (const { process: child } of started) child.kill('SIGKILL');
  redis.disconnect();
  await sql.end();
});

const beatOf = async () => heartbeatSchema.parse(JSON.parse((await redis.get(names.heartbeat)) ?? '')).at;

/** Starts an engine of this account, waits until it works, kills it, and answers what it had published by then. */
async function livedWith(dollars: number) {
  await redis.del(names.heartbeat, names.risk);
  const env = { REDIS_URL: redisUrl ?? '', DATABASE_URL: postgresUrl ?? '', LOG_LEVEL: 'warn' };
  const engine = startProgram(['engine'], { ...env, ACCOUNT_SIZE: String(dollars) });
  started.push(engine);
  await eventually(beatOf, { timeout: 30_000 });
  engine.process.kill('SIGKILL');
  expect(await engine.ended).toBe('SIGKILL');
  const {
    facts,
    limits,
    limits_pending: later,
  } = riskStatusSchema.parse(JSON.parse((await redis.get(names.risk)) ?? ''));
  return [facts.account_size, limits.risk_per_trade, later?.limits.risk_per_trade ?? null];
}

test('engines killed and started with other account sizes tighten at once and loosen nothing', async () => {
  expect(await livedWith(50_000)).toEqual([50_000, 375, null]);
  expect(await livedWith(100_000), 'waits').toEqual([50_000, 375, 750]);
  expect(await livedWith(100_000), 'and goes on waiting').toEqual([50_000, 375, 750]);
  expect(await livedWith(20_000), 'at once').toEqual([20_000, 150, null]);
  expect(await livedWith(50_000), 'back is a loosening').toEqual([20_000, 150, 375]);

  const settings = await sql<{ text: string }[]>`select text from setting order by version`;
  expect(settings.map(({ text }) => text.replace(/20\d\d-\d\d-\d\d/, 'DAY'))).toEqual([
    expect.stringMatching(/^limits begin: account of \$50,000, /),
    'limits changed, from trading day DAY: account of $100,000, $750 risk per trade',
    'limits changed, in force now: account of $20,000, $150 risk per trade',
    'limits changed, from trading day DAY: account of $50,000, $375 risk per trade',
  ]);
  const alerts = (await redis.zrange(names.alerts, '0', '-1')).map((text) => alertSchema.parse(JSON.parse(text)));
  expect(alerts.filter(({ id }) => id.startsWith('limits-'))).toHaveLength(3);
  const [{ now = new Date(0) } = {}] = await sql<{ now: Date }[]>`select max(at) as now from setting`;
  const book = await historyRepository(sql).limitsBefore(after(epochMs(now.getTime()), MINUTE));
  expect(book).toMatchObject({ accountSize: fromUsd(20_000), pending: { accountSize: fromUsd(50_000) } });
});
