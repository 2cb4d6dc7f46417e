import type { Bar } from '../../domain/bars/bar.js';
import { HISTORY_DAYS } from '../../domain/focus/window.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { sessionCalendar } from '../../domain/sessions/calendar.js';
import { tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { OperationalError } from '../../kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../kernel/units.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BarSource } from './quality.js';

/** Days of bars read in one question. */
const STEP_MS = 14 * DAY;
/** How far back bars are looked for when nobody says since when. */
const LOOK_BACK_MS = 2 * 365 * DAY;

interface StoredOptions {
  readonly since: TradingDay | undefined;
  readonly tell: (line: string) => void;
}

/** All that is asked of the bars, hot and archived. */
export type BarReader = Pick<BarHistory, 'range' | 'newest'>;

/** What a store has of these instruments; one without 1-minute bars is left out with a sentence. */
export async function storedSources(
  store: BarReader,
  specs: readonly ContractSpec[],
  { since, tell }: StoredOptions,
): Promise<readonly BarSource[]> {
  const sources: BarSource[] = [];
  for (const spec of specs) {
    const newest = await store.newest(spec.root);
    const probe = newest === undefined ? [] : await store.range(spec.root, newest, after(newest, 1));
    const [last] = probe;
    if (newest === undefined || !last) tell(`${spec.root}: the store has no bars`);
    else if (last.lengthMs !== undefined && last.lengthMs !== MINUTE)
      tell(`${spec.root}: left out, its bars are longer than a minute and outcomes are followed on minutes`);
    else if (since !== undefined && tradingDayOf(newest) < since)
      tell(`${spec.root}: left out, its newest bar is of ${tradingDayOf(newest)}`);
    else sources.push({ spec, name: 'store', bars: barsBetween(store, spec.root, spanOf(newest, since, spec)) });
  }
  if (sources.length > 0) return sources;
  if (since !== undefined)
    throw new OperationalError('USAGE', `the store has no 1-minute bar of ${since} or later; see the lines above`);
  throw new OperationalError(
    'USAGE',
    'the store has no 1-minute bars of the watch list: give files with --bars MES=FILE',
  );
}

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Before `since` come the days an analysis needs to say what it would have said. */
function spanOf(newest: EpochMs, since: TradingDay | undefined, spec: ContractSpec): Span {
  const to = after(newest, 1);
  if (since === undefined) return { from: epochMs(to - LOOK_BACK_MS), to };
  const [first = since] = sessionCalendar(spec.calendar).lastTradingDays(since, HISTORY_DAYS + 1);
  return { from: tradingDayStart(first), to };
}

async function* barsBetween(store: BarReader, root: string, { from, to }: Span): AsyncGenerator<Bar> {
  for (let at = from; at < to; at = after(at, STEP_MS)) {
    const until = epochMs(Math.min(after(at, STEP_MS), to));
    // A recording of longer bars may lie before the minutes.
    for (const { bar, lengthMs = MINUTE } of await store.range(root, at, until)) if (lengthMs === MINUTE) yield bar;
  }
}
