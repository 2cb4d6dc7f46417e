import type { Span } from '../../../domain/bars/coverage.js';
import type { Result } from '../../../kernel/result.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { RefusedRow } from '../../../ports/history-source.js';

type Row = Result<FeedBar, string>;

export interface RefusedRows {
  page(rows: readonly Row[]): void;
  /** Nothing more will come. */
  end(): void;
}

/** Tells of each row that cannot be read which minutes it may be, by the readable rows before and after it. */
export function createRefusedRows({ from, to }: Span, tell: (row: Omit<RefusedRow, 'where'>) => void): RefusedRows {
  // Behind the newest row that could be read.
  let newest = from;
  // Reasons of rows whose next readable neighbour has not come yet.
  const waiting: string[] = [];
  const within = (at: EpochMs): EpochMs => epochMs(Math.min(Math.max(at, from), to));
  const tellUntil = (next: EpochMs): void => {
    const span = { from: newest, to: within(next) };
    // Where neighbours contradict each other they say nothing about what is between them.
    for (const reason of waiting.splice(0)) tell(span.from <= span.to ? { reason, ...span } : { reason });
  };
  return {
    page(rows) {
      const inTime = oldestFirst(rows);
      if (!inTime) for (const reason of waiting.splice(0)) tell({ reason });
      for (const row of inTime ?? rows) {
        if (row.ok) {
          const { at } = row.value.bar;
          if (inTime) tellUntil(at);
          newest = epochMs(Math.max(newest, within(after(at, MINUTE))));
        } else if (inTime) waiting.push(row.error);
        else tell({ reason: row.error });
      }
    },
    end: () => tellUntil(to),
  };
}

/** A page turned the right way round; undefined where its readable rows stand in no order. */
function oldestFirst(rows: readonly Row[]): readonly Row[] | undefined {
  const opens = rows.flatMap((row) => (row.ok ? row.value.bar.at : []));
  const isSorted = (of: readonly number[]): boolean => of.every((at, i) => i === 0 || (of[i - 1] ?? 0) <= at);
  if (isSorted(opens)) return rows;
  return isSorted(opens.toReversed()) ? rows.toReversed() : undefined;
}
