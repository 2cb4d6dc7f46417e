import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import { workChunk } from '../../../src/roles/backfill/work-chunk.js';
import { backfillRig, emptyPast, startPast } from '../../support/backfill.js';
import { eventually } from '../../support/eventually.js';
import type { FakeMassive } from '../../support/fake-massive/server.js';
import type { FakeMarket, FakeMarketOptions } from '../../support/fake-vendor/market.js';
import { testDatabase } from '../../support/test-database.js';

const { sql } = await testDatabase();

/** 13:00 New York on an ordinary Thursday; MES and MGC have rolled in the weeks before. */
const NOON = epochMs(Date.parse('2026-11-19T18:00:00Z'));
const WEEKS = { from: '2026-11-02', to: '2026-11-18' } as const;
const [FROM, TO] = [epochMs(Date.parse('2026-11-01T23:00:00Z')), epochMs(Date.parse('2026-11-18T23:00:00Z'))];

let market: FakeMarket;
let vendor: FakeMassive;
let rig: ReturnType<typeof backfillRig>;

async function begin(options: Partial<FakeMarketOptions> & { pageRows?: number } = {}): Promise<void> {
  await vendor?.close();
  const usual = { roots: ['MGC', 'MES', 'MCL'], start: NOON, pageRows: 2_000 };
  ({ market, vendor, rig } = await startPast(sql, { ...usual, ...options }));
}

beforeEach(async () => {
  await emptyPast(sql);
  await begin();
});
afterEach(() => vendor.close());

const stored = (root: string, from = FROM, to = TO) => rig.bars.range(root, from, to);
const asked = () => vendor.asked.filter((address) => address.includes('/aggs/'));
const holes = async (root: string) =>
  (await rig.store.holes(root, 'massive', { from: FROM, to: TO })).map(({ from, to }) => (to - from) / MINUTE);
const countBars = async () => Number((await sql`select count(*) from bar_1m`)[0]?.count);
const marks = async () =>
  JSON.stringify([
    await sql`select xmin::text, * from bar_1m order by symbol, ts`,
    await sql`select xmin::text, * from bar_hole`,
    await sql`select * from backfill_run`,
  ]);

