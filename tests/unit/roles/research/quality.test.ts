import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSettings } from '../../../../src/config/load.js';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { type ContractSpec, priceOf } from '../../../../src/domain/instruments/contract.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, epochMs, HOUR, iso, MINUTE } from '../../../../src/kernel/units.js';
import { qualityReportSchema } from '../../../../src/messages/research.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { type QualityResearch, runQualityResearch } from '../../../../src/roles/research/compose.js';
import { type BarSource, type QualityFacts, qualityReport } from '../../../../src/roles/research/quality.js';
import { type BarReader, storedSources } from '../../../../src/roles/research/stored-bars.js';
import { reportText } from '../../../../src/roles/research/text.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';
import { market, weekdays } from '../../domain/focus/market.js';

const days = weekdays('2026-11-02', 12);
const bars = market({ seed: 'research', days, minutes: 240 });
const other = market({ seed: 'research-2', days, minutes: 240 });
const quiet = (): void => {};

async function* stream(of: readonly Bar[]): AsyncGenerator<Bar> {
  yield* of;
}
const source = (spec: ContractSpec, of: readonly Bar[]): BarSource => ({ spec, name: 'x.csv', bars: stream(of) });
const reportOf = (more: Partial<QualityFacts> = {}) =>
  qualityReport({
    sources: [source(mes, bars), source(mgc, other)],
    origin: 'files',
    hours: 'active',
    since: undefined,
    code: 'abc',
    tell: quiet,
    ...more,
  });

