import type { Result } from '../../kernel/result.js';
import { err, ok } from '../../kernel/result.js';
import type { SystemStatus } from '../../messages/dashboard.js';
import { compareIds } from '../../messages/stream-id.js';
import type { DashboardEntry, DashboardSnapshot } from '../../ports/dashboard-source.js';
import { type DashboardState, emptyState, fold, fromSnapshot } from './state.js';

/** The id of nothing: before the first entry of any stream. */
export const NO_ID = '0-0';

/** The web role's copy of what the engine published. It holds no truth of its own and can be rebuilt at any time. */
export interface Replica {
  readonly state: DashboardState;
  /** Grows whenever anything that is shown may have changed. */
  readonly version: number;
  readonly newestId: string;
  /** The id of the newest entry of each symbol's card: a client's throttle may still hold it. */
  readonly cardIds: ReadonlyMap<string, string>;
  load(snapshot: DashboardSnapshot): void;
  /** Folds an entry; 'repeated' for one at or before the newest. Gives the symbol of a card update. */
  apply(entry: DashboardEntry): Result<string | undefined, string>;
  /** Status travels with each heartbeat too, between its own events. */
  setStatus(status: SystemStatus): void;
  touch(): void;
}

export function createReplica(): Replica {
  let state = emptyState;
  let version = 0;
  let newestId = NO_ID;
  const cardIds = new Map<string, string>();
  return {
    get state() {
      return state;
    },
    get version() {
      return version;
    },
    get newestId() {
      return newestId;
    },
    cardIds,
    load(snapshot) {
      state = fromSnapshot(snapshot);
      newestId = snapshot.cursor;
      cardIds.clear();
      version += 1;
    },
    apply(entry) {
      if (compareIds(entry.id, newestId) <= 0) return err('repeated');
      newestId = entry.id;
      const folded = fold(state, entry);
      if (!folded.ok) return folded;
      const { symbol } = folded.value;
      if (symbol !== undefined) cardIds.set(symbol, entry.id);
      state = folded.value.state;
      version += 1;
      return ok(symbol);
    },
    setStatus(status) {
      state = { ...state, status };
      version += 1;
    },
    touch() {
      version += 1;
    },
  };
}
