import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { marketMinutes } from '../../../src/adapters/feeds/demo/market.js';
import type { Bar } from '../../../src/domain/bars/bar.js';
import { createResampler } from '../../../src/domain/bars/resample.js';
import { mes } from '../../../src/domain/instruments/catalogue/mes.js';
import { epochMs, FIVE_MINUTES, iso } from '../../../src/kernel/units.js';
import { type EngineRow, engineRows } from '../../ninjatrader/parity/engine-rows.js';
import { compile, csharpIn, runMono } from '../../support/mono.js';

interface ChartBar {
  readonly body: string;
  readonly outline: string;
  readonly EMA9: number;
  readonly Upper: number;
  readonly Middle: number;
  readonly Lower: number;
  readonly Support: number;
  readonly Resistance: number;
}
interface Drawing {
  readonly kind: 'ArrowUp' | 'ArrowDown' | 'Text' | 'TextFixed';
  readonly tag: string;
  readonly text: string;
  readonly bar: number;
  readonly y: number;
  readonly brush: string;
  readonly position: string;
}
interface Chart {
  readonly bars: readonly ChartBar[];
  readonly drawn: readonly Drawing[];
  readonly plots: readonly string[];
  readonly faults: readonly string[];
  readonly printed: readonly string[];
  readonly copyFaults: number;
  readonly copyDrawn: number;
  readonly copyPrinted: number;
  readonly parameters: readonly string[];
}

let folder = '';
let program = '';
let file = '';
let bars: readonly Bar[] = [];
let rows: readonly EngineRow[] = [];
let usual: Chart;

/** The last 900 closed bars of the demo market: more than three trading days. */
function demoBars(): readonly Bar[] {
  const start = epochMs(Date.parse('2026-11-20T15:00:00Z'));
  const resampler = createResampler(FIVE_MINUTES);
  const closed: Bar[] = [];
  for (const minute of marketMinutes({ seed: 3, start, roots: ['MES'] })) {
    if (minute.close > start) break;
    for (const { bar } of minute.bars) closed.push(...resampler.push(bar));
  }
  return closed.slice(-900);
}

async function chart(...words: readonly string[]): Promise<Chart> {
  return JSON.parse(await runMono(program, [file, ...words]));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'copilot-fks-'));
  program = compile(
    [
      ...csharpIn('src/ninjatrader', /^F[kK][sS]/),
      ...csharpIn('tests/ninjatrader/stubs'),
      ...csharpIn('tests/ninjatrader/harness', /^Fks/),
      ...csharpIn('tests/ninjatrader/parity', /^JsonLine/),
    ],
    join(folder, 'fks.exe'),
  );
  bars = demoBars();
  rows = engineRows(bars, mes);
  file = join(folder, 'bars.csv');
  const points = (price: Bar['open']) => price / mes.ticksPerPoint;
  const lines = bars.map(({ at, open, high, low, close, volume }) =>
    [iso(at), points(open), points(high), points(low), points(close), volume].join(','),
  );
  writeFileSync(file, `ts,open,high,low,close,volume\n${lines.join('\n')}\n`);
  usual = await chart('history=800');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kindOf = (drawn: readonly Drawing[], kind: Drawing['kind']) => drawn.filter((drawing) => drawing.kind === kind);
const boxOf = ({ drawn }: Chart) => kindOf(drawn, 'TextFixed')[0];

