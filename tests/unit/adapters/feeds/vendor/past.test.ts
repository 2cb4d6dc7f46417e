import { describe, expect, test } from 'vitest';
import { contractRuns } from '../../../../../src/adapters/feeds/vendor/contract-runs.js';
import { createSorter } from '../../../../../src/adapters/feeds/vendor/history.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import type { FrontAt } from '../../../../../src/domain/instruments/roll.js';
import { frontContract } from '../../../../../src/domain/instruments/roll.js';
import { after, type EpochMs, epochMs, iso, MINUTE, ticks } from '../../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../../src/ports/feed.js';

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const runs = (root: string, from: string, to: string, front: FrontAt = frontContract): readonly string[] => {
  const spec = instrument(root);
  if (!spec) throw new Error(`${root} is not in the catalogue`);
  const stretch = { from: at(from), to: at(to), front };
  return contractRuns(spec, stretch).map((run) => `${run.contract} ${iso(run.from)} ${iso(run.to)}`);
};

describe('what is asked for', () => {
  test('is one stretch within a session', () => {
    expect(runs('MES', '2026-11-19T14:00:00Z', '2026-11-19T14:30:00Z')).toEqual([
      'MESZ6 2026-11-19T14:00:00.000Z 2026-11-19T14:30:00.000Z',
    ]);
  });

  test('is nothing over a weekend, and begins and ends with the market where closed hours lie at the ends', () => {
    expect(runs('MES', '2026-11-21T00:00:00Z', '2026-11-22T12:00:00Z')).toEqual([]);
    expect(runs('MES', '2026-11-20T21:30:00Z', '2026-11-23T01:00:00Z')).toEqual([
      'MESZ6 2026-11-20T21:30:00.000Z 2026-11-23T01:00:00.000Z',
    ]);
    expect(runs('MES', '2026-11-21T00:00:00Z', '2026-11-23T01:00:00Z')).toEqual([
      'MESZ6 2026-11-22T23:00:00.000Z 2026-11-23T01:00:00.000Z',
    ]);
  });

  test('changes the contract at the roll', () => {
    expect(runs('MES', '2026-12-11T14:00:00Z', '2026-12-14T14:00:00Z')).toEqual([
      'MESZ6 2026-12-11T14:00:00.000Z 2026-12-13T23:00:00.000Z',
      'MESH7 2026-12-13T23:00:00.000Z 2026-12-14T14:00:00.000Z',
    ]);
  });

  test('changes it earlier where volume has moved on', () => {
    const moved = at('2026-12-09T23:00:00Z');
    const front: FrontAt = (spec, when) =>
      when < moved ? { symbol: 'MESZ6', rollsAt: moved } : { ...frontContract(spec, at('2026-12-14T14:00:00Z')) };
    expect(runs('MES', '2026-12-09T14:00:00Z', '2026-12-10T14:00:00Z', front)).toEqual([
      'MESZ6 2026-12-09T14:00:00.000Z 2026-12-09T23:00:00.000Z',
      'MESH7 2026-12-09T23:00:00.000Z 2026-12-10T14:00:00.000Z',
    ]);
  });

  test('of a stock is the stock, within its hours', () => {
    expect(runs('SPY', '2026-11-19T01:00:00Z', '2026-11-20T03:00:00Z')).toEqual([
      'SPY 2026-11-19T14:30:00.000Z 2026-11-19T21:00:00.000Z',
    ]);
  });
});

describe('pages of the past', () => {
  const START = at('2026-11-19T14:00:00Z');
  const bars = (...minutes: readonly number[]): readonly FeedBar[] =>
    minutes.map((minute) => ({
      root: 'MGC',
      contract: 'MGCZ6',
      bar: {
        at: after(START, minute * MINUTE),
        open: ticks(1),
        high: ticks(1),
        low: ticks(1),
        close: ticks(1),
        volume: 1,
      },
    }));
  const minutes = (rows: readonly FeedBar[]) => rows.map(({ bar }) => (bar.at - START) / MINUTE);

  test('come in order, each bar once, within a page and over pages', () => {
    const sort = createSorter(START);
    expect(minutes(sort(bars(2, 0, 1, 1)).page)).toEqual([0, 1, 2]);
    expect(minutes(sort(bars(2, 4, 3)).page)).toEqual([3, 4]);
  });

  test('name what comes too late to stand in order, and do not count a repeat as that', () => {
    const sort = createSorter(START);
    sort(bars(0, 5));
    const { page, stragglers } = sort(bars(5, 3, 6, 0));
    expect(minutes(page)).toEqual([6]);
    expect(stragglers).toEqual([after(START, 3 * MINUTE)]);
  });
});
