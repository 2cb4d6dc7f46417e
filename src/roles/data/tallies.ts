import { instrument } from '../../domain/instruments/catalogue/index.js';
import { tradingDayOf } from '../../domain/sessions/trading-day.js';
import { SECOND } from '../../kernel/units.js';
import type { Clock } from '../../ports/clock.js';
import type { Tally, TallyStore } from '../../ports/data-quality.js';
import type { Log } from '../../ports/log.js';
import type { Board } from './board.js';

export interface Tallies {
  /** The same board; what it is told of bars that were not taken is counted as well. */
  over(board: Board): Board;
  /** Writes what was counted since. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface TallyOptions {
  readonly store: TallyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly source: string;
}

const FLUSH_EVERY_MS = 10 * SECOND;

type Counter = 'repeated' | 'late' | 'refused';

/**
 * Counts, for each symbol and trading day, what was not taken. The counts outlive the process; what a crash takes with it is
 * at most those of the last ten seconds. While the store is away they are kept: a row for each symbol and day, no more.
 */
export function startTallies({ store, clock, log, source }: TallyOptions): Tallies {
  let counted = new Map<string, Tally>();
  let isFailing = false;
  let writing: Promise<void> | undefined;
  const count = (root: string, what: Counter): void => {
    const day = tradingDayOf(clock.now());
    const key = `${root} ${day}`;
    const row = counted.get(key) ?? { root, day, source, repeated: 0, late: 0, refused: 0 };
    counted.set(key, { ...row, [what]: row[what] + 1 });
  };
  const write = async (): Promise<void> => {
    const taken = counted;
    if (taken.size === 0) return;
    counted = new Map();
    try {
      await store.add([...taken.values()]);
      isFailing = false;
    } catch (error) {
      for (const [key, row] of taken) counted.set(key, joined(row, counted.get(key)));
      if (!isFailing) log.warn({ evt: 'tallies.failed', error }, 'counts of refused bars wait for the store');
      isFailing = true;
    }
  };
  const flush = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS);
  return {
    over: (board) => ({
      ...board,
      barIgnored(root, why) {
        count(root, why === 'backwards' ? 'late' : why);
        board.barIgnored(root, why);
      },
      refused(root) {
        count(root !== undefined && instrument(root) ? root : '', 'refused');
        board.refused(root);
      },
    }),
    flush,
    async close() {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}

const joined = (row: Tally, more: Tally | undefined): Tally =>
  more
    ? {
        ...row,
        repeated: row.repeated + more.repeated,
        late: row.late + more.late,
        refused: row.refused + more.refused,
      }
    : row;