describe('FKS_Core on a chart of 800 bars of history and 100 live ones', () => {
  test('lets no exception out of a callback, prints nothing, and the copy for the dialog does nothing', () => {
    expect(usual.faults).toEqual([]);
    expect(usual.printed).toEqual([]);
    expect([usual.copyFaults, usual.copyDrawn, usual.copyPrinted]).toEqual([0, 0, 0]);
  });

  test('has its lines in their colours', () => {
    expect(usual.plots).toEqual([
      'EMA9 Blue',
      'Upper Red',
      'Middle Magenta',
      'Lower Lime',
      'Support Gold',
      'Resistance Gold',
    ]);
    for (const [i, { ema9, bands, arrow }] of rows.entries()) {
      const bar = usual.bars[i];
      expect(bar?.EMA9).toBeCloseTo((ema9 ?? 0) / 4, 8);
      expect(bar?.Upper).toBeCloseTo((bands?.upper ?? 0) / 4, 8);
      expect(bar?.Middle).toBeCloseTo((bands?.middle ?? 0) / 4, 8);
      expect(bar?.Lower).toBeCloseTo((bands?.lower ?? 0) / 4, 8);
      expect(bar?.Support).toBe((arrow.support ?? 0) / 4);
      expect(bar?.Resistance).toBe((arrow.resistance ?? 0) / 4);
    }
  });

  test('colours every bar by side and volume as the engine sorts them', () => {
    const body = { up: ['Green', 'Lime'], down: ['Red', 'Orange'], flat: ['none', 'none'] } as const;
    const outline = { up: 'DarkGreen', down: 'DarkRed', flat: 'none' } as const;
    expect(usual.bars.map((bar) => [bar.body, bar.outline])).toEqual(
      rows.map(({ volumeBar: { side, isSpike } }) => [body[side][isSpike ? 1 : 0], outline[side]]),
    );
    expect(new Set(usual.bars.map((bar) => bar.body)).size).toBe(5);
  });

  test('draws an arrow at each of the engine’s, under the low or over the high, with a tag of its own', () => {
    const arrows = usual.drawn.filter(({ kind }) => kind.startsWith('Arrow'));
    expect(arrows.map(({ kind, bar, tag, brush }) => [kind, bar, tag, brush])).toEqual(
      rows.flatMap(({ arrow: { arrow } }, i) =>
        arrow === undefined
          ? []
          : [arrow === 'BUY' ? ['ArrowUp', i, `FKS_Buy_${i}`, 'Lime'] : ['ArrowDown', i, `FKS_Sell_${i}`, 'Red']],
      ),
    );
    expect(arrows.length).toBeGreaterThan(3);
    for (const { kind, bar, y } of arrows) {
      if (kind === 'ArrowUp') expect(y).toBeLessThan((bars[bar]?.low ?? 0) / 4);
      else expect(y).toBeGreaterThan((bars[bar]?.high ?? 0) / 4);
    }
  });

  test('writes a label at each hint, and none lies on a bar beside it or on another label', () => {
    const labels = kindOf(usual.drawn, 'Text');
    expect(labels.map(({ bar, text, tag }) => [bar, text, tag])).toEqual(
      rows.flatMap(({ hint }, i) => (hint ? [[i, hint, `FKS_Label_${i}`]] : [])),
    );
    expect(new Set(labels.map(({ text }) => text))).toEqual(new Set(['TP/BE', 'ADD', 'LOW VOL']));
    for (const { bar, y } of labels) {
      const beside = bars.slice(Math.max(0, bar - 3), bar + 4);
      expect(
        beside.every(({ high, low }) => y > high / 4 || y < low / 4),
        `label at bar ${bar}`,
      ).toBe(true);
    }
    const touching = labels.flatMap((label, i) =>
      labels.slice(i + 1).filter(({ bar, y }) => bar - label.bar <= 3 && Math.abs(y - label.y) < 0.5),
    );
    expect(touching).toEqual([]);
  });

  test('shows the newest figures in the box at the top right', () => {
    const box = boxOf(usual);
    const { reading, arrow } = rows.at(-1) ?? {};
    expect(box).toMatchObject({ tag: 'FKS_Box', position: 'TopRight', brush: 'WhiteSmoke' });
    expect(box?.text.split('\n')).toEqual([
      `Wave ${reading?.wave?.dominantRatio.toFixed(2)}x ${reading?.wave?.direction}`,
      expect.stringMatching(/^AO [+-]\d+\.\d{3} (bullish|bearish)$/),
      expect.stringMatching(
        new RegExp(`^Quality ${Math.floor(reading?.quality?.score ?? -1)} (skip today|fair|good)$`),
      ),
      `R ${((arrow?.resistance ?? 0) / 4).toFixed(2)}  S ${((arrow?.support ?? 0) / 4).toFixed(2)}`,
      expect.stringMatching(/^Volatility \d+% (very low|low|normal|high|very high) \(recent: \d of 5 days\)$/),
    ]);
  });

  test('offers its parameters to the dialog with range and name', () => {
    expect(usual.parameters).toEqual([
      'SR_Lookback: Display NinjaScriptProperty Range',
      'AO_Fast: Display NinjaScriptProperty Range',
      'AO_Slow: Display NinjaScriptProperty Range',
      'WaveLookback: Display NinjaScriptProperty Range',
      'MinWaveRatio: Display NinjaScriptProperty Range',
      'ShowLabels: Display NinjaScriptProperty',
      'Ema9: Browsable XmlIgnore',
      'Support: Browsable XmlIgnore',
      'Resistance: Browsable XmlIgnore',
    ]);
  });
});