describe('a backfill', () => {
  test('brings exactly the bars of the exchange’s open minutes, each from the contract that led then', async () => {
    const { isWhole, said } = await rig.run({ roots: ['MGC', 'MES', 'MCL'], ...WEEKS });
    expect(isWhole).toBe(true);
    for (const root of ['MGC', 'MES', 'MCL']) expect(await stored(root), root).toEqual(market.past(root, FROM, TO));
    const bars = market.past('MGC', FROM, TO).length.toLocaleString('en-US');
    expect(said).toContain(`MGC: backfilled ${bars} bars (2026-11-02 to 2026-11-18)`);
    expect(rig.lines.some((line) => line.startsWith(`MGC: backfilled ${bars} bars (2026-11-02 to 2026-11-18)`))).toBe(
      true,
    );
    const crude = new Set((await stored('MCL')).map(({ contract }) => contract));
    expect([...crude]).toEqual(['MCLZ6', 'MCLF7']);
  });

  test('run again asks the vendor for nothing and writes nothing', async () => {
    await begin({ thin: ['MGC'] });
    await rig.run({ roots: ['MGC', 'MES'], ...WEEKS });
    const [requests, before] = [asked().length, await marks()];
    const { isWhole, said } = await rig.run({ roots: ['MGC', 'MES'], ...WEEKS });
    expect(isWhole).toBe(true);
    expect(said).toContain('MGC: nothing is missing (2026-11-02 to 2026-11-18)');
    expect(asked().length).toBe(requests);
    expect(await marks()).toBe(before);
  });

  test('of a thin market writes down which minutes had no bar, and when they were asked for', async () => {
    await begin({ thin: ['MGC'] });
    await rig.run(WEEKS);
    const lengths = await holes('MGC');
    const [open] = await sql`select count(*)::int as n, min(asked_at) as at from bar_hole`;
    expect(lengths.every((length) => length === 1)).toBe(true);
    expect(open?.at.getTime()).toBe(NOON);
    const minutes = market.past('MGC', FROM, TO).length + lengths.length;
    await begin();
    expect(minutes, 'every open minute is a bar or a hole').toBe(market.past('MGC', FROM, TO).length);
  });

  test('asks only for the hours that are missing, and of a hole in the middle for no more than the hole', async () => {
    await rig.run(WEEKS);
    const [first, end] = [epochMs(Date.parse('2026-11-10T15:00:00Z')), epochMs(Date.parse('2026-11-10T15:07:00Z'))];
    await sql`delete from bar_1m where ts >= ${new Date(first)} and ts < ${new Date(end)}`;
    const before = asked().length;
    const { said } = await rig.run(WEEKS);
    expect(said).toEqual(['MGC: backfilled 7 bars (2026-11-02 to 2026-11-18)']);
    const [question, ...more] = asked().slice(before);
    expect(more).toEqual([]);
    expect(question).toContain(`window_start.gte=${first}000000`);
    expect(question).toContain(`window_start.lt=${end}000000`);
  });

  test('fills up a trading day over the end of a month in the one contract in which it is recorded', async () => {
    await begin({ moved: new Map([['MES', tradingDay('2026-09-01')]]) });
    const [from, to] = [epochMs(Date.parse('2026-08-31T22:00:00Z')), epochMs(Date.parse('2026-09-01T22:00:00Z'))];
    const day = market.past('MES', from, to);
    await rig.bars.load(market.past('MES', epochMs(Date.parse('2026-09-01T00:00:00Z')), to), 'ninjatrader');
    expect((await rig.run({ roots: ['MES'], from: '2026-09-01', to: '2026-09-01' })).isWhole).toBe(true);
    expect(await stored('MES', from, to)).toEqual(day);
    expect([...new Set(day.map(({ contract }) => contract))]).toEqual(['MESZ6']);
  });

  test('believes no silence that a vendor which is behind may be the reason of', async () => {
    vendor.script.push({ status: 200, body: { status: 'OK', results: [] } });
    const first = await rig.run({ from: '2026-11-18', to: '2026-11-18' });
    expect([first.isWhole, await countBars(), await holes('MGC')]).toEqual([false, 0, []]);
    expect(first.said.join()).toContain('which is believed empty from 2026-11-21T22:00:00.000Z on');
    const { isWhole } = await rig.run({ from: '2026-11-18', to: '2026-11-18' });
    expect(isWhole).toBe(true);
    const day = epochMs(Date.parse('2026-11-17T23:00:00Z'));
    expect(await stored('MGC')).toEqual(market.past('MGC', day, TO));
  });

  test('believes it after three days, so that nobody asks for ever', async () => {
    vendor.script.push({ status: 200, body: { status: 'OK', results: [] } });
    await rig.run({ from: '2026-11-11', to: '2026-11-11' });
    expect((await holes('MGC')).reduce((sum, minutes) => sum + minutes, 0)).toBe(23 * 60);
    const before = asked().length;
    await rig.run({ from: '2026-11-11', to: '2026-11-11' });
    expect(asked().length).toBe(before);
  });

  test('believes no vendor that has not one bar of days: the range is missing, not empty, and is asked for again', async () => {
    vendor.script.push({ status: 200, body: { status: 'OK', results: [] } });
    const { isWhole, said } = await rig.run({ from: '2026-11-09', to: '2026-11-12' });
    expect(isWhole).toBe(false);
    expect(said.join()).toMatch(/are still missing: FEED_REFUSED: massive has not one bar of MGCZ6 from/);
    expect([await countBars(), await holes('MGC')]).toEqual([0, []]);
    expect((await rig.run({ from: '2026-11-09', to: '2026-11-12' })).isWhole).toBe(true);
    const [from, to] = [epochMs(Date.parse('2026-11-08T23:00:00Z')), epochMs(Date.parse('2026-11-12T23:00:00Z'))];
    expect(await stored('MGC', from, to)).toEqual(market.past('MGC', from, to));
  });

  test('is refused in live hours with the time from which it may run, and runs when forced', async () => {
    await begin({ start: epochMs(Date.parse('2026-11-19T14:31:00Z')) });
    await expect(rig.run(WEEKS)).rejects.toThrow(
      'it is 09:31 in New York: bars of the past are loaded in off-hours only, next from 12:00 ET on 2026-11-19; --force loads them now all the same',
    );
    expect(asked()).toEqual([]);
    expect((await rig.run({ ...WEEKS, isForced: true })).isWhole).toBe(true);
  });

  test('that runs into live hours puts its months back and says so', async () => {
    vendor.script.push(undefined, (right) => {
      market.moveTo(epochMs(Date.parse('2026-11-20T05:00:00Z')));
      return { ...right, afterMs: 300 };
    });
    const { isWhole, said } = await rig.run({ ...WEEKS, from: '2026-10-01' });
    expect(isWhole).toBe(false);
    expect(said.at(-1)).toContain(
      'still open: a worker goes on with them, or the same command, in the next off-hours.',
    );
    const states = await sql<{ state: string }[]>`select distinct state from backfill_chunk order by state`;
    expect(states.map(({ state }) => state)).toContain('waiting');
  });
});

