import { err, type Result } from '../../../kernel/result.js';
import { after, type EpochMs, iso, MINUTE } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { HistorySource, HistoryWish, RefusedRow } from '../../../ports/history-source.js';
import type { Log } from '../../../ports/log.js';
import { createRefusedRows } from './refused-rows.js';
import type { VendorSource } from './source.js';

/** A vendor's past by itself. Rows that cannot be read are left out, and told to the log and to whoever asked. */
export function vendorHistory(source: Pick<VendorSource, 'name' | 'past' | 'close'>, log: Log): HistorySource {
  const closing = new AbortController();
  return {
    name: source.name,
    async *bars(wish, signal, onRefused) {
      const either = AbortSignal.any([signal, closing.signal]);
      yield* source.past(wish, either, (row: RefusedRow) => {
        const { where, reason, from, to } = row;
        const between = from === undefined || to === undefined ? {} : { from: iso(from), to: iso(to) };
        log.warn({ evt: 'history.refused', feed: source.name, where, reason, ...between }, 'a row was refused');
        onRefused?.(row);
      });
    },
    async close() {
      closing.abort();
      source.close?.();
    },
  };
}

type Row = Result<FeedBar, string>;

export interface Sorted {
  readonly page: readonly FeedBar[];
  /** Opens of bars that were not seen yet and are older than a page that was given out: too late to stand in order. */
  readonly stragglers: readonly EpochMs[];
}

/** Puts the pages of one contract in order and drops what comes twice. */
export function createSorter(from: EpochMs): (bars: readonly FeedBar[]) => Sorted {
  const seen = new Set<EpochMs>();
  let newest = from - 1;
  return (bars) => {
    const fresh = bars.filter(({ bar }) => {
      const isFresh = !seen.has(bar.at);
      seen.add(bar.at);
      return isFresh;
    });
    const before = newest;
    const page = fresh.filter(({ bar }) => bar.at > before).sort((a, b) => a.bar.at - b.bar.at);
    newest = page.at(-1)?.bar.at ?? newest;
    return { page, stragglers: fresh.filter(({ bar }) => bar.at <= before).map(({ bar }) => bar.at) };
  };
}

export interface Reading {
  readonly wish: HistoryWish;
  readonly where: string;
  readonly read: (row: unknown) => Row;
  readonly onRefused: (row: RefusedRow) => void;
}

/** Pages of a vendor's rows as bars of a wish: in order, each once, a bad row costs itself only. */
export async function* pagesInOrder(
  pages: AsyncIterable<readonly unknown[]>,
  { wish, where, read, onRefused }: Reading,
): AsyncGenerator<readonly FeedBar[]> {
  const inOrder = createSorter(wish.from);
  const refused = createRefusedRows(wish, (row) => onRefused({ where, ...row }));
  try {
    for await (const rows of pages) {
      const results = withoutStrangers(rows.map(read), wish);
      const bars = results.flatMap((row) => (row.ok && isWithin(row.value, wish) ? row.value : []));
      const { page, stragglers } = inOrder(bars);
      refused.page(results, stragglers.length > 0);
      for (const at of stragglers) {
        const reason = `${iso(at)}: it came after newer pages`;
        onRefused({ where, reason, from: at, to: after(at, MINUTE) });
      }
      if (page.length > 0) yield page;
    }
  } finally {
    refused.end();
  }
}

/** A bar so near to what was asked is a little more than that, and no answer to another question. */
const BESIDE_MS = 2 * MINUTE;

/**
 * A vendor may bring a little more than was asked. A page with nothing of what was asked is the answer to another question:
 * its bars are refused with one reason, so that the minutes that were asked for do not count as empty.
 */
function withoutStrangers(rows: readonly Row[], wish: HistoryWish): readonly Row[] {
  const bars = rows.flatMap((row) => (row.ok ? row.value : []));
  const opens = bars.map(({ bar }) => bar.at).sort((a, b) => a - b);
  const [first, last] = [opens[0], opens.at(-1)];
  const near = { ...wish, from: after(wish.from, -BESIDE_MS), to: after(wish.to, BESIDE_MS) };
  if (first === undefined || last === undefined || bars.some((bar) => isWithin(bar, near))) return rows;
  const span = first === last ? iso(first) : `${iso(first)} to ${iso(last)}`;
  return [err(`${span} was not asked for`), ...rows.filter((row) => !row.ok)];
}

const isWithin = ({ bar }: FeedBar, { from, to }: HistoryWish): boolean => bar.at >= from && bar.at < to;
