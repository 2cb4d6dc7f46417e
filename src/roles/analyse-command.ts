import { readClosedBars } from '../adapters/feeds/csv/closed-bars.js';
import { focusCard } from '../domain/focus/card.js';
import { analysisOf } from '../domain/focus/from-bars.js';
import { accountOf } from '../domain/focus/size.js';
import { indicatorsOf } from '../domain/focus/window-indicators.js';
import { instrument, instruments } from '../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../domain/instruments/contract.js';
import { frontContract } from '../domain/instruments/roll.js';
import { sessionCalendar } from '../domain/sessions/calendar.js';
import { OperationalError } from '../kernel/errors.js';
import { type EpochMs, iso, type MicroUsd } from '../kernel/units.js';
import { type AnalyseJson, analyseJson } from '../messages/analyse-codec.js';

export interface AnalyseCommand {
  readonly root: string;
  readonly file: string;
  readonly at: EpochMs;
  readonly account: MicroUsd;
  /** Takes sentences about rows that were refused or adjusted. */
  readonly report?: (sentence: string) => void;
}

/** Every number behind one card at an instant, from a bar file alone; the same analysis as in a running system. */
export async function runAnalyse({ root, file, at, account, report }: AnalyseCommand): Promise<AnalyseJson> {
  const spec = specOf(root);
  const { bars, intervalMs } = await readClosedBars(file, spec, { at, report });
  const recorded = { spec, bars, barMs: intervalMs, at };
  const { analysis, withoutRegime } = analysisOf(recorded);
  const reading = analysis.reading();
  if (!reading) throw new OperationalError('BAR_FILE_INVALID', `${file}: no five-minute bar was closed by ${iso(at)}`);
  const card = focusCard({
    reading,
    last: analysis.last(),
    contract: frontContract(spec, at).symbol,
    spec,
    account: accountOf(account),
    now: at,
    marketOpen: sessionCalendar(spec.calendar).isOpen(at),
  });
  return analyseJson({ card, asOf: at, spec, indicators: indicatorsOf(recorded), withoutRegime });
}

function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  if (spec) return spec;
  const known = instruments.map((each) => each.root).join(' ');
  throw new OperationalError('USAGE', `--bars: ${root} is not an instrument we know (${known})`);
}