describe('a vendor in trouble', () => {
  test('that breaks off in the middle of a page, or sends half of it, is asked again, and no bar comes twice', async () => {
    const cut = (right: object) => ({ ...right, isCut: true }) as never;
    vendor.script.push(undefined, cut, undefined, () => ({ status: 200, body: '{"results":[{"ti' }));
    const { isWhole } = await rig.run(WEEKS);
    expect(isWhole).toBe(true);
    expect(await stored('MGC')).toEqual(market.past('MGC', FROM, TO));
  });

  test('that sends its rows in the wrong order is put right', async () => {
    const turned = (right: { body: unknown }) => {
      const body = right.body as { results: unknown[] };
      return { ...right, body: { ...body, results: body.results.toReversed() } } as never;
    };
    vendor.script.push(turned, turned);
    await rig.run(WEEKS);
    expect(await stored('MGC')).toEqual(market.past('MGC', FROM, TO));
  });

  test('that refuses one market costs that one: the range and the reason are told, and the others are whole', async () => {
    await begin({ pageRows: 50_000 });
    const no = { status: 403, body: { status: 'NOT_AUTHORIZED', message: 'your plan has no gold' } };
    // One chunk a symbol, in the order of their names.
    vendor.script.push(no);
    const { isWhole, said } = await rig.run({ roots: ['MES', 'MGC'], ...WEEKS });
    expect(isWhole).toBe(false);
    const failed = said.filter((line) => line.includes('are still missing'));
    expect(failed).toHaveLength(1);
    expect(failed[0]).toMatch(
      /minutes of 2026-11-01T23:00Z to 2026-11-18T23:00Z are still missing: FEED_REFUSED: .*MASSIVE_API_KEY/,
    );
    const whole = failed[0]?.startsWith('MES') ? 'MGC' : 'MES';
    expect(await stored(whole)).toEqual(market.past(whole, FROM, TO));
    expect((await rig.run({ roots: ['MES', 'MGC'], ...WEEKS })).isWhole).toBe(true);
    for (const root of ['MES', 'MGC']) expect(await stored(root)).toEqual(market.past(root, FROM, TO));
  });

  test('that says nothing for two hours is given up, and what is missing stays to be asked for', async () => {
    let elapsed = 0;
    const clock = { ...market.clock, now: market.clock.now, elapsed: () => elapsed };
    rig = backfillRig(sql, vendor, clock);
    vendor.script.push(undefined, (right) => {
      elapsed += 2 * HOUR;
      return { ...right, afterMs: 2_000 };
    });
    const { isWhole, said } = await rig.run(WEEKS);
    expect(isWhole).toBe(false);
    expect(said.join()).toContain('massive said nothing for 45 minutes');
    expect(await holes('MGC')).toEqual([]);
    const part = (await stored('MGC')).length;
    expect(part).toBe(2_000);
    expect((await rig.run(WEEKS)).isWhole).toBe(true);
    expect(await stored('MGC')).toEqual(market.past('MGC', FROM, TO));
  });
});

describe('several processes', () => {
  test('share a run: no month is asked for twice', async () => {
    const range = { from: '2026-08-03', to: '2026-11-18' };
    const first = rig.run({ roots: ['MGC', 'MES', 'MCL'], ...range });
    const { workRun } = await import('../../../src/roles/backfill/work-run.js');
    const run = await eventually<string | undefined>(
      async () => (await rig.store.runs(1)).find(({ parts }) => parts.length > 0)?.id,
    );
    const second = await workRun({ run: run ?? '', atOnce: 3, onMove: () => {} }, rig.depsOf('second'));
    expect([(await first).isWhole, second.state]).toEqual([true, 'done']);
    const starts = asked().filter((address) => !address.includes('cursor='));
    expect(new Set(starts).size).toBe(starts.length);
    const from = after(epochMs(Date.parse('2026-08-02T22:00:00Z')), -DAY);
    for (const root of ['MGC', 'MES', 'MCL'])
      expect(await stored(root, from)).toEqual(market.past(root, epochMs(Date.parse('2026-08-02T22:00:00Z')), TO));
  });

  test('that take a month up one after the other count the bars of all of them', async () => {
    const [id, run] = ['c', 'r'];
    const range = { from: WEEKS.from, to: WEEKS.to };
    const ask = { id: run, by: 'page', roots: ['MGC'], range, source: 'massive', isForced: false, at: NOON } as const;
    await rig.store.ask(ask);
    const minutes = market.past('MGC', FROM, TO).length;
    await rig.store.plan(run, [{ id, run, root: 'MGC', source: 'massive', minutes, from: FROM, to: TO }]);
    const bars = async () => (await rig.store.run(run))?.parts[0]?.bars;
    // It leaves when it has stored its first page, before it has given a sign of life.
    const leaving = new AbortController();
    vendor.script.push(undefined, (right) => {
      leaving.abort();
      return right;
    });
    const first = { ...rig.depsOf('first'), renewEveryMs: HOUR, signal: leaving.signal };
    expect([await workChunk(id, first), await bars()]).toEqual(['put-back', 2_000]);
    expect([await workChunk(id, rig.depsOf('second')), await bars()]).toEqual(['done', minutes]);
    expect(await stored('MGC')).toEqual(market.past('MGC', FROM, TO));
  });

  test('a stop ends the work of whoever holds it', async () => {
    vendor.script.push(undefined, (right) => ({ ...right, afterMs: 1_500 }));
    const running = rig.run(WEEKS);
    const run = await eventually<string | undefined>(
      async () => (await rig.store.runs(1)).find(({ state }) => state === 'running')?.id,
    );
    expect(await rig.store.stop(run ?? '')).toBe(true);
    const { isWhole, said } = await running;
    expect([isWhole, said.at(-1)]).toEqual([false, 'It was stopped.']);
    expect(await rig.store.stop(run ?? '')).toBe(false);
  });
});
