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
 * goes back in time; of several card updates of one symbol only the last is sent, as the live throttle would.
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
  const lastOf = new Map(missed.filter(({ event }) => isCard(event, replica)).map(({ event, id }) => [event, id]));
  const held = heldBack(replica, cursor).filter(({ event }) => !lastOf.has(event));
  replay(options, [...held, ...missed.filter(({ event, id }) => (lastOf.get(event) ?? id) === id)]);
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

/** Cards that the broken stream's throttle may have held back although later events had already passed. */
function heldBack(replica: Replica, cursor: string): readonly { event: string; id: string }[] {
  return [...replica.trails].flatMap(([symbol, { newest, before }]) => {
    const wasQuick = before !== undefined && idMs(newest) - idMs(before) < 2 * SYMBOL_WINDOW_MS;
    const isRecent = compareIds(newest, cursor) < 0 && idMs(cursor) - idMs(newest) <= SYMBOL_WINDOW_MS;
    return wasQuick && isRecent ? [{ event: assetEvent(symbol), id: newest }] : [];
  });
}

function isCard(event: string, { state }: Replica): boolean {
  const plan = state.plan;
  return [...(plan?.assets ?? []), ...(plan?.others ?? [])].some(({ symbol }) => assetEvent(symbol) === event);
}
