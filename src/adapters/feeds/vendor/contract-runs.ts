import { openStretches } from '../../../domain/bars/gaps.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { frontContract } from '../../../domain/instruments/roll.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { type EpochMs, epochMs } from '../../../kernel/units.js';
import type { HistoryWish } from '../../../ports/history-source.js';

/** What to ask for to have an instrument's bars of a stretch: a wish for each contract that led in it, closed hours left out at the ends. */
export function contractRuns(spec: ContractSpec, from: EpochMs, to: EpochMs): readonly HistoryWish[] {
  const stretches = openStretches(from, to, sessionCalendar(spec.calendar));
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (!first || !last) return [];
  const wishes: HistoryWish[] = [];
  for (let at = first.from; at < last.until; ) {
    const { symbol, rollsAt } = frontContract(spec, at);
    const end = epochMs(Math.min(rollsAt, last.until));
    wishes.push({ root: spec.root, contract: symbol, from: at, to: end });
    at = end;
  }
  return wishes;
}
