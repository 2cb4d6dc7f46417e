import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, test } from 'vitest';
import { createReplayFeed } from '../../../src/adapters/feeds/replay/feed.js';
import { epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../support/data.js';
import { feedContract } from './feed-contract.js';

const dir = mkdtempSync(join(tmpdir(), 'replay-contract-'));
afterAll(() => rmSync(dir, { recursive: true }));

const START = Date.parse('2026-11-19T14:00:00Z');

function writeBars(name: string, minutes: number, rows: number, price: number): string {
  const path = join(dir, name);
  const lines = Array.from({ length: rows }, (_, i) => {
    const open = price + (i % 4);
    return `${iso(epochMs(START + i * minutes * MINUTE))},${open},${open + 2},${open - 1},${open + 1},${10 + i}`;
  });
  writeFileSync(path, ['ts,open,high,low,close,volume', ...lines, ''].join('\n'));
  return path;
}

const files = [
  writeBars('ES_1m_made.csv', 1, 60, 6800),
  writeBars('GC_1m_made.csv', 1, 50, 4200),
  writeBars('CL_cfd_3m_made.csv', 3, 20, 60),
];
const lengths: Record<string, number> = { MCL: 3, SIL: 3, MHG: 5, MNQ: 30 };
const intervalMs = (root: string): number => (lengths[root] ?? 1) * MINUTE;

feedContract('replay from the first bar', {
  make: (clock) => createReplayFeed({ files, from: undefined, clock }),
  intervalMs,
  closings: 1_000,
});

feedContract('replay from an instant', {
  make: (clock) => createReplayFeed({ files, from: epochMs(START + 20 * MINUTE), clock }),
  intervalMs,
  closings: 1_000,
});

const week = ['ES_1m_2013-10-06_2013-10-11.csv', 'GC_1m_2013-10-07_2013-10-11.csv'].map((it) => dataFile(`real/${it}`));
const proxies = ['CL_cfd_3m', 'SI_cfd_3m', 'HG_cfd_5m', 'NQ_cfd_30m'].map((it) =>
  dataFile(`real/${it}_2026-02-01_2026-02-06.csv`),
);
const found = (paths: readonly (string | undefined)[]): string[] => paths.filter((path) => path !== undefined);

describe('recorded weeks', () => {
  if (found([...week, ...proxies]).length < 6) {
    test.skip(NEEDS_DATA, () => {});
    return;
  }
  feedContract('replay of the ES and GC week', {
    make: (clock) => createReplayFeed({ files: found(week), from: epochMs(Date.parse('2013-10-09T12:00:00Z')), clock }),
    intervalMs,
    closings: 1_500,
  });
  feedContract('replay of the price proxies', {
    make: (clock) => createReplayFeed({ files: found(proxies), from: undefined, clock }),
    intervalMs,
    closings: 1_500,
  });
});