describe('the same chart, whatever happens to it', () => {
  const events = ({ drawn }: Chart) =>
    drawn.map(({ kind, tag, text, y }) => ({ kind, tag, text, y })).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const colours = ({ bars }: Chart) => bars.map(({ body, outline }) => [body, outline]);

  test.each([
    ['with another clock on the wall', ['history=800', 'zone=Europe/Berlin']],
    ['wholly from history', []],
    ['wholly live', ['history=0']],
    ['with a session break in history', ['history=800', 'breakAt=500']],
    ['with a session break while live', ['history=800', 'breakAt=850']],
  ])('%s', async (_, words) => {
    const other = await chart(...words);
    expect(other.faults).toEqual([]);
    expect(other.printed).toEqual([]);
    expect(events(other)).toEqual(events(usual));
    expect(colours(other)).toEqual(colours(usual));
  });

  test.each([
    ['tick by tick while live', ['history=800', 'calculate=OnEachTick']],
    ['tick by tick in a replay', ['history=900', 'calculate=OnEachTick', 'tickReplay=yes']],
  ])('%s: the last bar is still forming and is left alone', async (_, words) => {
    const ticked = await chart(...words);
    expect(ticked.faults).toEqual([]);
    expect(colours(ticked).slice(0, -1)).toEqual(colours(usual).slice(0, -1));
    expect(colours(ticked).at(-1)).toEqual(['none', 'none']);
    const arrows = (of: Chart) => events(of).filter(({ kind }) => kind.startsWith('Arrow'));
    expect(arrows(ticked)).toEqual(arrows(usual).filter(({ tag }) => !tag.endsWith(`_${bars.length - 1}`)));
  });
});

describe('FKS_Core with other settings', () => {
  test('hides its labels and keeps the rest', async () => {
    const { drawn } = await chart('history=800', 'ShowLabels=false');
    expect(kindOf(drawn, 'Text')).toEqual([]);
    expect(drawn).toHaveLength(usual.drawn.length - kindOf(usual.drawn, 'Text').length);
  });

  test('a shorter lookback moves support and resistance closer', async () => {
    const { bars: near } = await chart('SR_Lookback=5');
    const width = (of: readonly ChartBar[]) =>
      of.slice(30).reduce((sum, { Support, Resistance }) => sum + Resistance - Support, 0);
    expect(width(near)).toBeLessThan(width(usual.bars) / 1.5);
  });

  test('a high threshold leaves no arrow, a low one gives more', async () => {
    const count = ({ drawn }: Chart) => drawn.filter(({ kind }) => kind.startsWith('Arrow')).length;
    expect(count(await chart('MinWaveRatio=20'))).toBe(0);
    expect(count(await chart('MinWaveRatio=0.1'))).toBeGreaterThan(count(usual));
  });

  test('another oscillator or fewer waves change the box, which says that the card will differ', async () => {
    for (const word of ['AO_Slow=55', 'AO_Fast=3', 'WaveLookback=5']) {
      const box = boxOf(await chart(word))?.text;
      expect(box).not.toBe(boxOf(usual)?.text);
      expect(box).toMatch(/\nown settings: differs from the card$/);
    }
  });

  test('a chart of another bar length says that the card will differ', async () => {
    expect(boxOf(await chart('minutes=1'))?.text).toMatch(/\nnot a 5-minute chart: differs from the card$/);
    const ticks = await chart('minutes=0');
    expect(ticks.faults).toEqual([]);
    expect(boxOf(ticks)?.text).toMatch(/\nnot a 5-minute chart: differs from the card$/);
  });

  test.each([
    ['AO_Fast=34', 'FKS_Core is off: AO_Fast must be smaller than AO_Slow'],
    ['instrument=none', 'FKS_Core is off: the chart has no instrument'],
    ['tick=0', 'FKS_Core is off: TickSize must be above 0'],
  ])('%s: is off and says why, once', async (word, sentence) => {
    const off = await chart(word);
    expect(off.faults).toEqual([]);
    expect(off.printed).toEqual([sentence]);
    expect(off.drawn.map(({ kind, text }) => [kind, text])).toEqual([['TextFixed', sentence]]);
  });

  test('works without Bars, as a chart whose bar length is not known', async () => {
    const bare = await chart('history=800', 'bars=none');
    expect(bare.faults).toEqual([]);
    expect(boxOf(bare)?.text).toMatch(/not a 5-minute chart/);
  });
});

test('Terminated while bars are coming in lets no exception out, and a bar after it is not drawn', async () => {
  const cut = await chart('history=300', 'terminateAt=400');
  expect(cut.faults).toEqual([]);
  expect(cut.printed).toEqual([]);
  expect(cut.bars).toHaveLength(bars.length + 1);
  expect(cut.bars.slice(0, 400).map(({ body }) => body)).toEqual(usual.bars.slice(0, 400).map(({ body }) => body));
  expect(usual.bars.at(-1)?.body).not.toBe('none');
  expect(cut.bars.at(-1)?.body).toBe('none');
});

test('an empty chart and one of a single bar are no trouble', async () => {
  const whole = file;
  file = join(folder, 'few.csv');
  for (const count of [0, 1]) {
    writeFileSync(
      file,
      ['ts,open,high,low,close,volume', '2026-11-20T14:30:00Z,1,2,1,2,5'].slice(0, 1 + count).join('\n'),
    );
    const few = await chart();
    expect(few.faults).toEqual([]);
    expect(few.bars).toHaveLength(count);
  }
  file = whole;
});
