import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ResearchJob } from '../../../src/ports/research-queue.js';
import { workChunk } from '../../../src/roles/backfill/work-chunk.js';
import { addBackfills, type BackfillDeps } from '../../../src/roles/worker/backfill.js';
import { backfillRig, KEY } from '../../support/backfill.js';
import { type FakeMassive, startFakeMassive } from '../../support/fake-massive/server.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { instant } from '../../support/stored-bars.js';
import { testDatabase } from '../../support/test-database.js';

const { sql } = await testDatabase();

const MORNING = instant('2026-11-19T16:00:00Z');
const NOON = instant('2026-11-19T17:06:00Z');
const market = fakeMarket({ roots: ['MGC'], start: MORNING });
let vendor: FakeMassive;
let rig: ReturnType<typeof backfillRig>;
let added: ResearchJob[];
const queue = {
  async add(job: ResearchJob) {
    added.push(job);
  },
  async close() {},
};
beforeEach(async () => {
  await sql`truncate backfill_run cascade`;
  vendor = await startFakeMassive(market, { apiKey: KEY });
  rig = backfillRig(sql, vendor, market.clock);
  added = [];
});
afterEach(() => vendor.close());
const depsOf = (more: Partial<BackfillDeps> = {}): BackfillDeps => ({
  ...rig.depsOf('worker'),
  roots: ['MGC'],
  isNightly: true,
  drive: undefined,
  ...more,
});
const runs = async () => (await rig.store.runs(10)).map(({ id, state }) => `${id} ${state}`);

test('the worker asks for the year once a trading day from 12:05, a month a job, and no sooner', async () => {
  market.moveTo(MORNING);
  await addBackfills(depsOf(), queue, new Set());
  expect([await runs(), added]).toEqual([[], []]);
  market.moveTo(NOON);
  // Two workers, and one of them started again.
  for (const _ of ['one', 'two', 'three']) await addBackfills(depsOf(), queue, new Set());
  expect(await runs()).toEqual(['night-2026-11-19 waiting']);
  const ids = [...new Set(added.map(({ id }) => id))];
  expect(ids).toHaveLength(13);
  expect([ids[0], ids.at(-1)]).toEqual([
    'backfill-night-2026-11-19-MGC-2025-11',
    'backfill-night-2026-11-19-MGC-2026-11',
  ]);
});

test('a practice run is filled on request only', async () => {
  market.moveTo(NOON);
  await addBackfills(depsOf({ isNightly: false }), queue, new Set());
  expect(await runs()).toEqual([]);
});

test('a vendor whose pace is kept in one process is asked by one process at a time', async () => {
  market.moveTo(NOON);
  await addBackfills(depsOf(), queue, new Set());
  const [first = '', second = ''] = added.map(({ id }) => id);
  expect(await rig.store.claim(first, { name: 'another', isAlone: true })).toBeDefined();
  const deps = { ...rig.depsOf('worker'), isAlone: () => true };
  expect(await workChunk(second, deps)).toBe('not-ours');
  expect(vendor.asked).toEqual([]);
  await rig.store.release(first, 'another');
  expect(await workChunk(second, deps)).toBe('done');
});

test('what no configured feed has is said in the run, and the others are asked for', async () => {
  market.moveTo(NOON);
  await addBackfills(depsOf({ roots: ['EURUSD'] }), queue, new Set());
  const [run] = await rig.store.runs(1);
  expect(run).toMatchObject({
    state: 'done',
    reason: expect.stringMatching(/^EURUSD: no feed that is configured has the past/),
  });
});
