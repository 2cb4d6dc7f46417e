import { describe, expect, test } from 'vitest';
import { type BarColumns, columnsBuilder, NO_BARS } from '../../../../src/domain/bars/columns.js';
import { shiftTradingDay, tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { DAY, type EpochMs, epochMs, MINUTE } from '../../../../src/kernel/units.js';
import type { DataQualityStore } from '../../../../src/ports/data-quality.js';
import { createQualityReader } from '../../../../src/roles/web/data/reader.js';
import { manualTime } from '../../../support/web-source.js';

const NOW = epochMs(Date.parse('2026-11-20T19:30:00Z'));
const TODAY = tradingDay('2026-11-20');
const ROOT = 'MES';

/** A bar in each stretch that is asked for, so that every day has to be looked at. */
const store: DataQualityStore = {
  counts: async (edges) =>
    [...edges].flatMap(([root, all]) =>
      all.slice(1).map((_, i) => ({ root, span: i + 1, source: 'massive', bars: 1 })),
    ),
  archived: async () => [],
  tallies: async () => [],
  knownEmpty: async () => [],
};

/** Bars of every minute, and which stretches were read. */
function recorded() {
  const reads: { readonly from: EpochMs; readonly to: EpochMs }[] = [];
  return {
    reads,
    columns: async (_: string, from: EpochMs, to: EpochMs): Promise<BarColumns> => {
      reads.push({ from, to });
      const builder = columnsBuilder((to - from) / MINUTE);
      builder.run({ contract: 'MESZ6', source: 'massive', lengthMs: MINUTE });
      for (let at: number = from; at < to; at += MINUTE) builder.add(at, 27_000, 27_002, 26_998, 27_000, 1);
      return builder.done();
    },
  };
}

const readerOf = (bars: Pick<ReturnType<typeof recorded>, 'columns'>) => {
  const { clock } = manualTime(NOW);
  return createQualityReader({ store, history: bars, roots: [ROOT] }, clock);
};

describe('a look at many days', () => {
  test('lets whatever else waits in the process have its turn between two days', async () => {
    // Nothing here waits for the outside: but for the pauses all of it would be one piece.
    const reader = readerOf({ columns: async () => NO_BARS });
    let turns = 0;
    let isDone = false;
    const count = (): void => {
      turns += 1;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await reader.report(60);
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(60);
  });

  test('reads each bar once, a month at the most at a time', async () => {
    const bars = recorded();
    await readerOf(bars).report(60);
    const [first] = bars.reads;
    expect(first && tradingDayOf(first.from)).toBe(shiftTradingDay(TODAY, -79));
    bars.reads.forEach(({ from, to }, i) => {
      expect(to - from).toBeLessThanOrEqual(31 * DAY);
      expect(bars.reads[i - 1]?.to ?? from).toBe(from);
    });
  });

  test('is not done twice for questions that come at once, nor for a day of it that is asked for alone', async () => {
    const [one, bars] = [recorded(), recorded()];
    await readerOf(one).report(20);
    const reader = readerOf(bars);
    await Promise.all([reader.report(20), reader.report(10)]);
    await reader.day(ROOT, shiftTradingDay(TODAY, -3));
    expect(bars.reads).toEqual(one.reads);
    await reader.day(ROOT, shiftTradingDay(TODAY, -30));
    expect(bars.reads.length).toBeGreaterThan(one.reads.length);
  });
});
