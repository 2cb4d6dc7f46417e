import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { RollBook } from '../../../domain/instruments/roll-book.js';
import { after, type EpochMs, epochMs, iso, MINUTE } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar, FeedSink } from '../../../ports/feed.js';
import type { Bell } from './bell.js';
import { unavailable } from './failure.js';
import type { MinuteBook } from './minute-book.js';
import { createMinuteBuilder } from './minute-builder.js';
import type { Ear, Listing, VendorSource } from './source.js';

/** Parts of a minute may still come for so long after it. Market time, on the vendor's clock. */
const PARTS_SETTLE_MS = 2_000;
/** A vendor's clock may be ahead of ours by so much; what is further ahead is no bar of this market. */
const AHEAD_MS_MAX = MINUTE;
/** The least delay that is taken for a vendor's slow clock, and no more than a minute of it. */
const BEHIND_MS_MAX = MINUTE;
/** From opening a connection, or the source's last word that it waits, to a subscription that stands. Wall milliseconds. */
const READY_MS_MAX = 20_000;
const READY_LOOK_MS = 250;

export interface StationOptions {
  readonly source: VendorSource;
  readonly clock: Clock;
  readonly sink: FeedSink;
  readonly book: MinuteBook;
  readonly bell: Bell;
  readonly markets: readonly Listing[];
  readonly rolls: Pick<RollBook, 'front'>;
}

/** Hears one connection: puts bars into the book, makes minutes of parts, hands ticks on. */
export interface Station {
  readonly ear: Ear;
  /** Resolves when the subscription stands; rejects when `signal` aborts first, or it takes too long without the source saying that it waits. */
  ready(signal: AbortSignal): Promise<void>;
  /** Parts of minutes before this one are not used: their minute was not heard whole. */
  takePartsFrom(at: EpochMs): void;
  /** Puts the minutes made here that are over into the book. */
  closeMinutes(now: EpochMs): void;
  heardAt(): EpochMs;
}

export function createStation({ source, clock, sink, book, bell, markets, rolls }: StationOptions): Station {
  const builder = createMinuteBuilder();
  const listed = new Map(markets.map(({ spec, contract }) => [contract, spec]));
  const leads = (spec: ContractSpec, contract: string, at: EpochMs): boolean =>
    rolls.front(spec, at).symbol === contract;
  let isReady = false;
  let giveUpAt = Number.POSITIVE_INFINITY;
  const grant = (): void => {
    giveUpAt = clock.elapsed() + READY_MS_MAX;
  };
  let heardAt = clock.now();
  let partsFrom = epochMs(Number.POSITIVE_INFINITY);
  let leastDelayMs = BEHIND_MS_MAX;
  const where = ({ root, bar }: FeedBar): string => `${source.name} ${root} ${iso(bar.at)}`;

  const refuse = (bar: FeedBar, reason: string): void => sink.refused({ where: where(bar), reason });
  const put = (bar: FeedBar): void => {
    const now = clock.now();
    const spec = listed.get(bar.contract);
    if (spec === undefined) refuse(bar, `${bar.contract} was not asked for`);
    // What an old month trades after its roll is not the market any more; the new month's minutes are asked for.
    else if (!leads(spec, bar.contract, bar.bar.at)) return;
    else if (after(bar.bar.at, MINUTE) > now + AHEAD_MS_MAX)
      refuse(bar, `it closes after ${iso(now)}, the market's time`);
    else if (book.put(bar, now) === 'late') refuse(bar, 'it came after its minute had been passed on');
    bell.ring();
  };
  const ear: Ear = {
    ready() {
      isReady = true;
      bell.ring();
    },
    heard: () => {
      heardAt = clock.now();
    },
    bar: put,
    part(part) {
      leastDelayMs = Math.min(leastDelayMs, clock.now() - part.at);
      if (part.at < partsFrom) return;
      if (part.at > clock.now() + AHEAD_MS_MAX)
        sink.refused({
          where: `${source.name} ${part.root} ${iso(part.at)}`,
          reason: 'it is ahead of the market’s time',
        });
      else if (!builder.add(part))
        sink.refused({ where: `${source.name} ${part.root} ${iso(part.at)}`, reason: 'it came after its minute' });
    },
    tick(tick) {
      const spec = listed.get(tick.contract);
      if (spec === undefined || leads(spec, tick.contract, clock.now())) sink.tick(tick);
    },
    refused: (refusal) => sink.refused(refusal),
    waiting: grant,
    quiet: (reason) => sink.status({ state: 'silent', reason }),
  };
  return {
    ear,
    async ready(signal) {
      grant();
      while (!isReady && !signal.aborted) {
        if (clock.elapsed() > giveUpAt) throw unavailable(`${source.name} does not confirm the subscription`);
        await bell.wait(READY_LOOK_MS, signal);
      }
      signal.throwIfAborted();
    },
    takePartsFrom(at) {
      partsFrom = at;
    },
    closeMinutes(now) {
      const theirs = Math.min(now, now - leastDelayMs);
      // A minute counts once the vendor was heard after it: else its end may have been missed.
      const proven = heardAt - leastDelayMs;
      for (const bar of builder.closedBy(epochMs(Math.min(theirs - PARTS_SETTLE_MS, proven)))) put(bar);
    },
    heardAt: () => heardAt,
  };
}
