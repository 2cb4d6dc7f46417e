import type { BarColumns } from '../../src/domain/bars/columns.js';
import { type Outlier, outlierSearch } from '../../src/domain/bars/outliers.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { epochMs } from '../../src/kernel/units.js';

/** Of all the days in which there are bars. */
export function outliersIn(columns: BarColumns): readonly Outlier[] {
  const search = outlierSearch();
  const days = new Set([...columns.at].map((at) => tradingDayOf(epochMs(at))));
  return [...days].flatMap((day) => search.next(day, columns));
}
