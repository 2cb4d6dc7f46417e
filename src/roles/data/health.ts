import type { AccountSnapshot } from '../../domain/accounts/snapshot.js';
import { type EpochMs, epochMs, iso } from '../../kernel/units.js';
import type { DataStatus } from '../../messages/data-status.js';
import type { DataBus } from '../../ports/bus.js';
import type { Clock } from '../../ports/clock.js';
import type { FeedBar, FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import { type FactTeller, type Known, startFactTeller, type TellerOptions } from './facts.js';
import { createPriceWatch } from './price-watch.js';
import { isWatched, knownOfSources } from './sources/known.js';
import {
  chargeText,
  deadRoots,
  isDead,
  isMoved,
  type RootReport,
  type SourcesReport,
  sourcesOf,
  sourcesText,
  summary,
} from './sources/report.js';
import { standingText, toldState, whyOf } from './sources/standing.js';

type FeedRow = DataStatus['feed'];
type RootRow = DataStatus['roots'][number];

/** How far the feed can be trusted: its sources against each other, and its prices against the platform's. */
export interface FeedHealth {
  tick(tick: FeedTick): void;
  bars(bars: readonly FeedBar[]): void;
  snapshot(snapshot: AccountSnapshot): void;
  /** What the status says beside the counters. */
  ofFeed(): Partial<FeedRow>;
  ofRoot(root: string, now: EpochMs): Partial<RootRow>;
  /** Tells the engine at once what it does not know yet. */
  tell(): Promise<void>;
  close(): Promise<void>;
}

export interface HealthOptions {
  readonly bus: Pick<DataBus, 'engineFacts' | 'sendFact'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the run has several sources, or might. */
  readonly sources: (() => SourcesReport) | undefined;
  /** Early rolls that are news. */
  readonly rolls?: (now: EpochMs) => readonly Known[];
}

/** Faster than this the way of a message takes so much market time that two prices are never of one instant. */
const COMPARED_UP_TO_SPEED = 1;

export function startFeedHealth({ bus, clock, log, sources, rolls }: HealthOptions): FeedHealth {
  const prices = clock.speed <= COMPARED_UP_TO_SPEED ? createPriceWatch() : undefined;
  const rootOf = (root: string): RootReport | undefined => sources?.().roots.find((it) => it.root === root);
  const known = (now: EpochMs): readonly Known[] => [
    ...(sources ? knownOfSources(sources()) : []),
    ...(prices?.facts(now) ?? []),
    ...(rolls?.(now) ?? []),
  ];
  const told: TellerOptions = {
    ...{ bus, clock, log, known },
    isWatched: (held) => sources !== undefined && isWatched(sources(), held),
  };
  const teller: FactTeller | undefined = sources || prices ? startFactTeller(told) : undefined;
  return {
    tick: (tick) => prices?.tick(tick),
    bars: (bars) => prices?.bars(bars),
    snapshot: (snapshot) => prices?.snapshot(snapshot),
    ofFeed: () => (sources ? feedRow(sources()) : {}),
    ofRoot(root, now) {
      const report = rootOf(root);
      const mismatch = prices?.facts(now).find((it) => it.root === root && it.active);
      return { ...(report && rootRow(report)), ...(prices && { mismatch: mismatch?.text ?? null }) };
    },
    tell: async () => teller?.tell(),
    close: async () => teller?.close(),
  };
}

function feedRow(report: SourcesReport): Partial<FeedRow> {
  const { at, sources, roots } = report;
  const dead = deadRoots(report);
  const moved = roots.filter((it) => it.hasDecided && isMoved(it) && !dead.includes(it));
  const named = new Set([...dead.flatMap(({ order }) => order), ...moved.map(({ order }) => order[0])]);
  const troubles = [
    ...dead.map((it) => `${it.root} down: ${sourcesText(sourcesOf(it, report), at)}`),
    ...moved.map(({ root, charge }) => `${root} ${chargeText(charge, at)}`),
    ...sources.flatMap((it) => (it.away !== undefined && !named.has(it.name) ? standingText(it, at) : [])),
  ];
  const { state, reason = null } = summary(report);
  return {
    // Also when all have given up for good, and the one error that ended them says nothing of the others.
    ...(isDead(sources) && { state, reason }),
    trouble: troubles.length === 0 ? null : troubles.join('; '),
    sources: sources.map((source) => ({
      name: source.name,
      state: toldState(source),
      reason: whyOf(source) ?? null,
      complete_through: source.promised === 0 ? null : iso(epochMs(source.promised)),
    })),
  };
}

const rootRow = (report: RootReport): Partial<RootRow> => ({
  source: report.charge.source,
  source_since: report.charge.since === undefined ? null : iso(report.charge.since),
  source_reason: report.charge.reason ?? null,
  frozen: report.frozen?.text ?? null,
});
