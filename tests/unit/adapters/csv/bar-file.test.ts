import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BarFileItem, countsText, readBarFile } from '../../../../src/adapters/feeds/csv/bar-file.js';
import { intervalOfFile, isPriceProxy, rootOfFile } from '../../../../src/adapters/feeds/csv/bar-file-name.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { sil } from '../../../../src/domain/instruments/catalogue/sil.js';
import type { ContractSpec } from '../../../../src/domain/instruments/contract.js';
import { MINUTE } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';

const HEADER = 'ts,open,high,low,close,volume';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bar-file-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

async function readAll(path: string, spec: ContractSpec) {
  const file = await readBarFile(path, spec);
  const items: BarFileItem[] = [];
  for await (const item of file.items) items.push(item);
  const bars = items.flatMap((item) => (item.kind === 'bar' ? [item.bar] : []));
  const refused = items.flatMap((item) => (item.kind === 'refused' ? [item] : []));
  return { ...file, bars, refused };
}

describe('a file of bars', () => {
  test('gives the bars in ticks', async () => {
    const path = await write('MES_1m_a.csv', HEADER, '2013-10-06T22:00:00Z,1676.75,1677.25,1673.5,1675.25,1884');
    const { bars, intervalMs, counts } = await readAll(path, mes);
    expect(bars).toEqual([
      { at: Date.parse('2013-10-06T22:00:00Z'), open: 6707, high: 6709, low: 6694, close: 6701, volume: 1884 },
    ]);
    expect(intervalMs).toBe(MINUTE);
    expect(countsText(path, counts)).toBeUndefined();
  });

  test.each([
    [
      'a price off the grid',
      '2013-10-06T22:01:00Z,1676.75,1677.25,1673.5,1675.3,1',
      'close: 1675.3 is off the tick grid of MES (0.25)',
    ],
    ['a word for a number', '2013-10-06T22:01:00Z,abc,1677.25,1673.5,1675.25,1', 'open: "abc" is not a number'],
    ['an empty field', '2013-10-06T22:01:00Z,1676.75,,1673.5,1675.25,1', 'high: "" is not a number'],
    ['a missing field', '2013-10-06T22:01:00Z,1676.75,1677.25,1673.5,1675.25', '5 fields instead of 6'],
    ['a time without a zone', '2013-10-06T22:01:00,1,1,1,1,1', 'ts: "2013-10-06T22:01:00" is not a UTC time'],
    ['a day that does not exist', '2013-02-30T22:01:00Z,1,1,1,1,1', 'ts: "2013-02-30T22:01:00Z" is not a UTC time'],
    ['low above high', '2013-10-06T22:01:00Z,1675,1674,1676,1675,1', 'low is above high'],
    ['a close outside the range', '2013-10-06T22:01:00Z,1675,1676,1674,1677,1', 'close lies outside low to high'],
    ['a negative volume', '2013-10-06T22:01:00Z,1675,1676,1674,1675,-1', 'volume is negative'],
  ])('refuses %s with file, line and reason, and nothing else', async (name, row, reason) => {
    const good = (minute: number) => `2013-10-06T22:0${minute}:00Z,1676,1677,1675,1676,5`;
    const path = await write(`MES_${name.replaceAll(' ', '-')}.csv`, HEADER, good(0), row, good(2));
    const { bars, refused, counts } = await readAll(path, mes);
    expect(bars).toHaveLength(2);
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ line: 3, file: expect.stringMatching(/^MES_/) });
    expect(refused[0]?.reason).toContain(reason);
    expect(counts).toMatchObject({ bars: 2, refused: 1 });
  });

  test('a stray quote costs its own row and no other', async () => {
    const rows = [0, 1, 2].map((n) => `2013-10-06T22:0${n}:00Z,1676.75,1677.25,1673.5,1675.25,18`);
    const path = await write('MES_1m_quote.csv', HEADER, rows[0] ?? '', `"${rows[1]}`, rows[2] ?? '');
    const { bars, refused } = await readAll(path, mes);
    expect(bars).toHaveLength(2);
    expect(refused.map(({ line }) => line)).toEqual([3]);
  });

  test('ignores and counts bars that repeat or go back in time', async () => {
    const at = (minute: number) => `2013-10-06T22:0${minute}:00Z,1676,1677,1675,1676,5`;
    const path = await write('MES_order.csv', HEADER, at(1), at(1), at(0), at(2));
    const { bars, counts } = await readAll(path, mes);
    expect(bars).toHaveLength(2);
    expect(counts).toMatchObject({ bars: 2, repeated: 1, backwards: 1 });
    expect(countsText(path, counts)).toBe('MES_order.csv: 2 bars, 1 repeated, 1 back in time');
  });

  test('rounds and widens a price proxy and says so once', async () => {
    const path = await write(
      'SI_cfd_3m_a.csv',
      HEADER,
      '2026-02-01T23:00:00Z,84.437,84.437,80.459,82.849,906.0',
      '2026-02-01T23:03:00Z,83.000,82.995,82.500,82.505,10',
    );
    const { bars, intervalMs, counts, isProxy } = await readAll(path, sil);
    expect([intervalMs, isProxy]).toEqual([3 * MINUTE, true]);
    expect(bars[0]).toMatchObject({ open: 16_887, high: 16_887, low: 16_092, close: 16_570, volume: 906 });
    expect(bars[1], 'the high holds the open').toMatchObject({ open: 16_600, high: 16_600 });
    expect(countsText(path, counts)).toBe(
      'SI_cfd_3m_a.csv: 2 bars, 1 bars of a price proxy rounded to the tick, 1 widened to hold open and close',
    );
  });

  test.each([
    [
      'a wrong header',
      ['time,o,h,l,c,v', '1,2,3,4,5,6'],
      'line 1 must be ts,open,high,low,close,volume, it is time,o,h,l,c,v',
    ],
    ['nothing at all', [''], 'the file is empty'],
  ])('a file with %s is refused as a whole', async (name, lines, reason) => {
    const path = await write(`MES_${name.replaceAll(' ', '-')}.csv`, ...lines);
    await expect(readAll(path, mes)).rejects.toMatchObject({ code: 'BAR_FILE_INVALID', message: `${path}: ${reason}` });
  });

  test('a missing file is named', async () => {
    await expect(readBarFile(join(folder, 'none.csv'), mes)).rejects.toMatchObject({
      code: 'BAR_FILE_INVALID',
      message: expect.stringContaining('none.csv: there is no such file'),
    });
  });

  test('can be left before its end', async () => {
    const path = await write(
      'MES_long.csv',
      HEADER,
      ...Array.from({ length: 50 }, (_, i) => `2013-10-06T22:${10 + i}:00Z,1676,1677,1675,1676,5`),
    );
    const file = await readBarFile(path, mes);
    for await (const item of file.items) if (item.kind === 'bar') break;
    expect(file.counts.bars).toBe(1);
  });
});

