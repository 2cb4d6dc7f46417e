import { type Bar, barFault } from '../../../domain/bars/bar.js';
import { type ContractSpec, onGrid } from '../../../domain/instruments/contract.js';
import { after, type EpochMs, epochMs, iso, LAST_DATE_MS, MINUTE, SECOND, type Ticks } from '../../../kernel/units.js';
import { INTERVAL_MS, type Interval } from './minutes.js';

/** A bar as TWS sends it: prices as decimals, `time` the second it opens. */
export interface RawBar {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const fault = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

function priced(raw: RawBar, lengthMs: number, spec: ContractSpec): Decoded<Bar> {
  const at = raw.time * SECOND;
  if (!Number.isSafeInteger(at) || at <= 0 || at > LAST_DATE_MS || at % lengthMs !== 0)
    return fault(`${raw.time} is not where a bar begins`);
  const prices = [raw.open, raw.high, raw.low, raw.close].map((price) => onGrid(price, spec));
  const [open, high, low, close] = prices;
  if (open === undefined || high === undefined || low === undefined || close === undefined)
    return fault(`${iso(epochMs(at))}: a price is not on the tick grid of ${spec.root}`);
  const bar: Bar = { at: epochMs(at), open, high, low, close, volume: raw.volume };
  const why = barFault(bar);
  return why === undefined ? { ok: true, value: bar } : fault(`${iso(bar.at)}: ${why}`);
}

/** A 5-second bar. */
export function intervalOf(raw: RawBar, spec: ContractSpec): Decoded<Interval> {
  const decoded = priced(raw, INTERVAL_MS, spec);
  return decoded.ok ? { ok: true, value: { ...decoded.value, trades: raw.trades } } : decoded;
}

/** What may be taken of an answer to a request for the past. */
export interface PastMinutes {
  readonly bars: readonly Bar[];
  readonly refused: readonly string[];
}

export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Bars that close after it are not over yet. */
  readonly now: EpochMs;
}

/** Closed minutes of the stretch, oldest first and each once; a minute without a trade is no bar. */
export function pastMinutes(rows: readonly RawBar[], spec: ContractSpec, { from, to, now }: Stretch): PastMinutes {
  const decoded = rows.map((row) => priced(row, MINUTE, spec));
  const bars = new Map<EpochMs, Bar>();
  for (const row of decoded) {
    if (!row.ok) continue;
    const { at, volume } = row.value;
    const isMeant = at >= from && at < to && after(at, MINUTE) <= now;
    if (isMeant && volume > 0 && !bars.has(at)) bars.set(at, row.value);
  }
  return {
    bars: [...bars.values()].sort((a, b) => a.at - b.at),
    refused: decoded.flatMap((row) => (row.ok ? [] : [row.reason])),
  };
}

/** A last price; undefined when TWS has none, which it writes as -1 or 0, or when it is off the grid. */
export const lastPriceOf = (price: number, spec: ContractSpec): Ticks | undefined =>
  price === 0 || price === -1 ? undefined : onGrid(price, spec);
