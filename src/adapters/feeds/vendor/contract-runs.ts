import { contractSpans } from '../../../domain/bars/coverage.js';
import { openStretches } from '../../../domain/bars/gaps.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { FrontAt } from '../../../domain/instruments/roll.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { HistoryWish } from '../../../ports/history-source.js';

export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Which month led when. */
  readonly front: FrontAt;
}

/** What to ask for to have an instrument's bars of a stretch: a wish for each contract that led in it, closed hours left out at the ends. */
export function contractRuns(spec: ContractSpec, { from, to, front }: Stretch): readonly HistoryWish[] {
  const stretches = openStretches(from, to, sessionCalendar(spec.calendar));
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!first || !last) return [];
  const span = { from: first.from, to: last.until };
  return contractSpans(spec, span, front).map((part) => ({ root: spec.root, ...part }));
}
