import { z } from 'zod';
import { barFault } from '../../../domain/bars/bar.js';
import { type ContractSpec, onGrid } from '../../../domain/instruments/contract.js';
import { parsePlatformSymbol } from '../../../domain/instruments/roll.js';
import { parseTradingDay } from '../../../domain/sessions/trading-day.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import {
  type EpochMs,
  epochMs,
  iso,
  LAST_DATE_MS,
  MINUTE,
  type Ticks,
  type TradingDay,
  ticks,
} from '../../../kernel/units.js';
import type { FeedBar, FeedTick } from '../../../ports/feed.js';
import type { Listing } from '../vendor/source.js';

/** A page of `GET /futures/v1/aggs/{ticker}` or `/contracts`; rows are read one by one, so that one bad row costs itself only. */
const pageSchema = z.object({ results: z.array(z.unknown()).default([]), next_url: z.string().optional() });

const aggregateSchema = z.object({
  ticker: z.string(),
  /** Nanoseconds since 1970, up to the last day a date can be. Beyond 2^53 the last digits are rounded, by less than a microsecond. */
  window_start: z
    .number()
    .positive()
    .max(LAST_DATE_MS * 1e6),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number().nonnegative(),
});

const sessionSchema = z.object({ ticker: z.string(), session_end_date: z.string(), volume: z.number().nonnegative() });

const contractSchema = z.object({
  ticker: z.string(),
  active: z.boolean().optional(),
  last_trade_date: z.string().optional(),
  type: z.string().nullish(),
});

const statusSchema = z.object({ ev: z.literal('status'), status: z.string(), message: z.string().default('') });
/** `AM` (a minute) and `A` (a second): `s` and `e` are its start and end in milliseconds. */
const eventSchema = z.object({
  ev: z.enum(['AM', 'A']),
  sym: z.string(),
  o: z.number(),
  h: z.number(),
  l: z.number(),
  c: z.number(),
  v: z.number().nonnegative(),
  s: z.number().int().positive().max(LAST_DATE_MS),
  e: z.number().int().positive().max(LAST_DATE_MS),
});
const kindSchema = z.object({ ev: z.string() });

export type Status = z.output<typeof statusSchema>;
export type VendorContract = z.output<typeof contractSchema>;

export interface Page {
  readonly rows: readonly unknown[];
  readonly nextUrl: string | undefined;
}

export function readPage(body: unknown): Result<Page, string> {
  const page = pageSchema.safeParse(body);
  if (!page.success) return err('the answer is no page of results');
  return ok({ rows: page.data.results, nextUrl: page.data.next_url });
}

export function readContract(row: unknown): Result<VendorContract, string> {
  const contract = contractSchema.safeParse(row);
  return contract.success ? ok(contract.data) : err(faultOf(contract.error));
}

/** A row of the aggregates of one contract. One that names another has its prices; a month may be spelt with its whole year. */
export function readAggregate(row: unknown, { spec, contract, ticker }: Listing): Result<FeedBar, string> {
  const read = aggregateSchema.safeParse(row);
  if (!read.success) return err(faultOf(read.error));
  const { window_start, open, high, low, close, volume, ticker: named } = read.data;
  const at = Math.round(window_start / 1e6);
  if (named !== ticker && parsePlatformSymbol(named, epochMs(at))?.contract !== contract)
    return err(`${named} was not asked for`);
  return barOf({ at, open, high, low, close, volume }, spec, contract);
}

export interface SessionVolume {
  readonly day: TradingDay;
  readonly volume: number;
}

/** What a ticker traded in one session, from a `1session` row: the day on which it ends is its trading day. */
export function readSessionVolume(row: unknown, ticker: string): SessionVolume | undefined {
  const read = sessionSchema.safeParse(row);
  if (!read.success || read.data.ticker !== ticker) return undefined;
  const day = parseTradingDay(read.data.session_end_date);
  return day === undefined ? undefined : { day, volume: read.data.volume };
}

