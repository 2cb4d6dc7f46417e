import type { DashboardEntry, DashboardSource } from '../../ports/dashboard-source.js';
import type { Log } from '../../ports/log.js';
import type { Liveness } from './liveness.js';
import type { Metrics } from './metrics.js';
import type { Replica } from './replica.js';
import type { Timers } from './timers.js';

const WATCH_MS = 1_000;
const RETRY_MS = 1_000;

export interface FollowerOptions {
  readonly source: DashboardSource;
  readonly replica: Replica;
  readonly liveness: Liveness;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: Metrics;
  /** An entry was folded; `symbol` when it was a single card's. */
  onEntry(entry: DashboardEntry, symbol: string | undefined): void;
  /** Every panel may show something else now. */
  onReset(): void;
}

/** Keeps the replica equal to what the engine published, and knows when it no longer can. */
export interface Follower {
  start(): Promise<void>;
  close(): Promise<void>;
}

export function createFollower(options: FollowerOptions): Follower {
  const { source, replica, liveness, timers, log, metrics } = options;
  const stops: (() => void)[] = [];
  let subscription: { close(): Promise<void> } | undefined;
  let isClosed = false;
  let isPolling = false;
  let wasDown = false;

  const receive = (entry: DashboardEntry): void => {
    const applied = replica.apply(entry);
    if (applied.ok) {
      metrics.events.inc({ event: entry.event });
      options.onEntry(entry, applied.value);
    } else if (applied.error !== 'repeated') {
      metrics.refused.inc();
      const { id, event } = entry;
      log.warn({ evt: 'dashboard.refused', id, event, reason: applied.error }, 'a dashboard entry was not understood');
    }
  };

  const judge = (): void => {
    if (isClosed || !liveness.check()) return;
    const { stale } = liveness.freshness;
    log.info({ evt: 'dashboard.freshness', stale }, stale ? 'the page is stale' : 'the page is fresh');
    replica.touch();
    options.onReset();
  };

  const hearStream = (state: 'up' | 'down'): void => {
    liveness.stream(state);
    judge();
    if (state === 'up' && wasDown) void reload();
    wasDown = state === 'down';
  };

  /** The stream is bounded: what happened while it was away may have left it already, so all of it is read anew. */
  const reload = async (): Promise<void> => {
    const old = subscription;
    subscription = undefined;
    await old?.close();
    if (!isClosed) await load();
  };

  const load = async (): Promise<void> => {
    try {
      const snapshot = await source.snapshot();
      if (isClosed) return;
      replica.load(snapshot);
      subscription = source.subscribe(snapshot.cursor, receive, hearStream);
      options.onReset();
    } catch (error) {
      log.warn({ evt: 'dashboard.source-down', error: String(error) }, 'the dashboard source cannot be read yet');
      if (!isClosed) stops.push(timers.after(RETRY_MS, () => void load()));
    }
  };

  const watch = async (): Promise<void> => {
    if (isPolling) liveness.store('silent');
    if (isPolling || isClosed) return;
    isPolling = true;
    try {
      const beat = await source.heartbeat();
      liveness.store('answers');
      liveness.heard(beat);
      if (beat) replica.setStatus(beat.status);
    } catch (error) {
      liveness.store('silent');
      log.debug({ evt: 'dashboard.heartbeat-unread', error: String(error) }, 'the heartbeat could not be read');
    }
    isPolling = false;
  };

  return {
    async start() {
      await load();
      await watch();
      judge();
      stops.push(
        timers.every(WATCH_MS, () => {
          void watch().then(judge);
          judge(); // a heartbeat that cannot even be read must not delay the verdict
        }),
      );
    },
    async close() {
      isClosed = true;
      for (const stop of stops) stop();
      await subscription?.close();
    },
  };
}