describe('a file name', () => {
  test.each([
    ['ES_1m_2013.csv', 'MES'],
    ['/data/GC_1m.csv', 'MGC'],
    ['NQ_cfd_30m.csv', 'MNQ'],
    ['CL_x.csv', 'MCL'],
    ['SI_x.csv', 'SIL'],
    ['HG_x.csv', 'MHG'],
    ['MGC_x.csv', 'MGC'],
    ['MGC.csv', 'MGC'],
    ['bars.csv', undefined],
  ])('%s holds %s', (name, root) => {
    expect(rootOfFile(name)).toBe(root);
  });

  test('tells the length of its bars and whether it is a price proxy', () => {
    expect(['ES_1m_a.csv', 'CL_cfd_3m_a.csv', 'NQ_cfd_30m.csv', 'MGC.csv'].map(intervalOfFile)).toEqual(
      [1, 3, 30, 1].map((minutes) => minutes * MINUTE),
    );
    expect(['CL_cfd_3m_a.csv', 'ES_1m_a.csv'].map(isPriceProxy)).toEqual([true, false]);
  });
});

describe('recorded weeks', () => {
  test.for([
    ['ES_1m_2013-10-06_2013-10-11.csv', mes, { bars: 6826, refused: 0, rounded: 0, widened: 0 }],
    ['GC_1m_2013-10-07_2013-10-11.csv', mgc, { bars: 6687, refused: 0, rounded: 0, widened: 0 }],
    ['SI_cfd_3m_2026-02-01_2026-02-06.csv', sil, { bars: 2295, refused: 0, widened: 5 }],
  ] as const)('%s is read whole', async ([name, spec, expected], { skip }) => {
    const path = dataFile(`real/${name}`);
    if (path === undefined) return skip(NEEDS_DATA);
    const { counts, bars } = await readAll(path, spec);
    expect(counts).toMatchObject({ ...expected, repeated: 0, backwards: 0 });
    expect(bars).toHaveLength(expected.bars);
  });
});
