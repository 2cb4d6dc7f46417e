import { afterAll, beforeAll, expect, test } from 'vitest';
import { researchQueue } from '../../../../src/adapters/bullmq/research-queue.js';
import { barRepository } from '../../../../src/adapters/postgres/bar-repository.js';
import { regimeRepository } from '../../../../src/adapters/postgres/regime-repository.js';
import { connectRedis } from '../../../../src/adapters/redis/connection.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs } from '../../../../src/kernel/units.js';
import { eventOf } from '../../../../src/roles/engine/event-codec.js';
import { newCopilot, walk } from '../../../support/copilot-day.js';
import { eventually } from '../../../support/eventually.js';
import { ensureBuilt, type Program, startProgram } from '../../../support/program.js';
import { testFolder } from '../../../support/services.js';
import { workerServices } from '../../../support/worker-services.js';

const ROOTS = ['MES', 'MNQ', 'MGC', 'MCL'];
/** 12:06 New York on an ordinary Thursday. */
const NOON = epochMs(Date.parse('2026-11-19T17:06:00Z'));
const { redisUrl, postgresUrl, sql, redis, names, openForWork } = await workerServices();
const regimes = regimeRepository(sql);
const started: Program[] = [];
const dataDir = testFolder();
const archiving = await sql.reserve();

beforeAll(async () => {
  ensureBuilt();
  // A live run's bars of these days are old enough for the archive some day: as long as another one holds it, they stay.
  await archiving`select pg_advisory_lock(hashtext('bar_archive'))`;
  const bars = ROOTS.flatMap((root) =>
    walk(root, after(NOON, -28 * DAY), NOON).map((bar) => ({ root, contract: `${root}Z6`, bar })),
  );
  await barRepository(sql).save(bars, 'test');
  await openForWork(NOON);
});
afterAll(async () => {
  for (const { process: child } of started) child.kill('SIGKILL');
  archiving.release();
});

function startWorker(): Program {
  const env = {
    REDIS_URL: redisUrl,
    DATABASE_URL: postgresUrl,
    COPILOT_DATA_DIR: dataDir,
    WATCHLIST: [...ROOTS, 'SIL'].join(','),
    LOG_LEVEL: 'warn',
  };
  const program = startProgram(['worker'], env);
  started.push(program);
  return program;
}

const runs = () => sql<{ id: string; outcome: string }[]>`select id, outcome from job_run order by id`;
const idOf = (root: string) => `train-regime-2026-11-19-${root}`;
const commands = async () =>
  (await redis.xrange(names.commands, '-', '+')).map(([id, [, command = '']]) =>
    eventOf({ stream: 'commands', id, fields: { command }, isAgain: false }),
  );

test('a worker killed in the middle of its work leaves nothing undone and nothing done twice', async () => {
  const first = startWorker();
  // Stored and not yet written down as done, or between two jobs: wherever the blow falls.
  await eventually(async () => (await redis.xlen(names.commands)) > 0, { timeout: 30_000, every: 2 });
  first.process.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  expect((await runs()).length).toBeLessThan(ROOTS.length);

  const second = startWorker();
  await eventually(async () => (await runs()).length === ROOTS.length, { timeout: 30_000 });
  expect(await runs()).toEqual(ROOTS.map((root) => ({ id: idOf(root), outcome: 'trained' })).toSorted(byId));
  const models = await sql<{ symbol: string }[]>`select symbol from regime_model order by symbol`;
  expect(models.map(({ symbol }) => symbol)).toEqual(ROOTS.toSorted());

  const state = newCopilot(NOON, ROOTS);
  const events = (await commands()).map((event) => {
    if (!event.ok) throw new Error(event.error);
    return event.value;
  });
  const taken = events.filter((event) => decide(state, event).ignored === undefined);
  expect(taken.length, 'what came twice changes nothing').toBe(ROOTS.length);
  const stored = new Map((await regimes.modelsBefore(after(NOON, 1))).map(({ root, model }) => [root, model]));
  for (const root of ROOTS) expect(stored.get(root)).toEqual(state.symbols.get(root)?.regime);
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});

