import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { frontContract } from '../../../src/domain/instruments/roll.js';
import { after, type EpochMs, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { type backfillRig, emptyPast, startPast } from '../../support/backfill.js';
import type { FakeMassive } from '../../support/fake-massive/server.js';
import { type FakeMarket, type FakeMarketOptions, fakeMarket } from '../../support/fake-vendor/market.js';
import { known } from '../../support/instruments.js';
import { instant as at } from '../../support/stored-bars.js';
import { testDatabase } from '../../support/test-database.js';

const { sql } = await testDatabase();

/** 13:00 New York on an ordinary Thursday. */
const NOON = at('2026-11-19T18:00:00Z');
const DAY = { from: '2026-11-17', to: '2026-11-17' } as const;
const SPAN = { from: at('2026-11-16T23:00:00Z'), to: at('2026-11-17T23:00:00Z') };

interface Row {
  readonly window_start: number;
}
type Rows = (rows: readonly Row[]) => readonly unknown[];
type Right = { readonly status: number; readonly body: unknown };

let market: FakeMarket;
let vendor: FakeMassive;
let rig: ReturnType<typeof backfillRig>;

async function begin(options: Partial<FakeMarketOptions> & { pageRows?: number } = {}): Promise<void> {
  await vendor?.close();
  ({ market, vendor, rig } = await startPast(sql, { roots: ['MGC', 'MCL'], start: NOON, pageRows: 2_000, ...options }));
}

/** The next answer is the right one with its rows changed. */
const answering = (change: Rows) => (right: Right) => {
  const body = right.body as { readonly results: readonly Row[] };
  return { ...right, body: { ...body, results: change(body.results) } };
};
const minuteOf = (row: Row): EpochMs => epochMs(Math.round(row.window_start / 1e6));
/** Rows of some minutes come without a price. */
const spoiling = (...minutes: readonly EpochMs[]) =>
  answering((rows) => rows.map((row) => (minutes.includes(minuteOf(row)) ? { ...row, open: null } : row)));
const without = (from: EpochMs, to: EpochMs) =>
  answering((rows) => rows.filter((row) => minuteOf(row) < from || minuteOf(row) >= to));

beforeEach(async () => {
  await emptyPast(sql);
  await begin();
});
afterEach(() => vendor.close());

const stored = (root = 'MGC', span = SPAN) => rig.bars.range(root, span.from, span.to);
const holes = async (root = 'MGC', span = SPAN) =>
  (await rig.store.holes(root, 'massive', span)).map(({ from, to }) => `${iso(from)} ${(to - from) / MINUTE}`);
const asked = () => vendor.asked.filter((address) => address.includes('/aggs/'));
const missingText = (said: readonly string[]) => said.filter((line) => line.includes('still missing'));

describe('a row that cannot be read', () => {
  const bad = at('2026-11-17T15:02:00Z');

  test('leaves its minute open, names it with vendor, count and reason, and is asked for again', async () => {
    vendor.script.push(spoiling(bad));
    const { isWhole, said } = await rig.run(DAY);
    expect(isWhole).toBe(false);
    expect(missingText(said)).toHaveLength(1);
    expect(missingText(said)[0]).toMatch(
      /^MGC: 1 minutes? of .* still missing: FEED_REFUSED: massive sent rows that cannot be read \(one of them: massive MGCZ6: .*open.*\), so 1 minute without a bar may not be empty/,
    );
    expect([await holes(), (await stored()).length]).toEqual([[], market.past('MGC', SPAN.from, SPAN.to).length - 1]);
    const before = asked().length;
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect(asked().slice(before).join()).toContain(`window_start.gte=${bad}000000&window_start.lt=${bad + MINUTE}`);
    expect(await stored()).toEqual(market.past('MGC', SPAN.from, SPAN.to));
  });

  test('in a thin market leaves all minutes open up to its neighbours, and the rest of the silence is written down', async () => {
    await begin({ thin: ['MGC'] });
    const open = fakeMarket({ roots: ['MGC'], start: NOON }).past('MGC', SPAN.from, SPAN.to).length;
    const first = market.past('MGC', bad, SPAN.to)[0]?.bar.at ?? bad;
    vendor.script.push(spoiling(first));
    const { isWhole, said } = await rig.run(DAY);
    expect(isWhole).toBe(false);
    expect(missingText(said)[0]).toContain('MGC: 2 minutes of');
    expect((await stored()).length + (await holes()).length).toBe(open - 2);
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect((await stored()).length + (await holes()).length).toBe(open);
  });

  test('at the end of an answer makes the silence after it no silence', async () => {
    const [from, to] = [at('2026-11-17T21:50:00Z'), at('2026-11-17T22:00:00Z')];
    vendor.script.push(
      answering((rows) =>
        rows.flatMap((row) =>
          minuteOf(row) < from ? [row] : minuteOf(row) === from ? [{ ...row, volume: 'many' }] : [],
        ),
      ),
    );
    const { isWhole, said } = await rig.run(DAY);
    expect([isWhole, await holes()]).toEqual([false, []]);
    expect(missingText(said)[0]).toContain(`MGC: ${(to - from) / MINUTE} minutes of`);
  });

  test('is asked for again, even when the vendor breaks off right after its page', async () => {
    await begin({ pageRows: 600 });
    const early = at('2026-11-17T01:00:00Z');
    vendor.script.push(spoiling(early), { status: 403, body: { status: 'NOT_AUTHORIZED', message: 'no' } });
    expect((await rig.run(DAY)).isWhole).toBe(false);
    expect([(await stored()).length, await holes()]).toEqual([599, []]);
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect(await stored()).toEqual(market.past('MGC', SPAN.from, SPAN.to));
  });

  test('among days of such rows is told as what it is, and not as a vendor without bars', async () => {
    const days = { from: '2026-11-10', to: '2026-11-12' } as const;
    const span = { from: at('2026-11-09T23:00:00Z'), to: at('2026-11-12T23:00:00Z') };
    vendor.script.push(...['one', 'two', 'three'].map(() => answering((rows) => rows.map(() => 'no row'))));
    const { said } = await rig.run(days);
    const minutes = market.past('MGC', span.from, span.to).length.toLocaleString('en-US');
    expect(missingText(said)[0]).toContain(`MGC: ${minutes} minutes of`);
    expect(missingText(said)[0]).toContain('FEED_REFUSED: massive sent rows that cannot be read');
    expect([await stored('MGC', span), await holes('MGC', span)]).toEqual([[], []]);
  });

  test('fails nothing when there is a bar of its minute already', async () => {
    await rig.run(DAY);
    await sql`delete from bar_1m where ts in (${iso(after(bad, -2 * MINUTE))}, ${iso(after(bad, 2 * MINUTE))})`;
    vendor.script.push(spoiling(bad));
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect(await stored()).toEqual(market.past('MGC', SPAN.from, SPAN.to));
  });

  test('in an answer in no order puts in doubt every minute that was asked for, before it and behind it', async () => {
    await begin({ thin: ['MGC'], pageRows: 600 });
    const all = fakeMarket({ roots: ['MGC'], start: NOON }).past('MGC', SPAN.from, SPAN.to).length;
    const bars = market.past('MGC', SPAN.from, SPAN.to).length;
    const inDisorder = answering(([first, ...rows]) => [...rows.slice(0, 5), 'no row', ...rows.slice(5), first]);
    vendor.script.push(undefined, inDisorder);
    const { isWhole, said } = await rig.run(DAY);
    expect([isWhole, await holes(), (await stored()).length]).toEqual([false, [], bars]);
    expect(missingText(said)[0]).toContain(`so ${all - bars} minutes without a bar may not be empty`);
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect((await stored()).length + (await holes()).length).toBe(all);
  });

  test('that comes after newer pages leaves its minute open, and is asked for again', async () => {
    const late: Row[] = [];
    await begin({ pageRows: 600 });
    const early = at('2026-11-17T01:00:00Z');
    vendor.script.push(
      answering((rows) => {
        late.push(...rows.filter((row) => minuteOf(row) === early));
        return rows.filter((row) => minuteOf(row) !== early);
      }),
      answering((rows) => [...late, ...rows]),
    );
    const { isWhole, said } = await rig.run(DAY);
    expect([late.length, isWhole, await holes()]).toEqual([1, false, []]);
    expect(missingText(said)[0]).toContain('it came after newer pages');
    expect((await rig.run(DAY)).isWhole).toBe(true);
  });
});

describe('silence at the end', () => {
  const EVENING = at('2026-11-19T23:30:00Z');
  const today = { from: '2026-11-19', to: '2026-11-19' } as const;
  const span = { from: at('2026-11-18T23:00:00Z'), to: at('2026-11-19T23:00:00Z') };
  const lastHour = without(at('2026-11-19T21:00:00Z'), at('2026-11-19T22:00:00Z'));

  test('that is not settled leaves its minutes open, and says from when on they are believed empty', async () => {
    await begin({ start: EVENING });
    vendor.script.push(lastHour);
    const { isWhole, said } = await rig.run(today);
    expect([isWhole, await holes('MGC', span)]).toEqual([false, []]);
    expect(missingText(said)).toEqual([
      'MGC: 60 minutes of 2026-11-18T23:00Z to 2026-11-19T23:00Z are still missing: FEED_UNAVAILABLE: massive has no bar of MGCZ6 from 2026-11-19T21:00:00.000Z to 2026-11-19T22:00:00.000Z (60 minutes), which is believed empty from 2026-11-20T10:00:00.000Z on; until then it may be behind, and is asked again',
    ]);
    market.moveTo(at('2026-11-20T17:30:00Z'));
    vendor.script.push(answering(() => []));
    expect((await rig.run(today)).isWhole).toBe(true);
    expect(await holes('MGC', span)).toEqual(['2026-11-19T21:00:00.000Z 60']);
  });

  test('does not concern a run without an end, which says where it ends', async () => {
    await begin({ start: EVENING });
    vendor.script.push(lastHour);
    const { isWhole, said } = await rig.run({ from: '2026-11-17' });
    expect(isWhole).toBe(true);
    expect(said[0]).toContain('it ends with 2026-11-18, the last trading day that has been over for 12 hours');
    expect(said.at(-1)).toContain('(2026-11-17 to 2026-11-18)');
  });
});

test('what a vendor is mute about is not counted as done when it answers for the next contract', async () => {
  const weeks = { from: '2026-11-02', to: '2026-11-18' } as const;
  const [from, to] = [at('2026-11-01T23:00:00Z'), at('2026-11-18T23:00:00Z')];
  const { rollsAt } = frontContract(known('MCL'), from);
  vendor.script.push({ status: 200, body: { status: 'OK', results: [] } });
  const { said } = await rig.run({ roots: ['MCL'], ...weeks });
  const mute = market.past('MCL', from, rollsAt).length.toLocaleString('en-US');
  expect(missingText(said)[0]).toContain(`MCL: ${mute} minutes of`);
  expect(await stored('MCL', { from, to })).toEqual(market.past('MCL', rollsAt, to));
});

describe('an answer that is cut short', () => {
  const WEEKS = { from: '2026-10-05', to: '2026-10-28' } as const;
  const span = { from: at('2026-10-04T22:00:00Z'), to: at('2026-10-28T22:00:00Z') };

  test('after its first bars has said nothing about the weeks behind them: they stay missing, and are asked for again', async () => {
    const all = market.past('MGC', span.from, span.to);
    vendor.script.push((right) => ({
      ...right,
      body: { status: 'OK', results: (right.body as { results: unknown[] }).results.slice(0, 100) },
    }));
    const { isWhole, said } = await rig.run(WEEKS);
    expect([isWhole, await holes('MGC', span), (await stored('MGC', span)).length]).toEqual([false, [], 100]);
    expect(missingText(said)[0]).toContain(`MGC: ${(all.length - 100).toLocaleString('en-US')} minutes of`);
    expect(missingText(said)[0]).toMatch(
      /FEED_REFUSED: massive has not one bar of MGCZ6 from 2026-10-04T23:40:00.000Z to/,
    );
    expect((await rig.run(WEEKS)).isWhole).toBe(true);
    expect(await stored('MGC', span)).toEqual(all);
  });

  test('in the middle leaves more than a day of open market missing, and less is believed', async () => {
    await begin({ pageRows: 50_000 });
    // Two trading days over a weekend; and one, as on a holiday that no calendar has, with a quiet half hour before it.
    const [first, end] = [at('2026-10-08T22:00:00Z'), at('2026-10-12T22:00:00Z')];
    const [from, to] = [at('2026-10-14T20:30:00Z'), at('2026-10-15T22:00:00Z')];
    vendor.script.push((right) => without(from, to)(without(first, end)(right)));
    const { isWhole, said } = await rig.run(WEEKS);
    expect([isWhole, await holes('MGC', span)]).toEqual([
      false,
      ['2026-10-14T20:30:00.000Z 30', '2026-10-14T22:00:00.000Z 1380'],
    ]);
    expect(missingText(said)[0]).toMatch(
      /MGC: 2,760 minutes of .*massive has not one bar of MGCZ6 from 2026-10-08T22:00:00.000Z to 2026-10-12T21:00:00.000Z;/,
    );
    expect((await rig.run(WEEKS)).isWhole).toBe(true);
    const believed = market.past('MGC', from, to);
    const known = market.past('MGC', span.from, span.to).filter(({ bar }) => bar.at < from || bar.at >= to);
    expect([believed.length, await stored('MGC', span)]).toEqual([1_410, known]);
  });
});

describe('asking again', () => {
  const [from, to] = [at('2026-11-17T15:00:00Z'), at('2026-11-17T15:30:00Z')];

  test('forgets what was taken for empty, and brings what the vendor has by now', async () => {
    vendor.script.push(without(from, to));
    expect((await rig.run(DAY)).isWhole).toBe(true);
    expect(await holes()).toEqual(['2026-11-17T15:00:00.000Z 30']);
    const before = asked().length;
    await rig.run(DAY);
    await rig.run({ from: '2026-11-18', to: '2026-11-18', asksAgain: true });
    expect(asked().filter((address) => address.includes(`gte=${from}`))).toEqual([]);
    expect([await holes(), asked().length]).toEqual([['2026-11-17T15:00:00.000Z 30'], before + 1]);
    const { isWhole, said } = await rig.run({ ...DAY, asksAgain: true });
    expect([isWhole, said]).toEqual([true, ['MGC: backfilled 30 bars (2026-11-17 to 2026-11-17)']]);
    expect(await holes()).toEqual([]);
  });

  test('of a part of a hole leaves what sticks out on either side, and other symbols and sources alone', async () => {
    const hole = { from: after(from, -60 * MINUTE), to: after(to, 60 * MINUTE) };
    const saved = (root: string, source: string) => rig.store.saveHoles([hole], { root, source, at: NOON });
    await Promise.all([saved('MGC', 'massive'), saved('MGC', 'ibkr'), saved('MCL', 'massive')]);
    await rig.store.forgetHoles([{ from, to }], { roots: ['MGC'], source: 'massive' });
    expect(await holes()).toEqual(['2026-11-17T14:00:00.000Z 60', '2026-11-17T15:30:00.000Z 60']);
    expect(await holes('MCL')).toEqual(['2026-11-17T14:00:00.000Z 150']);
    expect(await rig.store.holes('MGC', 'ibkr', SPAN)).toEqual([hole]);
    // Two that overlap at an end, as two commands beside each other may leave them.
    await rig.store.saveHoles([{ from: hole.from, to: after(hole.to, 5 * MINUTE) }], {
      root: 'MGC',
      source: 'x',
      at: NOON,
    });
    await rig.store.saveHoles([{ ...hole, from: after(hole.from, MINUTE) }], { root: 'MGC', source: 'x', at: NOON });
    await rig.store.forgetHoles([{ from, to }], { roots: ['MGC'], source: 'x' });
    expect((await rig.store.holes('MGC', 'x', SPAN)).at(-1)).toEqual({ from: to, to: after(hole.to, 5 * MINUTE) });
    await rig.store.forgetHoles([SPAN], { roots: ['MGC', 'MCL'], source: undefined });
    expect(await sql`select * from bar_hole`).toEqual([]);
  });
});
