import { emptyBookAt } from '../../domain/accounts/book.js';
import { assetEvent } from '../../messages/dashboard.js';
import type { Mode } from '../../messages/focus-plan.js';
import type { Clock } from '../../ports/clock.js';
import type { DashboardSource } from '../../ports/dashboard-source.js';
import type { Log } from '../../ports/log.js';
import { type CatchUpOptions, catchUp } from './catch-up.js';
import { createFollower } from './follower.js';
import { createHub, type Hub } from './hub.js';
import { createJudged, judgementOf } from './judged.js';
import { createLiveness } from './liveness.js';
import type { Metrics } from './metrics.js';
import { isFeedLost } from './panels/believed.js';
import { panels } from './panels/index.js';
import { openMark } from './panels/open-in.js';
import type { ViewContext } from './panels/panel.js';
import { remembered } from './remembered.js';
import type { Render } from './render.js';
import { createFrames } from './rendered-frames.js';
import { createReplica, NO_ID } from './replica.js';
import type { StreamSink } from './stream-client.js';
import type { Timers } from './timers.js';

const HEARTBEAT_MS = 30_000;
/** Ages in the header are refreshed this often; the browser also takes it as a sign of life. */
const STATUS_MS = 5_000;
/** Whether an account fell silent or the cut-off passed is looked at this often. */
const JUDGE_MS = 500;

export interface LiveOptions {
  readonly source: DashboardSource;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly render: Render;
  readonly mode: Mode;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The living part of the web role: follows the engine, keeps the replica and feeds the open streams. */
export interface Live {
  readonly hub: Hub;
  context(): ViewContext;
  /** Changes when the shown state or the wall second does: what was rendered under a stamp can be used again. */
  stamp(): string;
  beatAgeMs(): number | undefined;
  start(): Promise<void>;
  /** Feeds one response until `leave` is called. */
  connect(sink: StreamSink, address: string, cursor: string | undefined): { leave(): void };
  close(): Promise<void>;
}

export function createLive(options: LiveOptions): Live {
  const { source, clock, timers, mode, log, metrics } = options;
  const replica = createReplica();
  const liveness = createLiveness(clock);
  const { staleAfterMs } = emptyBookAt(clock.speed);
  let resetAt = NO_ID;
  let told = '';
  let wasFeedLost = false;
  let wasOpen = '';
  const stops: (() => void)[] = [];

  const judged = createJudged(staleAfterMs);
  const context = (): ViewContext => {
    const now = clock.now();
    return { state: judged(replica.state, now), now, freshness: liveness.freshness, mode, speed: clock.speed };
  };
  const stamp = (): string => `${replica.version}.${Math.floor(clock.elapsed() / 1000)}`;
  const frame = createFrames(options.render, { context, stamp });
  const newest = (event: string): Buffer | undefined => frame(event, replica.newestId);
  const snapshot = remembered(stamp, () => SNAPSHOT_EVENTS.flatMap((event) => newest(event) ?? []));

  const hub = createHub({
    timers,
    elapsed: () => clock.elapsed(),
    snapshot,
    card: (symbol) => frame(assetEvent(symbol), replica.cardIds.get(symbol) ?? replica.newestId),
    onCollapse: () => metrics.collapses.inc(),
  });
  const pushNewest = (event: string): void => {
    const bytes = hub.size > 0 ? newest(event) : undefined;
    if (bytes) hub.push(bytes);
  };
  const follower = createFollower({
    ...options,
    replica,
    liveness,
    onEntry({ event, id }, symbol) {
      if (symbol !== undefined) hub.pushCard(symbol);
      else if (hub.size > 0) {
        const bytes = frame(event, id);
        if (bytes) hub.push(bytes);
      }
      if (event === 'status' || event === 'positions-update') judge();
    },
    onReset() {
      resetAt = replica.newestId;
      hub.pushSnapshot();
    },
  });

  /** What nobody has said but the clock, or the feed's silence, has made true. */
  const judge = (): void => {
    const { state } = context();
    const judgement = judgementOf(state);
    const feedLost = isFeedLost(state);
    const open = openMark(state);
    const changed = [
      ...(judgement === told ? [] : ['positions-update', 'risk-update']),
      // Header and cards say in one breath that prices are old.
      ...(feedLost === wasFeedLost ? [] : ['status']),
      // What is open has a card, and forbids one against it.
      ...(feedLost === wasFeedLost && open === wasOpen ? [] : ['focus-update']),
    ];
    if (changed.length === 0) return;
    told = judgement;
    wasFeedLost = feedLost;
    wasOpen = open;
    // No entry of the stream says so: a stream that resumes later gets everything anew.
    resetAt = replica.newestId;
    replica.touch();
    for (const event of changed) pushNewest(event);
  };

  const tell = (event: string): void => {
    judge(); // the header may not say before the cards do that prices are old
    pushNewest(event);
  };

  return {
    hub,
    context,
    stamp,
    beatAgeMs: liveness.beatAgeMs,
    async start() {
      await follower.start();
      const { state } = context();
      told = judgementOf(state);
      wasFeedLost = isFeedLost(state);
      wasOpen = openMark(state);
      stops.push(timers.every(JUDGE_MS, judge));
      stops.push(timers.every(STATUS_MS, () => tell('status')));
      stops.push(timers.every(HEARTBEAT_MS, () => tell('heartbeat')));
    },
    connect(sink, address, cursor) {
      const { client, leave } = hub.add(sink, address);
      const catching: CatchUpOptions = {
        source,
        replica,
        frame,
        snapshot,
        resetAt: () => resetAt,
        write: client.write,
      };
      catchUp(catching, cursor)
        .catch((error: unknown) => {
          log.warn({ evt: 'dashboard.catch-up-failed', error: String(error) }, 'a stream starts from a snapshot');
          client.pushSnapshot();
        })
        .then(client.release);
      return { leave };
    },
    async close() {
      for (const stop of stops) stop();
      hub.close();
      await follower.close();
    },
  };
}

const SNAPSHOT_EVENTS = [...new Set(panels.map((panel) => panel.event))];