test('a worker that starts again finds everything done', async () => {
  const sent = await redis.xlen(names.commands);
  // An empty Redis forgets the queue; what counts is in the database.
  await redis.del(...(await redis.keys(`${names.queuePrefix}:*`)));
  const worker = startWorker();
  const handled = await eventually(async () => (await redis.keys(`${names.queuePrefix}:research:*`)).length > 0, {
    timeout: 20_000,
  });
  expect(handled).toBe(true);
  await sql`insert into bar_1m select 'SIL', ts, 'SILZ6', 4, 4, 4, 4, 1, source, length_s from bar_1m where symbol = 'MES'`;
  // The worker has looked at every instrument once it has refused the one that never moved.
  const refused = await eventually(
    async () => (await sql<{ reason: string }[]>`select reason from job_run where id = ${idOf('SIL')}`)[0],
    { timeout: 20_000 },
  );
  expect(refused?.reason).toContain('the log return never changes');
  expect(await redis.xlen(names.commands)).toBe(sent);
  expect((await runs()).length).toBe(ROOTS.length + 1);
  worker.process.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
});

test('the store gives each instrument its newest model of those told before an instant', async () => {
  const [one] = await regimes.modelsBefore(after(NOON, 1));
  if (!one) throw new Error('no model');
  expect(await regimes.modelsBefore(NOON), 'those were told at noon').toEqual([]);
  const older = { ...one.model, trainedThrough: after(one.model.trainedThrough, -DAY) };
  const newer = { ...one.model, trainedThrough: after(one.model.trainedThrough, DAY), rows: 7_777 };
  const training = { root: one.root, code: 'test' };
  await regimes.save({ ...training, day: tradingDay('2026-11-18'), at: after(NOON, -DAY), model: older });
  await regimes.save({ ...training, day: tradingDay('2026-11-20'), at: after(NOON, DAY), model: newer });
  await regimes.save({ ...training, day: tradingDay('2026-11-20'), at: after(NOON, DAY), model: older });
  const rowsOf = async (at: number) =>
    (await regimes.modelsBefore(epochMs(at))).find(({ root }) => root === one.root)?.model;
  expect(await rowsOf(NOON)).toEqual(older);
  expect(await rowsOf(NOON + 1)).toEqual(one.model);
  expect((await rowsOf(NOON + 2 * DAY))?.rows, 'the same day again changes nothing').toBe(7_777);
});

test('a stored model that cannot be read stops the start, naming it', async () => {
  await sql`update regime_model set model = model || '{"means": [1]}' where symbol = 'MGC'`;
  await expect(regimes.modelsBefore(after(NOON, 1))).rejects.toThrow(
    /regime_model of MGC, trading day 2026-11-19.*means/s,
  );
});

test('a job that fails is tried again, and one with the same id is not put in twice', async () => {
  const [producer, worker] = [connectRedis(redisUrl, 'producer'), connectRedis(redisUrl, 'queue-worker')];
  const tries: string[] = [];
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const queue = researchQueue({ producer, worker, prefix: 'test', log }, async ({ id }) => {
    tries.push(id);
    if (tries.length === 1) throw new Error('the store is away');
  });
  const job = { id: idOf('MES'), name: 'train-regime', root: 'MES', day: tradingDay('2026-11-19') } as const;
  await queue.add(job);
  await queue.add(job);
  await eventually(() => tries.length === 2, { timeout: 15_000 });
  await queue.add(job);
  await queue.add({ ...job, id: idOf('MNQ'), root: 'MNQ' });
  await eventually(() => tries.includes(idOf('MNQ')), { timeout: 15_000 });
  expect(tries).toEqual([idOf('MES'), idOf('MES'), idOf('MNQ')]);
  await queue.close();
  producer.disconnect();
  worker.disconnect();
});

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
