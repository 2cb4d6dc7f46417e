import { describe, expect, test } from 'vitest';
import type { Bias } from '../../../../src/domain/focus/types.js';
import type { FilledOutcome } from '../../../../src/domain/research/outcome.js';
import { bandOf, qualityTable } from '../../../../src/domain/research/quality-table.js';
import type { Sample } from '../../../../src/domain/research/sampler.js';
import { sortingVerdict, summaryOf } from '../../../../src/domain/research/summary.js';
import { shiftTradingDay, tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { createRng } from '../../../../src/kernel/rng.js';
import { epochMs, ticks } from '../../../../src/kernel/units.js';

interface Facts {
  readonly quality: number;
  readonly bias?: Bias;
  /** Days after 2026-11-02. */
  readonly day?: number;
  readonly ending?: FilledOutcome['ending'] | 'not-filled';
  readonly r?: number;
}

function sample({ quality, bias = 'LONG', day = 0, ending = 'tp1', r = 1 }: Facts): Sample {
  const endedAt = epochMs(Date.parse('2026-11-02T15:00:00Z'));
  const filled = { kind: 'filled', filledAt: endedAt, fill: ticks(0), exit: ticks(0), r, endedAt } as const;
  return {
    root: 'MES',
    day: shiftTradingDay(tradingDay('2026-11-02'), day),
    plannedAt: endedAt,
    bias,
    side: bias === 'SHORT' ? 'SHORT' : 'LONG',
    quality,
    outcome: ending === 'not-filled' ? { kind: 'not-filled', endedAt } : { ...filled, ending },
  };
}

const many = (count: number, of: (i: number) => Facts): readonly Sample[] =>
  Array.from({ length: count }, (_, i) => sample(of(i)));

test.each([
  [0, 0],
  [9.99, 0],
  [10, 1],
  [54.9, 5],
  [90, 9],
  [100, 9],
])('quality %d lies in band %i', (quality, band) => {
  expect(bandOf(quality)).toBe(band);
});

describe('a cell', () => {
  const samples = [
    ...many(20, (i) => ({ quality: 62, day: i % 12, ending: 'tp1', r: 1.2 })),
    ...many(15, (i) => ({ quality: 68, day: i % 12, ending: 'stop', r: -1 })),
    ...many(5, (i) => ({ quality: 65, day: i % 12, ending: 'time', r: 0.2 })),
    ...many(10, (i) => ({ quality: 65, day: i % 12, ending: 'not-filled' })),
    ...many(29, (i) => ({ quality: 62, bias: 'SHORT', day: i % 12 })),
    ...many(40, (i) => ({ quality: 30, bias: 'NEUTRAL', day: i % 9 })),
  ];
  const { cells, totals, plans, filled, days } = qualityTable(samples);

  test('counts plans, fills and how they ended', () => {
    expect(cells[0]).toMatchObject({
      bias: 'LONG',
      band: 6,
      plans: 50,
      filled: 40,
      endings: { tp1: 20, stop: 15, time: 5 },
    });
    expect(cells.map(({ bias, band }) => [bias, band])).toEqual([
      ['LONG', 6],
      ['SHORT', 6],
      ['NEUTRAL', 3],
    ]);
    expect({ plans, filled, days }).toEqual({ plans: 119, filled: 109, days: 12 });
  });

  test('gives the hit rate of all that were filled, and the mean R', () => {
    expect(cells[0]?.hitRate?.value).toBe(0.5);
    expect(cells[0]?.meanR?.value).toBeCloseTo((20 * 1.2 - 15 + 5 * 0.2) / 40, 12);
  });

  test('is too small under 30 filled plans or under 10 days', () => {
    expect(cells.map(({ isTooSmall }) => isTooSmall)).toEqual([false, true, true]);
  });

  test('of all bands is told for each bias', () => {
    expect(totals.map(({ bias, band, plans: own }) => [bias, band, own])).toEqual([
      ['LONG', undefined, 50],
      ['SHORT', undefined, 29],
      ['NEUTRAL', undefined, 40],
    ]);
  });

  test('does not exist where there was no plan', () => {
    expect(qualityTable([])).toEqual({ plans: 0, filled: 0, days: 0, cells: [], totals: [], sorting: undefined });
  });
});

test('the same samples make the same table, to the last draw of the bootstrap', () => {
  const chance = createRng('table');
  const samples = many(200, (i) => ({ quality: Math.floor(100 * chance.next()), day: i % 20, r: chance.normal() }));
  expect(qualityTable(samples)).toEqual(qualityTable(samples));
});

describe('the sentence', () => {
  const market = { isSynthetic: false };
  const related = (slope: number, count = 400, days = 20) => {
    const chance = createRng('related');
    return qualityTable(
      many(count, (i) => {
        const quality = 100 * chance.next();
        return { quality, day: i % days, r: (slope * (quality - 50)) / 30 + chance.normal() };
      }),
    );
  };

  test('claims that quality sorts only when zero lies outside the interval', () => {
    expect(sortingVerdict(related(0.8))).toBe('yes');
    expect(summaryOf(related(0.8), market)).toMatch(/^Higher quality went with better outcomes: over 400 filled plans/);
    expect(sortingVerdict(related(-0.8))).toBe('inverted');
    expect(summaryOf(related(-0.8), market)).toMatch(/^Higher quality went with worse outcomes/);
    expect(sortingVerdict(related(0))).toBe('no');
    expect(summaryOf(related(0), market)).toMatch(/was not seen to sort outcomes.* and that includes zero\./);
  });

  test('claims nothing from few plans or few days, whatever they show', () => {
    expect(summaryOf(related(5, 29, 20), market)).toMatch(
      /^Whether quality sorts outcomes cannot be said: 29 filled plans on 20 trading days are too few/,
    );
    expect(sortingVerdict(related(5, 400, 9))).toBe('unknown');
    expect(summaryOf(qualityTable([]), market)).toBe('No plan was filled in these bars, so nothing can be said.');
  });

  test('says of how many cells something can be said', () => {
    expect(summaryOf(related(0, 29), market)).toMatch(
      /No cell has 30 filled plans on 10 days, so no cell says anything\.$/,
    );
    expect(summaryOf(qualityTable(many(60, (i) => ({ quality: 62, day: i % 12, r: i % 3 }))), market)).toMatch(
      /Every cell has at least 30 filled plans on 10 days\.$/,
    );
    const mixed = [...many(60, (i) => ({ quality: 62, day: i % 12, r: i % 3 })), ...many(3, () => ({ quality: 95 }))];
    expect(summaryOf(qualityTable(mixed), market)).toMatch(
      /1 of 2 cells have at least .* nothing is claimed of the others\.$/,
    );
  });

  test('calls synthetic bars what they are', () => {
    expect(summaryOf(related(0.8), { isSynthetic: true })).toMatch(/nothing of this holds for a real one\.$/);
  });
});
