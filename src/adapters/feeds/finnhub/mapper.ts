import { z } from 'zod';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import { epochMs, LAST_DATE_MS, SECOND } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { Listing } from '../vendor/source.js';
import { halves, isPair, type SpotTrade, spotBar } from '../vendor/spot.js';

/** Pairs come from one of the vendor's brokers; OANDA's are quoted around the clock. */
export const tickerOf = (spec: ContractSpec): string => (isPair(spec) ? `OANDA:${halves(spec.root, '_')}` : spec.root);

/** Its values are read with their row, so that a bad one costs that row only. */
const column = z.array(z.unknown());
/** Candles as parallel columns; `t` is the open in seconds. */
const candlesSchema = z.object({
  s: z.literal('ok'),
  t: column,
  o: column,
  h: column,
  l: column,
  c: column,
  v: column,
});
const nothingSchema = z.object({ s: z.literal('no_data') });

/** Rows of a candle answer, still to be read one by one. */
export function readCandles(body: unknown): Result<readonly unknown[], string> {
  if (nothingSchema.safeParse(body).success) return ok([]);
  const read = candlesSchema.safeParse(body);
  if (!read.success) return err('the answer is no table of candles');
  const { t, o, h, l, c, v } = read.data;
  // A row that a short column lacks is there and cannot be read: without it its minute would count as empty.
  const rows = Math.max(...[t, o, h, l, c, v].map(({ length }) => length));
  return ok(
    Array.from({ length: rows }, (_, i) => ({ row: i + 1, t: t[i], o: o[i], h: h[i], l: l[i], c: c[i], v: v[i] })),
  );
}

const placeSchema = z.object({ row: z.number() });
const rowSchema = z.object({
  /** Seconds since 1970, up to the last day a date can be. */
  t: z
    .number()
    .int()
    .positive()
    .max(LAST_DATE_MS / 1e3),
  o: z.number().positive(),
  h: z.number().positive(),
  l: z.number().positive(),
  c: z.number().positive(),
  v: z.number().nonnegative(),
});

export function readRow(row: unknown, spec: ContractSpec): Result<FeedBar, string> {
  const read = rowSchema.safeParse(row);
  if (!read.success) return err(`${spec.root} ${placeOf(row)}: ${faultOf(read.error)}`);
  const { t, o, h, l, c, v } = read.data;
  return spotBar({ at: t * SECOND, open: o, high: h, low: l, close: c, volume: v }, spec);
}

function placeOf(row: unknown): string {
  const place = placeSchema.safeParse(row);
  return place.success ? `row ${place.data.row} of the answer` : 'a row';
}

const frameSchema = z.object({ type: z.string(), msg: z.string().optional(), data: z.array(z.unknown()).optional() });
const tradeSchema = z.object({
  s: z.string(),
  p: z.number().positive(),
  /** Milliseconds since 1970. */
  t: z.number().int().positive().max(LAST_DATE_MS),
  v: z.number().nonnegative(),
});

export type Message =
  | { readonly kind: 'trade'; readonly trade: SpotTrade }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** A frame: a ping has nothing in it, trades come several at once and each is read by itself. */
export function readFrame(text: string, listed: ReadonlyMap<string, Listing>): readonly Message[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return [{ kind: 'refused', reason: `a frame of ${text.length} characters that is no JSON` }];
  }
  const frame = frameSchema.safeParse(body);
  if (!frame.success) return [{ kind: 'refused', reason: 'a frame without a type' }];
  const { type, msg = '', data = [] } = frame.data;
  if (type === 'error') return [{ kind: 'error', message: msg }];
  return type === 'trade' ? data.map((row) => readTrade(row, listed)) : [];
}

function readTrade(row: unknown, listed: ReadonlyMap<string, Listing>): Message {
  const read = tradeSchema.safeParse(row);
  if (!read.success) return { kind: 'refused', reason: `trade: ${faultOf(read.error)}` };
  const { s, p, t, v } = read.data;
  const listing = listed.get(s);
  if (!listing) return { kind: 'refused', reason: `${s} was not asked for` };
  const { spec } = listing;
  // Currencies have no volume: each price counts one.
  return { kind: 'trade', trade: { spec, at: epochMs(t), price: p, volume: isPair(spec) ? 1 : v } };
}

function faultOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it cannot be read';
}
