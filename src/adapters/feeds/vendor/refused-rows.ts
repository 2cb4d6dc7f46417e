import type { Span } from '../../../domain/bars/coverage.js';
import type { Result } from '../../../kernel/result.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { RefusedRow } from '../../../ports/history-source.js';

type Row = Result<FeedBar, string>;

export interface RefusedRows {
  /** `hasStragglers`: some of them are older than rows that came before. */
  page(rows: readonly Row[], hasStragglers: boolean): void;
  /** Nothing more will come. */
  end(): void;
}

/**
 * Tells of each row that cannot be read which minutes it may be, by the readable rows before and after it. In an answer that
 * stands in no order neighbours say nothing, those of earlier pages neither: it may be any minute of what was asked.
 */
export function createRefusedRows(
  { from, to }: Span,
  tell: (row: Required<Omit<RefusedRow, 'where'>>) => void,
): RefusedRows {
  let isInOrder = true;
  // Behind the newest row that could be read.
  let newest = from;
  // Reasons of rows whose next readable neighbour has not come yet.
  const waiting: string[] = [];
  let placed: string | undefined;
  const within = (at: EpochMs): EpochMs => epochMs(Math.min(Math.max(at, from), to));
  const loseOrder = (): void => {
    isInOrder = false;
    // One that was told with a place is enough to put the rest in doubt.
    for (const reason of [...(placed === undefined ? [] : [placed]), ...waiting.splice(0)]) tell({ reason, from, to });
  };
  const tellUntil = (next: EpochMs): void => {
    const until = within(next);
    if (waiting.length > 0 && until < newest) loseOrder();
    for (const reason of waiting.splice(0)) {
      tell({ reason, from: newest, to: until });
      placed = reason;
    }
  };
  return {
    page(rows, hasStragglers) {
      const inTime = oldestFirst(rows);
      if (isInOrder && (!inTime || hasStragglers)) loseOrder();
      for (const row of inTime ?? rows) {
        if (!row.ok) {
          if (isInOrder) waiting.push(row.error);
          else tell({ reason: row.error, from, to });
        } else if (isInOrder) {
          const { at } = row.value.bar;
          tellUntil(at);
          newest = epochMs(Math.max(newest, within(after(at, MINUTE))));
        }
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
