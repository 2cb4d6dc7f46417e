import type { FeedBar, FeedTick } from '../domain/bars/feed-bar.js';
import type { EpochMs } from '../kernel/units.js';

export type { FeedBar, FeedTick };

/** What a feed tells its owner. Handlers may be slow: a feed awaits them, so a feed can never run ahead of the store. */
export interface FeedSink {
  /**
   * Closed 1-minute bars that became known together, oldest first. `completeThrough` promises that no bar closing at or
   * before that instant will follow.
   */
  bars(bars: readonly FeedBar[], completeThrough: EpochMs | undefined): Promise<void>;
  tick(tick: FeedTick): void;
  /** A row or message that was refused; the rest goes on. */
  refused(what: { readonly where: string; readonly reason: string }): void;
  status(status: FeedStatus): void;
}

export interface FeedStatus {
  readonly state: 'starting' | 'live' | 'silent' | 'finished' | 'failed';
  readonly reason: string | undefined;
}

/** A source of bars and last prices. */
export interface Feed {
  readonly name: string;
  /** The instant that splits history from the live part; undefined for a feed that is simply live. */
  readonly startsAt: EpochMs | undefined;
  /** Bars before the live part begins, in batches, oldest first per symbol. */
  history(): AsyncIterable<readonly FeedBar[]>;
  /** Brings every bar that closes after `from`, as market time reaches its close; resolves when the feed has ended (never, for a live one) or was stopped. */
  run(from: EpochMs, sink: FeedSink): Promise<void>;
  stop(): Promise<void>;
  /** Only a feed that is brought its bars has it: takes closed bars from outside, oldest first. */
  push?(bars: readonly FeedBar[]): PushOutcome;
}

export interface PushOutcome {
  /** False when nothing was taken, and then why: too much waits, or another delivery month is in charge. */
  readonly isTaken: boolean;
  /** The delivery month whose bars are taken, where the bars were of another. */
  readonly inCharge?: string;
  readonly accepted: number;
  /** Bars that were known already, or whose minute had been passed on as complete. */
  readonly ignored: number;
}
