import { z } from 'zod';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import { epochMs, LAST_DATE_MS, SECOND } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { Listing } from '../vendor/source.js';
import { halves, isPair, type SpotTrade, spotBar } from '../vendor/spot.js';

export const tickerOf = (spec: ContractSpec): string => (isPair(spec) ? halves(spec.root, '/') : spec.root);

const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'not a decimal number')
  .transform(Number);

/** `datetime` is the bar's open in UTC, because UTC is asked for; currencies have no volume. */
const rowSchema = z.object({
  datetime: z.string().regex(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/, 'not a UTC time'),
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal.optional(),
});
const seriesSchema = z.object({
  status: z.literal('ok').optional(),
  meta: z.object({ symbol: z.string() }).optional(),
  values: z.array(z.unknown()),
});
/** Errors come with HTTP 200 too. */
const errorSchema = z.object({ status: z.literal('error'), code: z.number().int(), message: z.string().default('') });

export type Series =
  | { readonly kind: 'rows'; readonly rows: readonly unknown[] }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly code: number; readonly message: string };

/** The answer to a question for a ticker. */
export function readSeries(body: unknown, ticker: string): Result<Series, string> {
  const failure = errorSchema.safeParse(body);
  if (failure.success) {
    const { code, message } = failure.data;
    if (code === 400 && /no data is available/i.test(message)) return ok({ kind: 'nothing' });
    return ok({ kind: 'error', code, message });
  }
  const series = seriesSchema.safeParse(body);
  if (!series.success) return err('the answer is no time series');
  const { meta, values } = series.data;
  if (meta && meta.symbol !== ticker) return err(`${meta.symbol} was not asked for`);
  return ok({ kind: 'rows', rows: values });
}

export function readRow(row: unknown, spec: ContractSpec): Result<FeedBar, string> {
  const read = rowSchema.safeParse(row);
  if (!read.success) return err(`${spec.root}: ${faultOf(read.error)}`);
  const { datetime, volume = 0, ...prices } = read.data;
  return spotBar({ at: Date.parse(`${datetime.replace(' ', 'T')}Z`), volume, ...prices }, spec);
}

const priceSchema = z.object({
  event: z.literal('price'),
  symbol: z.string(),
  price: z.number().positive(),
  /** Seconds since 1970. */
  timestamp: z
    .number()
    .int()
    .positive()
    .max(LAST_DATE_MS / 1e3),
  /** Shares traded since the day began. */
  day_volume: z.number().nonnegative().nullish(),
});
const named = z.array(z.object({ symbol: z.string() })).nullish();
const subscribedSchema = z.object({
  event: z.literal('subscribe-status'),
  status: z.string(),
  success: named,
  fails: named,
});
const otherSchema = z.object({ event: z.string(), message: z.string().optional(), status: z.string().optional() });

export type Message =
  | { readonly kind: 'price'; readonly trade: Omit<SpotTrade, 'volume'>; readonly dayVolume: number | undefined }
  | { readonly kind: 'subscribed'; readonly success: readonly string[]; readonly fails: readonly string[] }
  | { readonly kind: 'other'; readonly event: string; readonly isError: boolean; readonly message: string }
  | { readonly kind: 'refused'; readonly reason: string };

export function readMessage(text: string, listed: ReadonlyMap<string, Listing>): Message {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: 'refused', reason: `a message of ${text.length} characters that is no JSON` };
  }
  const other = otherSchema.safeParse(body);
  if (!other.success) return { kind: 'refused', reason: 'a message without an event' };
  const { event, status, message = '' } = other.data;
  if (event === 'price') return readPrice(body, listed);
  if (event !== 'subscribe-status') return { kind: 'other', event, isError: status === 'error', message };
  const read = subscribedSchema.safeParse(body);
  if (!read.success) return { kind: 'refused', reason: faultOf(read.error) };
  const names = (list: z.output<typeof named>): readonly string[] => (list ?? []).map(({ symbol }) => symbol);
  return { kind: 'subscribed', success: names(read.data.success), fails: names(read.data.fails) };
}

function readPrice(body: unknown, listed: ReadonlyMap<string, Listing>): Message {
  const read = priceSchema.safeParse(body);
  if (!read.success) return { kind: 'refused', reason: `price: ${faultOf(read.error)}` };
  const { symbol, price, timestamp, day_volume } = read.data;
  const listing = listed.get(symbol);
  if (!listing) return { kind: 'refused', reason: `${symbol} was not asked for` };
  const trade = { spec: listing.spec, at: epochMs(timestamp * SECOND), price };
  return { kind: 'price', trade, dayVolume: day_volume ?? undefined };
}

function faultOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it cannot be read';
}