export type Message =
  | { readonly kind: 'status'; readonly status: Status }
  | { readonly kind: 'bar'; readonly bar: FeedBar }
  | { readonly kind: 'tick'; readonly tick: FeedTick }
  | { readonly kind: 'refused'; readonly reason: string }
  /** A kind of event that was not asked for. */
  | { readonly kind: 'other' };

/** A websocket frame: an array of events, each read by itself. */
export function readFrame(text: string, listed: ReadonlyMap<string, Listing>): readonly Message[] {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return [{ kind: 'refused', reason: `a frame of ${text.length} characters that is no JSON` }];
  }
  return (Array.isArray(frame) ? frame : [frame]).map((event) => readEvent(event, listed));
}

function readEvent(event: unknown, listed: ReadonlyMap<string, Listing>): Message {
  const kind = kindSchema.safeParse(event);
  if (!kind.success) return { kind: 'refused', reason: 'an event without a kind' };
  if (kind.data.ev === 'status') {
    const status = statusSchema.safeParse(event);
    return status.success
      ? { kind: 'status', status: status.data }
      : { kind: 'refused', reason: faultOf(status.error) };
  }
  if (kind.data.ev !== 'AM' && kind.data.ev !== 'A') return { kind: 'other' };
  const read = eventSchema.safeParse(event);
  if (!read.success) return { kind: 'refused', reason: `${kind.data.ev}: ${faultOf(read.error)}` };
  const listing = listed.get(read.data.sym);
  if (!listing) return { kind: 'refused', reason: `${read.data.sym} was not asked for` };
  return read.data.ev === 'AM' ? minuteOf(read.data, listing) : priceOf(read.data, listing);
}

type Event = z.output<typeof eventSchema>;

function minuteOf({ sym, o, h, l, c, v, s, e }: Event, { spec, contract }: Listing): Message {
  if (e - s !== MINUTE) return { kind: 'refused', reason: `${sym}: a minute of ${e - s} ms` };
  const bar = barOf({ at: s, open: o, high: h, low: l, close: c, volume: v }, spec, contract);
  return bar.ok ? { kind: 'bar', bar: bar.value } : { kind: 'refused', reason: bar.error };
}

function priceOf({ c, e }: Event, { spec, contract }: Listing): Message {
  const price = onGrid(c, spec);
  if (price === undefined) return { kind: 'refused', reason: offGrid(spec, 'the last price', c) };
  return { kind: 'tick', tick: { root: spec.root, contract, price, at: epochMs(e) } };
}

interface RawBar {
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

function barOf(raw: RawBar, spec: ContractSpec, contract: string): Result<FeedBar, string> {
  const label = `${contract} ${labelOf(raw.at)}`;
  if (raw.at % MINUTE !== 0) return err(`${label}: it does not open on a minute`);
  const at: EpochMs = epochMs(raw.at);
  const placed: Partial<Record<'open' | 'high' | 'low' | 'close', Ticks>> = {};
  for (const field of ['open', 'high', 'low', 'close'] as const) {
    const price = onGrid(raw[field], spec);
    if (price === undefined) return err(`${label}: ${offGrid(spec, field, raw[field])}`);
    placed[field] = price;
  }
  const { open = ticks(0), high = ticks(0), low = ticks(0), close = ticks(0) } = placed;
  const bar = { at, open, high, low, close, volume: raw.volume };
  const fault = barFault(bar);
  return fault === undefined ? ok({ root: spec.root, contract, bar }) : err(`${label}: ${fault}`);
}

const labelOf = (at: number): string => (Math.abs(at) <= LAST_DATE_MS ? iso(epochMs(at)) : String(at));

const offGrid = (spec: ContractSpec, field: string, price: number): string =>
  `${field}: ${price} is off the tick grid of ${spec.root}`;

function faultOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it cannot be read';
}
