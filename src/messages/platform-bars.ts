import { z } from 'zod';
import { type Bar, barFault } from '../domain/bars/bar.js';
import type { FeedBar } from '../domain/bars/feed-bar.js';
import { instrument } from '../domain/instruments/catalogue/index.js';
import { type ContractSpec, onGrid } from '../domain/instruments/contract.js';
import { parsePlatformSymbol } from '../domain/instruments/roll.js';
import { calendarCoversFrom, sessionCalendar } from '../domain/sessions/calendar.js';
import { tradingDayOf } from '../domain/sessions/trading-day.js';
import { err, ok, type Result } from '../kernel/result.js';
import { DAY, type EpochMs, epochMs, HOUR, iso, MINUTE, SECOND } from '../kernel/units.js';
import { type FieldError, name, price, readBody, told } from './bridge-fields.js';

const BARS_MAX = 5_000;
const OLDEST = Date.parse('2000-01-01T00:00:00Z');
/** Below this a number counts seconds: as milliseconds it would lie in 1973. */
const SECONDS_BELOW = 100_000_000_000;
/** The platform's clock may run this much ahead of ours. */
const AHEAD_MS_MAX = 5 * SECOND;

const instant = z
  .union([z.iso.datetime({ offset: true }), z.number()], 'must be an ISO time with its offset, or epoch milliseconds')
  .transform((value) =>
    typeof value === 'string' ? Date.parse(value) : value < SECONDS_BELOW ? value * SECOND : value,
  );
const barSchema = z.object({
  ts: instant,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: z.number(),
});
type BarWire = z.infer<typeof barSchema>;

/** Body of `POST /bars`: closed 1-minute bars of one contract, `ts` their open. */
const barsSchema = z.object({
  symbol: name,
  /** The start of the intake that the sender heard last. */
  intake: name.optional(),
  bars: z.array(barSchema).min(1).max(BARS_MAX),
});

export interface PlatformBars {
  readonly root: string;
  readonly bars: readonly FeedBar[];
  /** The start of the intake they were sent to; undefined where the sender does not say. */
  readonly meantFor: string | undefined;
}

/** Reads a platform's bars whole or not at all, and names every field that is wrong. */
export function decodePlatformBars(body: unknown, now: EpochMs): Result<PlatformBars, readonly FieldError[]> {
  const read = readBody(barsSchema, body);
  if (!read.ok) return read;
  const { symbol, bars, intake } = read.value;
  const root = parsePlatformSymbol(symbol, now)?.root;
  const spec = root === undefined ? undefined : instrument(root);
  if (!spec) return err([{ field: 'symbol', problem: `${symbol} is no market of this program` }]);
  const faults: FieldError[] = [];
  const sound: FeedBar[] = [];
  bars.forEach((row, i) => {
    const read = barOf(row, { spec, now });
    if (read.ok) sound.push(feedBar(read.value, { symbol, spec }));
    else faults.push(...read.error.map(({ field, problem }) => ({ field: `bars.${i}${field}`, problem })));
  });
  return faults.length > 0 ? err(told(faults)) : ok({ root: spec.root, bars: sound, meantFor: intake });
}

function barOf(row: BarWire, { spec, now }: { spec: ContractSpec; now: EpochMs }): Result<Bar, readonly FieldError[]> {
  const time = timeFault(row.ts, now) ?? hoursFault(epochMs(row.ts), spec);
  if (time !== undefined) return err([{ field: '.ts', problem: time }]);
  const [open, high, low, close] = [row.open, row.high, row.low, row.close].map((price) => onGrid(price, spec));
  if (open === undefined || high === undefined || low === undefined || close === undefined) {
    const off = (['open', 'high', 'low', 'close'] as const).filter((field) => onGrid(row[field], spec) === undefined);
    return err(
      off.map((field) => ({ field: `.${field}`, problem: `${row[field]} is off the tick grid of ${spec.root}` })),
    );
  }
  if (!Number.isSafeInteger(row.volume) || row.volume < 0)
    return err([{ field: '.volume', problem: 'is no whole number from 0' }]);
  // Crude oil has traded below zero (April 2020); nothing else here can.
  if (row.low <= 0 && spec.calendar !== 'energy') return err([{ field: '.low', problem: 'is not above zero' }]);
  const bar = { at: epochMs(row.ts), open, high, low, close, volume: row.volume };
  const fault = barFault(bar);
  return fault === undefined ? ok(bar) : err([{ field: '', problem: fault }]);
}

function timeFault(ts: number, now: EpochMs): string | undefined {
  if (!Number.isSafeInteger(ts) || ts < OLDEST) return 'lies before the year 2000 or is no whole millisecond';
  if (ts % MINUTE !== 0) return 'is not the beginning of a minute';
  const aheadMs = ts + MINUTE - now;
  if (aheadMs <= AHEAD_MS_MAX) return undefined;
  return `the bar has not closed yet: it closes ${spanText(aheadMs)} after ${iso(now)}, the time here; ts is the bar's open in UTC`;
}

/** Why there can be no bar of a market in the minute from `at` on. */
function hoursFault(at: EpochMs, spec: ContractSpec): string | undefined {
  // Of longer ago we do not know the holidays, and so do not know better than the platform.
  if (tradingDayOf(at) < calendarCoversFrom) return undefined;
  const { isOpen, phase, note } = sessionCalendar(spec.calendar).stateAt(at);
  return isOpen ? undefined : `${spec.root} does not trade at ${iso(at)}: ${note ?? phase.replace('-', ' ')}`;
}

/** Two of a unit and more are told in it: `90 s`, `3 h`, `40 days`. */
function spanText(ms: number): string {
  const units = [
    [DAY, 'days'],
    [HOUR, 'h'],
    [MINUTE, 'min'],
  ] as const;
  const [unit, word] = units.find(([one]) => ms >= 2 * one) ?? [SECOND, 's'];
  return `${Math.round(ms / unit)} ${word}`;
}

function feedBar(bar: Bar, { symbol, spec }: { symbol: string; spec: ContractSpec }): FeedBar {
  // A bare root means the front contract at the bar's own time.
  const contract = parsePlatformSymbol(symbol, bar.at)?.contract ?? spec.root;
  return { root: spec.root, contract, bar };
}
