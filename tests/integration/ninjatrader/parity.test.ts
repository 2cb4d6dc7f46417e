import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBarFile } from '../../../src/adapters/feeds/csv/bar-file.js';
import { marketMinutes } from '../../../src/adapters/feeds/demo/market.js';
import type { Bar } from '../../../src/domain/bars/bar.js';
import { createResampler } from '../../../src/domain/bars/resample.js';
import { mes } from '../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../src/domain/instruments/catalogue/mgc.js';
import { type ContractSpec, priceOf } from '../../../src/domain/instruments/contract.js';
import { etMinuteOfDay } from '../../../src/domain/sessions/session.js';
import { tradingDayOf } from '../../../src/domain/sessions/trading-day.js';
import { DAY, epochMs, FIVE_MINUTES, HOUR, iso, MINUTE } from '../../../src/kernel/units.js';
import { expectNear, golden } from '../../golden/load.js';
import { type EngineRow, engineRows } from '../../ninjatrader/parity/engine-rows.js';
import { vectorCases } from '../../ninjatrader/parity/vectors.js';
import { dataFile, NEEDS_DATA } from '../../support/data.js';
import { compile, csharpIn, runMono } from '../../support/mono.js';

let folder = '';
let program = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-parity-'));
  const files = [...csharpIn('src/ninjatrader', /^FksCalc/), ...csharpIn('tests/ninjatrader/parity')];
  program = compile(files, join(folder, 'parity.exe'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Row = Readonly<Record<string, number | string | boolean | null>>;

async function linesOf(args: readonly string[]): Promise<readonly string[]> {
  return (await runMono(program, args)).trimEnd().split('\n');
}

/** What the C# says at each bar, from the bars as a platform would export them. */
async function csharpRows(bars: readonly Bar[], spec: ContractSpec): Promise<readonly Row[]> {
  const price = (at: Bar['open']) => priceOf(at, spec).toFixed(spec.decimals);
  const rows = bars.map(({ at, open, high, low, close, volume }) =>
    [iso(at), price(open), price(high), price(low), price(close), volume].join(','),
  );
  const path = join(folder, 'bars.csv');
  writeFileSync(path, `ts,open,high,low,close,volume\n${rows.join('\n')}\n`);
  return (await linesOf([path, String(1 / spec.ticksPerPoint)])).map((line): Row => JSON.parse(line));
}

function fiveMinuteBars(minutes: Iterable<Bar>): readonly Bar[] {
  const resampler = createResampler(FIVE_MINUTES);
  const closed: Bar[] = [];
  for (const bar of minutes) closed.push(...resampler.push(bar));
  return closed;
}

async function recorded(path: string, spec: ContractSpec): Promise<readonly Bar[]> {
  const bars: Bar[] = [];
  for await (const item of (await readBarFile(path, spec)).items) if (item.kind === 'bar') bars.push(item.bar);
  return fiveMinuteBars(bars);
}

/** Trading days of the demo market up to an instant, over the end of summer time. */
function demo(spec: ContractSpec): readonly Bar[] {
  const start = epochMs(Date.parse('2026-11-20T15:00:00Z'));
  const bars: Bar[] = [];
  for (const minute of marketMinutes({ seed: 7, start, roots: [spec.root] })) {
    if (minute.close > start) break;
    bars.push(...minute.bars.map(({ bar }) => bar));
  }
  return fiveMinuteBars(bars);
}

/** What the engine says, in the words and the units of the C#. */
function expectedOf({ bar, reading, atr, ema9, bands, volumeBar, arrow, hint }: EngineRow, spec: ContractSpec) {
  const { wave, volatility, quality } = reading;
  const inTicks = (points: number | undefined) => (points === undefined ? null : points * spec.ticksPerPoint);
  return {
    at: bar.at,
    atr: atr ?? null,
    ao: inTicks(reading.ao),
    ema9: ema9 ?? null,
    upper: bands?.upper ?? null,
    middle: bands?.middle ?? null,
    lower: bands?.lower ?? null,
    support: arrow.support ?? null,
    resistance: arrow.resistance ?? null,
    meanBefore: volumeBar.meanBefore ?? null,
    side: capital(volumeBar.side),
    isSpike: volumeBar.isSpike,
    arrow: capital(arrow.arrow ?? 'none'),
    hint: { 'TP/BE': 'Protect', ADD: 'Add', 'LOW VOL': 'LowVolume', none: 'None' }[hint ?? 'none'],
    ...(wave && {
      bull: inTicks(wave.bull),
      bear: inTicks(wave.bear),
      ratio: wave.ratio,
      dominance: wave.dominance,
      dominantRatio: wave.dominantRatio,
      direction: capital(wave.direction),
      trendSpeed: inTicks(wave.trendSpeed),
      currentRatio: wave.currentRatio ?? null,
    }),
    ...(volatility && {
      percentile: volatility.percentile,
      isTimeOfDay: volatility.basis === 'time-of-day',
      days: volatility.days,
      regime: volatility.regime,
    }),
    ...(quality && {
      quality: quality.score,
      context: capital(quality.context),
      volatility: quality.parts.volatility,
      momentum: quality.parts.momentum,
      impulse: quality.parts.impulse,
      candle: quality.parts.candle,
      higherFrame: quality.parts.higher_frame,
    }),
  };
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** Numbers to 1e-9 of their own size; where a difference of two large ones is small, to 1e-9 of a tick. */
function isNear(actual: unknown, expected: unknown): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number') return actual === expected;
  return Math.abs(actual - expected) <= 1e-9 * Math.max(1e-2, Math.abs(expected));
}

async function expectParity(bars: readonly Bar[], spec: ContractSpec): Promise<readonly Row[]> {
  const engine = engineRows(bars, spec);
  const csharp = await csharpRows(bars, spec);
  expect(csharp).toHaveLength(engine.length);
  const differences = engine.flatMap((row, i) => {
    const [expected, actual] = [expectedOf(row, spec), csharp[i] ?? {}];
    expect(Object.keys(actual).sort(), `fields at ${iso(row.bar.at)}`).toEqual(Object.keys(expected).sort());
    return Object.entries(expected)
      .filter(([name, value]) => !isNear(actual[name], value))
      .map(([name, value]) => `${iso(row.bar.at)} ${name}: ${actual[name]} instead of ${value}`);
  });
  expect(differences.slice(0, 20)).toEqual([]);
  return csharp;
}

const share = (rows: readonly Row[], holds: (row: Row) => boolean) => rows.filter(holds).length;

describe.for([
  ['ES_1m_2013-10-06_2013-10-11.csv', mes],
  ['GC_1m_2013-10-07_2013-10-11.csv', mgc],
] as const)('the recorded week of %s', ([name, spec]) => {
  test('reads the same in the indicator and in the engine, bar by bar', async ({ skip }) => {
    const path = dataFile(`real/${name}`);
    if (path === undefined) return skip(NEEDS_DATA);
    const rows = await expectParity(await recorded(path, spec), spec);
    expect(rows.length).toBeGreaterThan(1_300);
    expect(share(rows, ({ ratio }) => typeof ratio === 'number' && ratio !== 1)).toBeGreaterThan(1_200);
    expect(share(rows, ({ quality }) => typeof quality === 'number')).toBeGreaterThan(1_300);
    expect(
      share(rows, ({ arrow }) => arrow !== 'None'),
      'measured 12 on ES, 11 on GC',
    ).toBeGreaterThan(5);
    expect(new Set(rows.map(({ hint }) => hint))).toEqual(new Set(['None', 'Protect', 'Add', 'LowVolume']));
  });
});

describe.for([mes, mgc])('the demo market of $root', (spec) => {
  test('reads the same over 26 trading days and the end of summer time', async () => {
    const rows = await expectParity(demo(spec), spec);
    expect(rows.length).toBeGreaterThan(6_000);
    expect(share(rows, ({ isTimeOfDay }) => isTimeOfDay === true)).toBeGreaterThan(4_000);
    expect(share(rows, ({ days }) => days === 20)).toBeGreaterThan(500);
    expect(new Set(rows.map(({ arrow }) => arrow))).toEqual(new Set(['None', 'Buy', 'Sell']));
    expect(new Set(rows.map(({ side }) => side))).toEqual(new Set(['Up', 'Down', 'Flat']));
  });
});

test("New York's clock and the trading day agree through every clock change from 2007 to 2035", async () => {
  const from = Date.parse('2007-01-01T00:07:00Z');
  const hours = Array.from({ length: 29 * 366 * 24 }, (_, i) => from + i * HOUR);
  const edges = hours.filter((at) => etMinuteOfDay(epochMs(at)) % 60 !== etMinuteOfDay(epochMs(at + HOUR)) % 60);
  expect(edges, 'New York is whole hours from UTC').toEqual([]);
  const changes = hours.filter((at) => {
    const step = etMinuteOfDay(epochMs(at + HOUR)) - etMinuteOfDay(epochMs(at));
    return step !== 60 && step !== 60 - 24 * 60;
  });
  expect(changes.length).toBe(2 * 29);
  const instants = [
    ...changes.flatMap((at) => [-8, -7, 0, 1, 52, 53, 54].map((m) => at + m * MINUTE)),
    ...everyNth(hours, 7),
  ];
  const path = join(folder, 'instants.txt');
  writeFileSync(path, `${instants.join('\n')}\n`);
  const told = await linesOf(['clock', path]);
  const wrong = instants.flatMap((at, i) => {
    const day = Date.parse(tradingDayOf(epochMs(at))) / DAY;
    const expected = `${etMinuteOfDay(epochMs(at))} ${day}`;
    return told[i] === expected ? [] : [`${iso(epochMs(at))}: ${told[i]} instead of ${expected}`];
  });
  expect(wrong.slice(0, 10)).toEqual([]);
});

const everyNth = <T>(all: readonly T[], n: number): readonly T[] => all.filter((_, i) => i % n === 0);

test('the hand-worked cases of arrows, hints and volume bars come out the same in C#', async () => {
  const { lines, answers } = vectorCases(golden);
  expect(answers.length).toBeGreaterThan(60);
  const path = join(folder, 'vectors.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  const told = await linesOf(['vectors', path]);
  expect(told).toHaveLength(answers.length);
  for (const [i, answer] of answers.entries()) {
    if (answer) expectNear(withoutNull(JSON.parse(told[i] ?? '{}')), answer.expected, answer.where);
  }
});

const withoutNull = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null));

test('a bar that is no bar, or comes again, is refused and changes nothing after it', async () => {
  const rows = (extra: readonly string[]) => {
    const bars = Array.from({ length: 40 }, (_, i) => {
      const [at, low] = [iso(epochMs(Date.parse('2026-11-19T14:00:00Z') + i * FIVE_MINUTES)), 100 + ((i * 7) % 11)];
      return `${at},${low},${low + 2},${low - 1},${low + 1},${10 + i}`;
    });
    return ['ts,open,high,low,close,volume', ...bars.slice(0, 20), ...extra, ...bars.slice(20)].join('\n');
  };
  const bad = [
    '2026-11-19T15:35:00Z,100,102,99,101,5',
    '2026-11-19T15:00:00Z,100,102,99,101,5',
    '2026-11-19T15:36:00Z,100,99,102,101,5',
    '2026-11-19T15:36:00Z,NaN,102,99,101,5',
    '2026-11-19T15:36:00Z,100,102,99,103,5',
    '2026-11-19T15:36:00Z,100,102,99,101,-1',
  ];
  const path = join(folder, 'bad.csv');
  writeFileSync(path, rows([]));
  const clean = await linesOf([path, '0.25']);
  writeFileSync(path, rows(bad));
  const told = await linesOf([path, '0.25']);
  expect(told.filter((line) => line === 'null')).toHaveLength(bad.length);
  expect(told.filter((line) => line !== 'null')).toEqual(clean);
});
