import { after, type EpochMs } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import type { ContractSpec } from '../instruments/contract.js';
import { trainFor, trainingDue } from '../regime/training.js';
import { sessionCalendar } from '../sessions/calendars/index.js';
import { createSymbolAnalysis, type SymbolAnalysis } from './analysis.js';

export interface RecordedBars {
  readonly spec: ContractSpec;
  /** Closed bars, oldest first. */
  readonly bars: readonly Bar[];
  readonly barMs: number;
  /** Nothing that closes later is among the bars. */
  readonly at: EpochMs;
}

export interface RecordedAnalysis {
  readonly analysis: SymbolAnalysis;
  /** Why there is no regime; undefined when there is one. */
  readonly withoutRegime: string | undefined;
}

/** The analysis as a running system would have it, its regime model included: trained on the newest due training's bars. */
export function analysisOf({ spec, bars, barMs, at }: RecordedBars): RecordedAnalysis {
  const analysis = createSymbolAnalysis(spec, { barMs });
  for (const bar of bars) analysis.push(bar);
  analysis.closeThrough(at);
  const newest = bars.at(-1);
  if (!newest) return { analysis, withoutRegime: 'no bars' };
  const due = trainingDue(after(newest.at, barMs), sessionCalendar(spec.calendar));
  const trained = trainFor({ root: spec.root, due, bars, barMs });
  if (!trained.ok) return { analysis, withoutRegime: `not trained: ${trained.error}` };
  analysis.useRegime(trained.value);
  const isWarm = analysis.reading()?.regime !== undefined;
  return { analysis, withoutRegime: isWarm ? undefined : 'not warm: too few bars in the window' };
}
