import type { RollBook } from '../../domain/instruments/roll-book.js';
import type { EpochMs } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { DataBus } from '../../ports/bus.js';
import type { Clock } from '../../ports/clock.js';
import type { TallyStore } from '../../ports/data-quality.js';
import type { Feed } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import { createBoard } from './board.js';
import { runFeed } from './feeds.js';
import { startFeedHealth } from './health.js';
import { startHeartbeat } from './heartbeat.js';
import { type IntakeOptions, startIntake } from './intake/server.js';
import { bridgeRows } from './intake/views.js';
import { createQuotes } from './quotes.js';
import { createRolls, type Rolls } from './rolls.js';
import { type SimBridge, startSimBridge } from './sim-bridge/bridge.js';
import type { Trader } from './sim-bridge/trader.js';
import type { SourcesReport } from './sources/report.js';
import { resumeAt, type StartUp, startUp } from './start-up.js';
import { startTallies } from './tallies.js';
import { createTickBus } from './tick-bus.js';

export interface DataParts {
  readonly bus: DataBus;
  readonly store: Pick<BarStore, 'save' | 'newest' | 'range'>;
  /** Undefined where bridges alone report. */
  readonly feed: Feed | undefined;
  /** How the feed's sources stand, where it is made of several. */
  readonly sources?: (() => SourcesReport) | undefined;
  /** Which months lead, told of every bar; undefined where the calendar's do. */
  readonly rolls?: RollBook | undefined;
  /** Where what was not taken is counted for good. */
  readonly tallies?: TallyStore;
  readonly clock: Clock;
  readonly drive: ((at: EpochMs) => void) | undefined;
  readonly log: Log;
  readonly roots: readonly string[];
  readonly runId: string;
  readonly intake: Pick<IntakeOptions, 'host' | 'port' | 'apiKey' | 'commands'>;
  /** The demo's trader as it stands after the bars that are already in the stream; undefined outside a demo. */
  readonly trader?: () => Promise<Trader>;
}

export interface RunningData {
  readonly bridgePort: number;
  /** Resolves when the feed has ended; rejects only on what cannot be. */
  readonly feedEnded: Promise<void>;
  close(): Promise<void>;
}

/** The data role: one feed into the streams, and the door for platform bridges. */
export async function startData(parts: DataParts): Promise<RunningData> {
  const { bus, clock, log, feed, roots } = parts;
  const stopping = new AbortController();
  const { signal } = stopping;
  const rolls = createRolls({ ...parts, rolls: parts.rolls, signal });
  const health = startFeedHealth({ bus, clock, log, sources: parts.sources, rolls: rolls.news });
  const intake = await startIntake({ bus, clock, log, feed, onSnapshot: health.snapshot, ...parts.intake }).catch(
    async (error: unknown) => {
      await health.close();
      throw error;
    },
  );
  const isLive = parts.sources !== undefined;
  let start: StartUp | undefined;
  const board = createBoard(feed?.name ?? 'none', roots, {
    ofFeed: () => ({ ...health.ofFeed(), ...(isLive && { ready: start?.isReady() ?? false }) }),
    ofRoot: health.ofRoot,
    leads: rolls.leads,
  });
  if (isLive) {
    const facts = { feedState: () => board.state().state, completeThrough: board.through };
    start = startUp({ bus, clock, log, signal, ...facts });
  }
  if (!feed) board.feedIs({ state: 'silent', reason: 'no feed is configured' });
  const status = () => {
    const now = clock.now();
    return board.snapshot(now, bridgeRows(intake.book(), now), intake.programs(now));
  };
  const heartbeat = startHeartbeat(bus, log, status);
  const tallies = feed && parts.tallies && startTallies({ store: parts.tallies, clock, log, source: feed.name });
  const quotes = createQuotes(bus, log);
  const simulated = await simBridge(parts, intake.port).catch(async (error: unknown) => {
    await intake.close();
    await health.close();
    throw error;
  });
  const prices = createTickBus(
    [
      { name: 'health', tick: health.tick },
      { name: 'quotes', tick: quotes.push },
      ...(simulated ? [{ name: 'bridge', tick: simulated.tick }] : []),
    ],
    log,
  );
  const feedEnded = feed
    ? runFeed({
        ...parts,
        feed,
        board: tallies?.over(board) ?? board,
        signal,
        resume: isLive ? () => resume(parts, rolls, signal) : undefined,
        onBars: (bars) => {
          rolls.bars(bars);
          health.bars(bars);
          simulated?.bars(bars);
        },
        onTick: prices.publish,
      })
    : Promise.resolve();
  return {
    bridgePort: intake.port,
    feedEnded,
    async close() {
      stopping.abort();
      await feedEnded.catch(() => undefined);
      await start?.done.catch(() => undefined);
      quotes.close();
      await tallies?.close();
      await simulated?.close();
      await intake.close();
      await health.close();
      await heartbeat.close();
    },
  };
}

/** Where a live feed goes on; the months that lead there are known before it is asked. */
async function resume(parts: DataParts, rolls: Rolls, signal: AbortSignal): Promise<EpochMs> {
  const now = parts.clock.now();
  const from = await resumeAt({ ...parts, now, signal });
  await rolls.recall(from, now);
  return from;
}

/** A bridge speaks in wall time; where the data drive the clock there is none to speak in, and accounts stay UNKNOWN. */
async function simBridge(parts: DataParts, port: number): Promise<SimBridge | undefined> {
  const { clock, log, trader, intake } = parts;
  if (!trader || !Number.isFinite(clock.speed)) return undefined;
  const host = intake.host === '0.0.0.0' || intake.host === '::' ? '127.0.0.1' : intake.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return startSimBridge({ url, apiKey: intake.apiKey, clock, log, trader: await trader() });
}
