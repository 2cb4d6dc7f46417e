import { assetEvent } from '../../messages/dashboard.js';
import { compareIds, idMs, isStreamId } from '../../messages/stream-id.js';
import type { DashboardEntry, DashboardSource } from '../../ports/dashboard-source.js';
import type { Replica } from './replica.js';
import { SYMBOL_WINDOW_MS } from './stream-client.js';

/** Missed entries that are replayed one by one; beyond it a snapshot is shorter. */
const REPLAY_MAX = 500;
const FOCUS_UPDATES_FIRST = 8;

export interface CatchUpOptions {
  readonly source: DashboardSource;
  readonly replica: Replica;
  /** The newest state of what an event shows, under the given id; undefined when there is nothing to show. */
  frame(event: string, id: string): Buffer | undefined;
  snapshot(): readonly Buffer[];
  /** The newest entry at which every panel changed its looks without an event of its own. */
  resetAt(): string;
  write(frame: Buffer): void;
}

/**
 * Brings one stream from where it was to the replica's newest entry. Replayed entries show the newest state, so nothing
 * goes back in time; of several entries that show the same, only the last is sent.
 */
export async function catchUp(options: CatchUpOptions, cursor: string | undefined): Promise<void> {
  const { source, replica, write } = options;
  if (cursor !== undefined && isStreamId(cursor) && compareIds(cursor, replica.newestId) <= 0) {
    const missed = await source.entriesAfter(cursor, REPLAY_MAX + 1);
    if (missed !== 'too-old' && missed.length <= REPLAY_MAX) return resume(options, cursor, missed);
  }
  for (const frame of options.snapshot()) write(frame);
  const updates = await source.lastFocusUpdates(FOCUS_UPDATES_FIRST);
  replay(options, updates);
}

function resume(options: CatchUpOptions, cursor: string, missed: readonly DashboardEntry[]): void {
  const { replica, write } = options;
  const { newestId } = replica;
  // What is newer than the replica comes live: it must not stand in for an entry that does not.
  const lastOf = new Map(missed.filter(({ id }) => compareIds(id, newestId) <= 0).map(({ event, id }) => [event, id]));
  const held = heldBack(replica, cursor).filter(({ event }) => !lastOf.has(event));
  replay(options, [...held, ...missed.filter(({ event, id }) => lastOf.get(event) === id)]);
  if (compareIds(cursor, options.resetAt()) <= 0) for (const frame of options.snapshot()) write(frame);
  else
    replay(
      options,
      ['session-change', 'status'].map((event) => ({ event, id: replica.newestId })),
    );
}

function replay(
  { replica, frame, write }: CatchUpOptions,
  entries: readonly Pick<DashboardEntry, 'event' | 'id'>[],
): void {
  for (const { event, id } of entries) {
    // Newer than the replica: it is among the live events that wait for the end of this catch-up.
    if (compareIds(id, replica.newestId) > 0) continue;
    const bytes = frame(event, id);
    if (bytes) write(bytes);
  }
}

/**
 * Cards that the broken stream's throttle may have held back although later events had already passed. An event that was made
 * here carries the newest id there is, so the card of the cursor itself may not have been sent either. The ids are told by
 * another clock than the windows, hence two of them.
 */
function heldBack(replica: Replica, cursor: string): readonly { event: string; id: string }[] {
  return [...replica.cardIds].flatMap(([symbol, newest]) => {
    const isPassed = compareIds(newest, cursor) <= 0;
    const isRecent = idMs(cursor) - idMs(newest) <= 2 * SYMBOL_WINDOW_MS;
    return isPassed && isRecent ? [{ event: assetEvent(symbol), id: newest }] : [];
  });
}
