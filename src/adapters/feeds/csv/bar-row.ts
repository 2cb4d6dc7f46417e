import { type Bar, barFault } from '../../../domain/bars/bar.js';
import { type ContractSpec, onGrid, snap } from '../../../domain/instruments/contract.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import { type EpochMs, epochMs, iso, type Ticks, ticks } from '../../../kernel/units.js';

export const BAR_COLUMNS = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;

export interface RowReading {
  readonly bar: Bar;
  /** A price proxy's prices were moved to the tick grid. */
  readonly wasRounded: boolean;
  /** A price proxy's high or low was moved to hold its open and close. */
  readonly wasWidened: boolean;
}

const UTC_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/;
const NUMBER = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

/** Reads the six fields of a row; a refusal names the field that is wrong. */
export function readBarRow(
  fields: readonly string[],
  spec: ContractSpec,
  isProxy: boolean,
): Result<RowReading, string> {
  if (fields.length !== BAR_COLUMNS.length) return err(`${fields.length} fields instead of ${BAR_COLUMNS.length}`);
  const at = timeOf(fields[0] ?? '');
  if (at === undefined) return err(`ts: "${fields[0]}" is not a UTC time such as 2026-11-20T14:30:00Z`);
  const prices: number[] = [];
  for (const [i, name] of BAR_COLUMNS.slice(1).entries()) {
    const text = fields[i + 1] ?? '';
    if (!NUMBER.test(text)) return err(`${name}: "${text}" is not a number`);
    prices.push(Number(text));
  }
  const [open = 0, high = 0, low = 0, close = 0, volume = 0] = prices;
  const raw = { open, high, low, close };
  const placed = isProxy ? placeProxy(raw, spec) : placeExact(raw, spec);
  if (!placed.ok) return placed;
  const bar = { at, ...placed.value.prices, volume };
  const fault = barFault(bar);
  if (fault !== undefined) return err(fault);
  return ok({ bar, wasRounded: placed.value.wasRounded, wasWidened: placed.value.wasWidened });
}

/** Also refuses days the calendar does not have: 2013-02-30 reads back as 2013-03-02. */
function timeOf(text: string): EpochMs | undefined {
  if (!UTC_TIME.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isFinite(at) && iso(epochMs(at)).startsWith(text.slice(0, 10)) ? epochMs(at) : undefined;
}

interface Prices<T> {
  readonly open: T;
  readonly high: T;
  readonly low: T;
  readonly close: T;
}

interface Placed {
  readonly prices: Prices<Ticks>;
  readonly wasRounded: boolean;
  readonly wasWidened: boolean;
}

function placeExact(raw: Prices<number>, spec: ContractSpec): Result<Placed, string> {
  const [open, high, low, close] = [raw.open, raw.high, raw.low, raw.close].map((price) => onGrid(price, spec));
  if (open === undefined) return offGrid('open', raw.open, spec);
  if (high === undefined) return offGrid('high', raw.high, spec);
  if (low === undefined) return offGrid('low', raw.low, spec);
  if (close === undefined) return offGrid('close', raw.close, spec);
  return ok({ prices: { open, high, low, close }, wasRounded: false, wasWidened: false });
}

const offGrid = (field: string, price: number, spec: ContractSpec) =>
  err(`${field}: ${price} is off the tick grid of ${spec.root} (${1 / spec.ticksPerPoint})`);

/** Rounded to the tick; high and low then hold open and close, which some publishers carry over from the bar before. */
function placeProxy(raw: Prices<number>, spec: ContractSpec): Result<Placed, string> {
  if (raw.low > raw.high) return err('low is above high');
  const near = (price: number): Ticks => snap(price, spec, 'nearest');
  const [open, close] = [near(raw.open), near(raw.close)];
  const [high, low] = [Math.max(near(raw.high), open, close), Math.min(near(raw.low), open, close)];
  return ok({
    prices: { open, high: ticks(high), low: ticks(low), close },
    wasRounded: [raw.open, raw.high, raw.low, raw.close].some((price) => onGrid(price, spec) === undefined),
    wasWidened: raw.high < Math.max(raw.open, raw.close) || raw.low > Math.min(raw.open, raw.close),
  });
}
