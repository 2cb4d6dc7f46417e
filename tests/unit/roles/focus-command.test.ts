import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mes } from '../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../src/domain/instruments/catalogue/mgc.js';
import { type ContractSpec, priceOf } from '../../../src/domain/instruments/contract.js';
import { epochMs, fromUsd, HOUR, iso, MINUTE } from '../../../src/kernel/units.js';
import { focusPlanSchema } from '../../../src/messages/focus-plan.js';
import { runFocus } from '../../../src/roles/focus-command.js';
import { market, weekdays } from '../domain/focus/market.js';

const days = weekdays('2026-11-02', 12);
let folder = '';
const files = { MES: '', MGC: '' };

async function writeMarket(spec: ContractSpec, minutes: number): Promise<string> {
  const lines = market({ seed: spec.root, days, minutes }).map((bar) =>
    [iso(bar.at), ...[bar.open, bar.high, bar.low, bar.close].map((at) => priceOf(at, spec)), bar.volume].join(','),
  );
  const path = join(folder, `${spec.root}_1m.csv`);
  await writeFile(path, `ts,open,high,low,close,volume\n${lines.join('\n')}\n`);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'focus-'));
  files.MES = await writeMarket(mes, 150);
  files.MGC = await writeMarket(mgc, 150);
});
afterAll(() => rm(folder, { recursive: true }));

const eight = Date.parse(`${days.at(-1)}T13:00:00Z`);
const at = (minutes: number) => epochMs(eight + minutes * MINUTE);
const both = () => [
  { root: 'MES', file: files.MES },
  { root: 'MGC', file: files.MGC },
];
const plan = (minutes: number) => runFocus({ bars: both(), at: at(minutes), account: fromUsd(50_000) });

describe('focus from bar files', () => {
  test('makes a valid plan of every file given', async () => {
    const json = await plan(95);
    expect(focusPlanSchema.parse(json)).toEqual(json);
    expect(json).toMatchObject({ as_of: iso(at(95)), mode: 'replay', session: 'active', account: { risk_cap: 375 } });
    expect(json.assets.map((asset) => asset.symbol).toSorted()).toEqual(['MES', 'MGC']);
    for (const asset of json.assets) {
      expect(asset).toMatchObject({ stale: false, vol_basis: 'time-of-day', data_age_s: 0, bar_at: iso(at(90)) });
      expect(asset.risk_dollars).toBeLessThanOrEqual(375);
    }
  });

  test('uses only bars that were closed by then', async () => {
    const path = join(folder, 'MES_cut.csv');
    const { readFile } = await import('node:fs/promises');
    const lines = (await readFile(files.MES, 'utf8')).split('\n');
    const cut = lines.filter(
      (line) => line.startsWith('ts') || (line !== '' && Date.parse(line.slice(0, 24)) + MINUTE <= at(97)),
    );
    await writeFile(path, `${cut.join('\n')}\n`);
    const of = (file: string) => runFocus({ bars: [{ root: 'MES', file }], at: at(97), account: fromUsd(50_000) });
    expect(await of(path)).toEqual(await of(files.MES));
    expect((await of(path)).assets[0]).toMatchObject({ price_at: iso(at(97)), bar_at: iso(at(90)) });
  });

  test('says the same every time', async () => {
    expect(JSON.stringify(await plan(100))).toBe(JSON.stringify(await plan(100)));
  });

  test('calls old data stale and raises the banner', async () => {
    const json = await runFocus({ bars: both(), at: epochMs(at(150) + HOUR), account: fromUsd(50_000) });
    expect(json.assets.every((asset) => asset.stale && !asset.tradeable)).toBe(true);
    expect(json.no_trade.reasons[0]).toMatchObject({ id: 'no-fresh-data' });
  });

  test.each([
    ['an unknown root', () => [{ root: 'XX', file: files.MES }], 'USAGE', /XX is not an instrument/],
    [
      'a missing file',
      () => [{ root: 'MES', file: '/nowhere/x.csv' }],
      'BAR_FILE_INVALID',
      /x\.csv: there is no such file/,
    ],
    [
      'prices of another market',
      () => [{ root: 'MES', file: files.MGC }],
      'BAR_FILE_INVALID',
      /first refusal: line \d+: .* off the tick grid/,
    ],
  ])('%s is a clear error', async (_, bars, code, message) => {
    const early = epochMs(Date.parse(`${days[0]}T13:02:00Z`));
    const run = runFocus({ bars: bars(), at: code === 'BAR_FILE_INVALID' ? early : at(95), account: fromUsd(50_000) });
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('an instant before the first bar is a clear error', async () => {
    const run = runFocus({ bars: both(), at: epochMs(0), account: fromUsd(50_000) });
    await expect(run).rejects.toMatchObject({
      code: 'BAR_FILE_INVALID',
      message: expect.stringContaining('no bar was closed by'),
    });
  });
});
