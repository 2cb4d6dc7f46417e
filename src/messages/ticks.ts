import { z } from 'zod';
import type { FeedTick } from '../domain/bars/feed-bar.js';
import { instrument } from '../domain/instruments/catalogue/index.js';
import { onGrid, priceOf } from '../domain/instruments/contract.js';
import { assert } from '../kernel/assert.js';
import { err, ok, type Result } from '../kernel/result.js';
import { after, epochMs, iso } from '../kernel/units.js';
import { parseJson } from './parse-json.js';

/**
 * Field `ticks` of `data:stream:ticks`: last prices that left together, in columns by contract. `ms` counts from `at`; of one
 * contract they stand in the order in which they were heard. One entry for many prices: an entry costs far more than a number.
 */
const ticksSchema = z.object({
  v: z.literal(1),
  at: z.iso.datetime(),
  last: z.array(
    z.object({
      symbol: z.string(),
      contract: z.string(),
      price: z.array(z.number()),
      ms: z.array(z.int()),
    }),
  ),
});

interface Column {
  readonly symbol: string;
  readonly contract: string;
  readonly price: number[];
  readonly ms: number[];
}

/** At least one last price, of instruments of the catalogue. */
export function encodeTicks(ticks: readonly FeedTick[]): string {
  const base = ticks[0]?.at;
  assert(base !== undefined, 'no last price to encode');
  const columns = new Map<string, Column>();
  for (const { root, contract, price, at } of ticks) {
    const spec = instrument(root);
    assert(spec !== undefined, `a last price of an unknown instrument ${root}`);
    let column = columns.get(contract);
    if (!column) {
      column = { symbol: root, contract, price: [], ms: [] };
      columns.set(contract, column);
    }
    column.price.push(priceOf(price, spec));
    column.ms.push(at - base);
  }
  return JSON.stringify({ v: 1, at: iso(base), last: [...columns.values()] });
}

/** Reads one stream entry; a refusal names the field that is wrong. */
export function decodeTicks(text: string): Result<readonly FeedTick[], string> {
  const parsed = ticksSchema.safeParse(parseJson(text));
  if (!parsed.success) return err(z.prettifyError(parsed.error));
  const base = epochMs(Date.parse(parsed.data.at));
  const ticks: FeedTick[] = [];
  for (const { symbol, contract, price, ms } of parsed.data.last) {
    const spec = instrument(symbol);
    if (!spec) return err(`symbol: ${symbol} is not in the catalogue`);
    if (price.length !== ms.length) return err(`ms: ${ms.length} times for ${price.length} prices of ${contract}`);
    for (let i = 0; i < price.length; i += 1) {
      const onTick = onGrid(price[i] ?? Number.NaN, spec);
      if (onTick === undefined) return err(`price: ${price[i]} of ${contract} is off the tick grid`);
      ticks.push({ root: symbol, contract, price: onTick, at: after(base, ms[i] ?? 0) });
    }
  }
  return ok(ticks);
}
