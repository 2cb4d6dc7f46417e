import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSymbolAnalysis } from '../../../src/domain/focus/analysis.js';
import { mes } from '../../../src/domain/instruments/catalogue/mes.js';
import { priceOf } from '../../../src/domain/instruments/contract.js';
import { after, epochMs, fromUsd, iso, MINUTE } from '../../../src/kernel/units.js';
import { focusAssetSchema } from '../../../src/messages/focus-plan.js';
import { type AnalyseCommand, runAnalyse } from '../../../src/roles/analyse-command.js';
import { runFocus } from '../../../src/roles/focus-command.js';
import { market, weekdays } from '../domain/focus/market.js';

const days = weekdays('2026-10-26', 15);
const bars = market({ seed: 'analyse', days, minutes: 240 });
const AT = epochMs(Date.parse(`${days.at(-1)}T16:37:30Z`));
const account = fromUsd(50_000);
let folder = '';
let file = '';

async function written(name: string, some: typeof bars): Promise<string> {
  const rows = some.map((bar) =>
    [iso(bar.at), ...[bar.open, bar.high, bar.low, bar.close].map((at) => priceOf(at, mes)), bar.volume].join(','),
  );
  const path = join(folder, name);
  await writeFile(path, `ts,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyse-'));
  file = await written('MES_1m.csv', bars);
});
afterAll(() => rm(folder, { recursive: true }));

const analyse = (more: Partial<AnalyseCommand> = {}) => runAnalyse({ root: 'MES', file, at: AT, account, ...more });

describe('analyse', () => {
  test('has every part, warm, and all of it survives JSON', async () => {
    const json = await analyse();
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({
      as_of: iso(AT),
      symbol: 'MES',
      bar_at: `${days.at(-1)}T16:30:00.000Z`,
      wave: { direction: expect.any(String), bull: expect.any(Number) },
      volatility: { basis: 'time-of-day' },
      quality: { version: 1, parts: { volatility: expect.any(Number) } },
      opening_range: { over: true, complete: true },
      gate: { adx: expect.any(Number) },
      regime: { rows: expect.any(Number), trained_through: `${days.at(-2)}T16:55:00.000Z` },
      regime_note: null,
    });
    expect(json.confluence.layers.map(({ layer }) => layer)).toEqual(['bias', 'setup', 'entry']);
    expect(json.confluence.layers.every(({ evidence }) => Object.keys(evidence).length > 2)).toBe(true);
    expect(json.ict?.length).toBeGreaterThan(5);
  });

  test('shows the very card of the focus command', async () => {
    const [json, plan] = [await analyse(), await runFocus({ bars: [{ root: 'MES', file }], at: AT, account })];
    expect(focusAssetSchema.parse(json.card)).toEqual(plan.assets[0]);
    expect([json.regime, json.gate, json.opening_range]).toEqual([
      plan.assets[0]?.regime,
      plan.assets[0]?.gate,
      plan.assets[0]?.opening_range,
    ]);
  });

  test('shows the numbers of the live analysis, and indicators that agree with it', async () => {
    const live = createSymbolAnalysis(mes);
    for (const bar of bars) if (bar.at + MINUTE <= AT) live.push(bar);
    live.closeThrough(AT);
    const reading = live.reading();
    const json = await analyse();
    expect(json.bars).toBe(reading?.bars);
    expect(json.ict?.length).toBe(reading?.ict?.levels.length);
    expect(json.wave?.ratio).toBeCloseTo(reading?.wave?.ratio ?? 0, 3);
    const { indicators } = json;
    expect(indicators).toMatchObject({ bars: reading?.bars, bar_at: json.bar_at, atr14: json.card.atr, ao: json.ao });
    expect(indicators).toHaveProperty('rsi14');
    expect(indicators).toHaveProperty('vwap', json.gate?.vwap);
    expect(indicators).toHaveProperty('ema20', json.confluence.layers[1]?.evidence.ema20);
  });

  test('knows nothing of bars that close later', async () => {
    const known = await written(
      'MES_cut.csv',
      bars.filter((bar) => bar.at + MINUTE <= AT),
    );
    expect(await analyse({ file: known })).toEqual(await analyse());
  });

  test('says what is not warm with null, and why there is no regime', async () => {
    const young = await written('MES_young.csv', bars.slice(-240, -200));
    const json = await analyse({ file: young, at: after(bars.at(-200)?.at ?? AT, 0) });
    expect(json).toMatchObject({ wave: null, quality: null, regime: null, gate: null, indicators: { sma20: null } });
    expect(json.regime_note).toMatch(/^not trained: /);
    expect(JSON.stringify(json)).not.toContain('NaN');
  });

  test.each([
    ['an instrument nobody knows', { root: 'XX' }, 'XX is not an instrument we know'],
    ['a file that is not there', { file: '/nowhere/a.csv' }, 'there is no such file'],
    ['an instant before the first bar', { at: epochMs(0) }, 'no bar was closed by 1970-01-01'],
  ])('refuses %s', async (_, more, why) => {
    await expect(analyse(more)).rejects.toThrow(why);
  });
});
