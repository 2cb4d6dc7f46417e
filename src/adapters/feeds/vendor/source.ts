import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { VolumeQuestion } from '../../../domain/instruments/roll-book.js';
import type { DayVolume } from '../../../domain/instruments/volume-roll.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { FeedBar, FeedTick } from '../../../ports/feed.js';
import type { HistoryWish, RefusedRow } from '../../../ports/history-source.js';
import type { BarPart } from './minute-builder.js';

export interface Refusal {
  readonly where: string;
  readonly reason: string;
}

/** One instrument as a vendor lists it. */
export interface Listing {
  readonly spec: ContractSpec;
  /** Listed contract in our own spelling, e.g. `MGCZ6`. */
  readonly contract: string;
  /** The vendor's name for it. */
  readonly ticker: string;
}

export interface Listings {
  readonly found: readonly Listing[];
  /** Instruments the vendor does not have, each named, and what else is worth telling. */
  readonly refused: readonly Refusal[];
}

/** What a connection is heard to say. */
export interface Ear {
  /** The subscription stands: from now on nothing is missed until the connection is lost. */
  ready(): void;
  /** The other side lives, whatever it said. */
  heard(): void;
  /** A closed 1-minute bar. */
  bar(bar: FeedBar): void;
  /** A trade or a short bar, from which minutes are made here. */
  part(part: BarPart): void;
  tick(tick: FeedTick): void;
  refused(refusal: Refusal): void;
  /** The subscription is late for a reason the source knows and bounds itself; said again and again while it lasts. */
  waiting(): void;
  /** A stretch that is planned or known, e.g. a nightly reset: shown as the state, and no alarm. */
  quiet(reason: string): void;
}

/** What a vendor's wire and mapper offer to the shared listener. */
export interface VendorSource {
  readonly name: string;
  /** Whether minutes are made here from parts; the minute in which a connection begins is then not whole. */
  readonly buildsMinutes: boolean;
  /** A vendor whose past is not in every plan: without it what was missed stays missing, and is told. */
  readonly mayLackPast?: boolean;
  listings(at: EpochMs, signal: AbortSignal): Promise<Listings>;
  /**
   * What two months of an instrument traded on whole trading days; nothing where the vendor does not list both. Absent
   * where the vendor has no such volumes: its months are the calendar's, or what others have found out.
   */
  volumes?(question: VolumeQuestion, signal: AbortSignal): Promise<readonly DayVolume[]>;
  /** One connection. Rejects when it is lost, resolves when `signal` aborts, and leaves nothing open either way. */
  live(listings: readonly Listing[], ear: Ear, signal: AbortSignal): Promise<void>;
  /** Closed bars with `from <= open < to`, oldest first, a page at a time; mends and repeats by itself what can be. */
  past(wish: HistoryWish, signal: AbortSignal, onRefused: (row: RefusedRow) => void): AsyncIterable<readonly FeedBar[]>;
  /** Lets go of connections that were kept for the next request. */
  close?(): void;
}