describe('the report', () => {
  test('is what its schema says, counts what it was given and holds no time of its own', async () => {
    const report = await reportOf();
    expect(qualityReportSchema.parse(report)).toEqual(report);
    expect(report.inputs).toMatchObject([
      { symbol: 'MES', source: 'x.csv', bars: bars.length, from: iso(bars[0]?.at ?? epochMs(0)) },
      { symbol: 'MGC', bars: other.length },
    ]);
    const cells = report.cells.reduce((sum, cell) => sum + cell.plans, 0);
    expect(cells).toBe(report.plans);
    expect(report.totals.reduce((sum, cell) => sum + cell.filled, 0)).toBe(report.filled);
    for (const cell of report.cells) expect(cell.tp1 + cell.stopped + cell.timed_out).toBe(cell.filled);
  });

  test('is the same to the last letter for the same bars and code', async () => {
    expect(JSON.stringify(await reportOf())).toBe(JSON.stringify(await reportOf()));
  });

  test.each([
    ['a bar', () => ({ sources: [source(mes, bars.slice(0, -1)), source(mgc, other)] })],
    ['the code', () => ({ code: 'abd' })],
    ['the first day', () => ({ since: tradingDay('2026-11-10') })],
    ['the hours', () => ({ hours: 'all' as const })],
  ])('has another name when %s is another', async (_, more) => {
    expect((await reportOf(more())).id).not.toBe((await reportOf()).id);
  });

  test('counts only plans since a day', async () => {
    const [all, late] = [await reportOf(), await reportOf({ since: tradingDay('2026-11-10') })];
    expect(late.plans).toBeLessThan(all.plans);
    expect(late.plans).toBeGreaterThan(20);
    expect(late.since).toBe('2026-11-10');
  });

  test('says of demo bars that they prove nothing', async () => {
    expect((await reportOf({ origin: 'demo' })).summary).toContain('synthetic');
  });

  test('refuses an instrument without a bar by name', async () => {
    await expect(reportOf({ sources: [source(mes, [])] })).rejects.toThrow('MES: x.csv has no usable bar');
  });

  test('on a terminal says the sentence first and marks what is too small', async () => {
    const report = await reportOf();
    const lines = reportText(report);
    expect(lines[0]).toBe(report.summary);
    const small = report.cells.filter((cell) => cell.too_small).length;
    expect(lines.filter((line) => line.endsWith('*'))).toHaveLength(
      small + report.totals.filter((cell) => cell.too_small).length,
    );
    expect(lines.join('\n')).toContain('* fewer than 30 filled plans or 10 days: says nothing');
    expect(lines.at(-1)).toBe(`report ${report.id}, code abc`);
  });
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'research-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, extra: readonly string[] = []): Promise<string> {
  const lines = bars.map((bar) =>
    [iso(bar.at), ...[bar.open, bar.high, bar.low, bar.close].map((at) => priceOf(at, mes)), bar.volume].join(','),
  );
  const path = join(folder, name);
  await writeFile(path, ['ts,open,high,low,close,volume', ...lines, ...extra, ''].join('\n'));
  return path;
}

async function research(more: Partial<QualityResearch>) {
  const [said, told]: [string[], string[]] = [[], []];
  await runQualityResearch({
    settings: parseSettings({ COPILOT_DATA_DIR: join(folder, 'nothing-runs-here') }),
    bars: [],
    since: undefined,
    allHours: false,
    isForPeople: false,
    say: (line) => said.push(line),
    tell: (line) => told.push(line),
    ...more,
  });
  return { said, told };
}

describe('the command', () => {
  test('prints one line of JSON from files, and says that nothing keeps it', async () => {
    const file = await written('MES_1m.csv', ['2026-11-20T14:30:00Z,1,2,x,1,1']);
    const { said, told } = await research({ bars: [{ root: 'MES', file }] });
    expect(said).toHaveLength(1);
    const report = qualityReportSchema.parse(JSON.parse(said[0] ?? ''));
    expect(report).toMatchObject({
      origin: 'files',
      inputs: [{ symbol: 'MES', source: 'MES_1m.csv', bars: bars.length }],
    });
    expect(told.join('\n')).toMatch(/line \d+: low: "x" is not a number/);
    expect(told.join('\n')).toContain('1 rows refused');
    expect(told.at(-1)).toMatch(/^not kept/);
  });

  test('prints a table for people', async () => {
    const { said } = await research({ bars: [{ root: 'MES', file: await written('MES_1m.csv') }], isForPeople: true });
    expect(said.join('\n')).toMatch(/bias +quality +plans/);
  });

  test.each([
    ['neither files nor a system', async () => ({}), 'USAGE', /research-quality needs bars: --bars MES=FILE/],
    ['an unknown root', async () => ({ bars: [{ root: 'XX', file: 'x' }] }), 'USAGE', /XX is not an instrument/],
    [
      'a missing file',
      async () => ({ bars: [{ root: 'MES', file: '/nowhere/MES.csv' }] }),
      'BAR_FILE_INVALID',
      /there is no such file/,
    ],
    [
      'bars longer than a minute',
      async () => ({ bars: [{ root: 'MES', file: await written('MES_5m_.csv') }] }),
      'BAR_FILE_INVALID',
      /bars of 5 minutes; outcomes are followed on 1-minute bars/,
    ],
    [
      'a day after the last bar: an empty report would take the place of the last good one',
      async () => ({ bars: [{ root: 'MES', file: await written('MES_1m.csv') }], since: '2027-01-05' }),
      'BAR_FILE_INVALID',
      /no plan can be followed on 2027-01-05 or later; the newest bar is of 20/,
    ],
    [
      'a weekend',
      async () => ({ bars: [{ root: 'MES', file: 'x' }], since: '2026-11-21' }),
      'USAGE',
      /--since is "2026-11-21"; expected a trading day/,
    ],
  ])('refuses %s', async (_, more, code, sentence) => {
    await expect(research(await more())).rejects.toMatchObject({ code, message: expect.stringMatching(sentence) });
  });

  test('claims nothing from one recorded week', async ({ skip }) => {
    const file = dataFile('real/ES_1m_2013-10-06_2013-10-11.csv');
    if (file === undefined) return skip(NEEDS_DATA);
    const { said } = await research({ bars: [{ root: 'MES', file }] });
    const report = qualityReportSchema.parse(JSON.parse(said[0] ?? ''));
    expect(report.plans).toBeGreaterThan(50);
    expect(report.verdict).toBe('unknown');
    expect(report.cells.every((cell) => cell.too_small && cell.mean_r === null)).toBe(true);
  });
});

describe('bars of a store', () => {
  const fed = (of: readonly Bar[], lengthMs?: number): readonly FeedBar[] =>
    of.map((bar) => ({ root: 'MES', contract: 'MESZ6', bar, ...(lengthMs === undefined ? {} : { lengthMs }) }));
  const readerOf = (kept: readonly FeedBar[]): BarReader => ({
    async range(root, from, to) {
      return kept.filter((it) => it.root === root && it.bar.at >= from && it.bar.at < to);
    },
    async newest(root) {
      return kept.findLast((it) => it.root === root)?.bar.at;
    },
  });
  const all = async (found: readonly BarSource[]): Promise<readonly Bar[]> => {
    const read: Bar[] = [];
    for (const { bars: some } of found) for await (const bar of some) read.push(bar);
    return read;
  };

  test('are all read, in order, and an instrument without bars is left out with a sentence', async () => {
    const told: string[] = [];
    const found = await storedSources(readerOf(fed(bars)), [mes, mgc], {
      since: undefined,
      tell: (it) => told.push(it),
    });
    expect(found.map(({ spec }) => spec.root)).toEqual(['MES']);
    expect(told).toEqual(['MGC: the store has no bars']);
    expect(await all(found)).toEqual(bars);
  });

  test('since a day come with the 25 trading days that warm the analysis', async () => {
    const since = tradingDay('2026-11-16');
    const early = bars.map((bar) => ({ ...bar, at: after(bar.at, -60 * 24 * HOUR) }));
    const found = await storedSources(readerOf([...fed(early), ...fed(bars)]), [mes], { since, tell: quiet });
    const read = await all(found);
    expect(read).toEqual(bars);
  });

  test('longer than a minute are left out', async () => {
    const coarse = fed(bars.slice(0, 50), 5 * MINUTE);
    expect(
      await all(
        await storedSources(readerOf([...coarse, ...fed(bars.slice(50))]), [mes], { since: undefined, tell: quiet }),
      ),
    ).toEqual(bars.slice(50));
    await expect(
      storedSources(readerOf(fed(bars, 5 * MINUTE)), [mes], { since: undefined, tell: quiet }),
    ).rejects.toThrow(/no 1-minute bars of the watch list/);
  });
});
