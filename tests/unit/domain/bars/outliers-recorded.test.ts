import { describe, expect, test } from 'vitest';
import { readBarFile } from '../../../../src/adapters/feeds/csv/bar-file.js';
import { columnsOf } from '../../../../src/domain/bars/columns.js';
import type { FeedBar } from '../../../../src/domain/bars/feed-bar.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import type { ContractSpec } from '../../../../src/domain/instruments/contract.js';
import { ticks } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';
import { outliersIn } from '../../../support/outliers.js';

async function barsOf(path: string, spec: ContractSpec): Promise<readonly FeedBar[]> {
  const bars: FeedBar[] = [];
  for await (const item of (await readBarFile(path, spec)).items)
    if (item.kind === 'bar') bars.push({ root: spec.root, contract: 'X', bar: item.bar });
  return bars;
}

describe.for([
  // Of gold at 09:11 UTC of 9 October: 32 ticks, 10.7 usual ranges; 37 are more than 12.
  ['GC_1m_2013-10-07_2013-10-11.csv', mgc, '2013-10-09T09:11:00Z', 5],
  // Of the S&P at 22:35 UTC of 10 October: 6 ticks of 1; 13 are more than 12.
  ['ES_1m_2013-10-06_2013-10-11.csv', mes, '2013-10-10T22:35:00Z', 7],
] as const)('outliers of the recorded week %s', ([file, spec, widest, more]) => {
  const path = dataFile(`real/${file}`);
  test('no recorded move is one, and the widest is one a few ticks further out', async (context) => {
    if (path === undefined) return context.skip(NEEDS_DATA);
    const bars = await barsOf(path, spec);
    expect(outliersIn(columnsOf(bars, 'test'))).toEqual([]);

    const at = Date.parse(widest);
    const further = bars.map((it) => (it.bar.at === at ? { ...it, bar: stretched(it.bar, more) } : it));
    expect(outliersIn(columnsOf(further, 'test')).map((it) => it.at)).toEqual([at]);
  });
});

const stretched = (bar: FeedBar['bar'], by: number): FeedBar['bar'] => ({
  ...bar,
  high: ticks(bar.high + by),
  low: ticks(bar.low - by),
});
