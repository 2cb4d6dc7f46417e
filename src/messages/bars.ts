import { z } from 'zod';
import { barFault } from '../domain/bars/bar.js';
import type { FeedBar } from '../domain/bars/feed-bar.js';
import { instrument } from '../domain/instruments/catalogue/index.js';
import { onGrid, priceOf } from '../domain/instruments/contract.js';
import { err, ok, type Result } from '../kernel/result.js';
import { epochMs, iso, MINUTE, SECOND } from '../kernel/units.js';
import { parseJson } from './parse-json.js';

/** Field `bar` of `data:stream:bars`. Prices are decimals on the tick grid; `ts` is the bar's open. */
const barSchema = z.object({
  v: z.literal(1),
  symbol: z.string(),
  contract: z.string(),
  ts: z.iso.datetime(),
  open: z.number(),
  high: z.number(),
  low: z.number(),
  close: z.number(),
  volume: z.number(),
  source: z.string(),
  /** Seconds, for a bar that is no 1-minute bar. */
  length_s: z.int().positive().optional(),
});

/** `usual` names the source of a bar that does not name its own. */
export function encodeBar({ root, contract, bar, lengthMs, source: own }: FeedBar, usual: string): string {
  const spec = instrument(root);
  if (!spec) throw new Error(`impossible: a bar of an unknown instrument ${root}`);
  const { at, open, high, low, close, volume } = bar;
  const [o, h, l, c] = [open, high, low, close].map((ticks) => priceOf(ticks, spec));
  return JSON.stringify({
    v: 1,
    symbol: root,
    contract,
    ts: iso(at),
    open: o,
    high: h,
    low: l,
    close: c,
    volume,
    source: own ?? usual,
    ...(lengthMs !== undefined && lengthMs !== MINUTE && { length_s: lengthMs / SECOND }),
  });
}

/** Reads one stream entry; a refusal names the field that is wrong. */
export function decodeBar(text: string): Result<FeedBar & { readonly source: string }, string> {
  const parsed = barSchema.safeParse(parseJson(text));
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const { symbol, contract, ts, open, high, low, close, volume, source, length_s } = parsed.data;
  const spec = instrument(symbol);
  if (!spec) return err(`symbol: ${symbol} is not in the catalogue`);
  const [o, h, l, c] = [onGrid(open, spec), onGrid(high, spec), onGrid(low, spec), onGrid(close, spec)];
  if (o === undefined) return err(`open: ${open} is off the tick grid`);
  if (h === undefined) return err(`high: ${high} is off the tick grid`);
  if (l === undefined) return err(`low: ${low} is off the tick grid`);
  if (c === undefined) return err(`close: ${close} is off the tick grid`);
  const bar = { at: epochMs(Date.parse(ts)), open: o, high: h, low: l, close: c, volume };
  const fault = barFault(bar);
  return fault === undefined
    ? ok({ root: symbol, contract, bar, source, ...(length_s !== undefined && { lengthMs: length_s * SECOND }) })
    : err(fault);
}
