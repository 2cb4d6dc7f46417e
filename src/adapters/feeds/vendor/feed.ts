import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { createRollBook, type RollBook } from '../../../domain/instruments/roll-book.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { messageOf } from '../../../kernel/errors.js';
import { rest } from '../../../kernel/rest.js';
import { after, DAY, type EpochMs, epochMs, iso, MINUTE, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed, FeedBar, FeedSink } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import { lookEveryMs, waitUntil } from '../pace.js';
import { type Bell, createBell } from './bell.js';
import { catchUp } from './catch-up.js';
import { isFinal, unavailable } from './failure.js';
import { createMinuteBook, type MinuteBook } from './minute-book.js';
import { createPause } from './patience.js';
import type { Listing, Refusal, VendorSource } from './source.js';
import { createStation, type Station } from './station.js';
import { createVolumes, type Volumes } from './volumes.js';

/** A minute that lacks an open market is passed on when nothing more came for so long. Market time. */
export const SETTLE_MS = 2 * SECOND;
/** How long after the newest bar of an unfinished minute the vendor must be heard, for the minute to be passed on. Market time. */
const PROOF_MS = SECOND;
/** Nothing at all for so long while a market is open: the connection is taken for dead. Market time. */
const SILENT_MS = 5 * MINUTE;
/** What is older than this at a start is the backfill's. */
const CATCH_UP_MAX_MS = 4 * DAY;
/** A connection that held so long was a good one: the pauses begin anew. Wall milliseconds. */
const HELD_MS = 10_000;

export interface VendorFeedOptions {
  readonly source: VendorSource;
  readonly clock: Clock;
  readonly roots: readonly string[];
  readonly log: Log;
  /** Which months lead, shared by the feeds of a process. */
  readonly rolls?: RollBook | undefined;
}

/** One stretch of the live part, across all its connections. */
interface Run extends VendorFeedOptions {
  readonly sink: FeedSink;
  readonly book: MinuteBook;
  readonly bell: Bell;
  readonly rolls: RollBook;
  readonly volumes: Volumes;
  /** What every connection finds again is told with the first. */
  readonly tellOnce: (refusal: Refusal) => void;
  readonly signal: AbortSignal;
}

/**
 * A live feed over a vendor's source. After each (re)connection the minutes since the last one passed on are asked for,
 * so an outage leaves no hole; then minutes are passed on as they are whole and market time has reached their close.
 */
export function createVendorFeed(options: VendorFeedOptions): Feed {
  const stopping = new AbortController();
  const { signal } = stopping;
  const rolls = options.rolls ?? createRollBook();
  const volumes = createVolumes({ ...options, rolls });
  return {
    name: options.source.name,
    startsAt: undefined,
    async *history() {},
    async run(from, sink) {
      const start = epochMs(Math.max(from, options.clock.now() - CATCH_UP_MAX_MS));
      const [book, bell] = [createMinuteBook(startOfMinute(start)), createBell()];
      const run: Run = { ...options, rolls, volumes, sink, book, bell, signal, tellOnce: tellingOnce(sink) };
      if (start > from && from > 0) {
        const reason = `the minutes from ${iso(from)} to ${iso(start)} are too old for the live part: backfill them`;
        sink.refused({ where: options.source.name, reason });
      }
      sink.status({ state: 'starting', reason: `connecting to ${options.source.name}` });
      const pause = { current: createPause({ firstMs: 200, longestMs: 30_000 }) };
      while (!signal.aborted) {
        const begunAt = options.clock.elapsed();
        const lost = await connection(run);
        if (signal.aborted || lost === undefined) continue;
        if (options.clock.elapsed() - begunAt > HELD_MS)
          pause.current = createPause({ firstMs: 200, longestMs: 30_000 });
        const waitMs = pause.current.next();
        options.log.warn({ evt: 'feed.lost', feed: options.source.name, reason: lost, waitMs }, 'connecting again');
        sink.status({ state: 'silent', reason: `${lost}; connecting again` });
        await rest(waitMs, signal);
      }
    },
    async stop() {
      stopping.abort();
      options.source.close?.();
    },
  };
}

function tellingOnce(sink: FeedSink): (refusal: Refusal) => void {
  const told = new Set<string>();
  return (refusal) => {
    const text = `${refusal.where}: ${refusal.reason}`;
    if (told.has(text)) return;
    told.add(text);
    sink.refused(refusal);
  };
}

const startOfMinute = (at: EpochMs): EpochMs => epochMs(Math.floor(at / MINUTE) * MINUTE);

/** One connection from its first word to its end; the reason when it was lost. Rejects on what no new connection can mend. */
async function connection(run: Run): Promise<string | undefined> {
  const ended = new AbortController();
  const inner = AbortSignal.any([run.signal, ended.signal]);
  let lost: unknown;
  let live: Promise<void> | undefined;
  try {
    // The contracts are those of this instant, however long the vendor takes to answer.
    const { found, listedAt } = await currentMonths(run, inner);
    run.book.keepOnly((bar) => isCurrent(run, bar));
    const station = createStation({ ...run, markets: found });
    live = run.source.live(found, station.ear, inner).catch((error: unknown) => {
      lost = error;
      ended.abort();
    });
    await serve(run, { station, found, listedAt, inner });
  } catch (error) {
    // An end of the connection that cut other work short is the cause, not what it cut short.
    if (!inner.aborted) lost = error;
  } finally {
    ended.abort();
    await live;
  }
  if (run.signal.aborted || lost === undefined) return undefined;
  if (isFinal(lost) || isImpossible(lost)) throw lost;
  return messageOf(lost);
}

/** The months to listen to: those of the instant the vendor is asked, with what it says of their volumes. */
async function currentMonths(
  { source, clock, rolls, roots, volumes, tellOnce }: Run,
  inner: AbortSignal,
): Promise<{ readonly found: readonly Listing[]; readonly listedAt: EpochMs }> {
  const listedAt = clock.now();
  const list = async (): Promise<readonly Listing[]> => {
    const { found, refused } = await source.listings(listedAt, inner);
    refused.forEach(tellOnce);
    if (found.length === 0) throw unavailable(`${source.name} lists none of ${roots.join(', ')}`);
    return found;
  };
  const found = await list();
  await volumes.ask(found, inner);
  const hasMoved = found.some(({ spec, contract }) => rolls.front(spec, listedAt).symbol !== contract);
  return { found: hasMoved ? await list() : found, listedAt };
}

function isCurrent({ rolls }: Run, { root, contract, bar }: FeedBar): boolean {
  const spec = instrument(root);
  return spec !== undefined && rolls.front(spec, bar.at).symbol === contract;
}

/** When the first of the months is left; undefined when one of them does not lead any more, or never did. */
function firstRoll({ rolls }: Run, { found, listedAt }: Pick<Serving, 'found' | 'listedAt'>): EpochMs | undefined {
  const fronts = found.map(({ spec, contract }) => ({ contract, ...rolls.front(spec, listedAt) }));
  if (fronts.some(({ contract, symbol }) => contract !== symbol)) return undefined;
  return epochMs(Math.min(...fronts.map(({ rollsAt }) => rollsAt)));
}

const isImpossible = (error: unknown): boolean => error instanceof Error && error.message.startsWith('impossible');

interface Serving {
  readonly station: Station;
  readonly found: readonly Listing[];
  /** The instant whose front months were asked for. */
  readonly listedAt: EpochMs;
  readonly inner: AbortSignal;
}

/** Catches up, then passes minutes on until the connection ends or the front month changes. */
async function serve(run: Run, { station, found, listedAt, inner }: Serving): Promise<void> {
  const { clock, sink, book, source } = run;
  await station.ready(inner);
  const { buildsMinutes } = source;
  const subscribedAt = clock.now();
  const isOver = (): boolean => clock.now() >= (firstRoll(run, { found, listedAt }) ?? 0);
  // A month that ended while the vendor was asked is not listened to: the next connection asks for the new one.
  if (isOver()) return;
  // The minute in which we began to listen is whole only where the vendor makes it.
  const watchedFrom = buildsMinutes ? after(startOfMinute(subscribedAt), MINUTE) : startOfMinute(subscribedAt);
  station.takePartsFrom(watchedFrom);
  if (book.sealed() < watchedFrom) {
    sink.status({ state: 'starting', reason: `asking ${source.name} for the minutes since ${iso(book.sealed())}` });
    if (!(await waitUntil(after(watchedFrom, SETTLE_MS), { clock, signal: inner }))) return;
    await catchUp(run, { found, to: watchedFrom, signal: inner });
  }
  if (inner.aborted || isOver()) return;
  sink.status({ state: 'live', reason: undefined });
  await passOn(run, { station, inner, watchedFrom, listedAt, found });
}

interface Watch extends Serving {
  readonly watchedFrom: EpochMs;
}

async function passOn(run: Run, { station, inner, watchedFrom, listedAt, found }: Watch): Promise<void> {
  const { clock, sink, book, bell, volumes } = run;
  let silentSince = clock.now();
  let askedOn = tradingDayOf(listedAt);
  while (!inner.aborted) {
    const now = clock.now();
    if (tradingDayOf(now) !== askedOn) {
      // Before a minute of the new day is passed on: which month it belongs to must be known.
      askedOn = tradingDayOf(now);
      await volumes.ask(found, inner);
      continue;
    }
    volumes.askAgain(found, inner);
    const rollsAt = firstRoll(run, { found, listedAt });
    // Another feed of this process, or what was recorded, has moved on.
    if (rollsAt === undefined) return;
    station.closeMinutes(now);
    const minute = book.oldest();
    if (
      minute &&
      minute.close <= now &&
      (minute.close <= watchedFrom ||
        (minute.close <= rollsAt && isSettled(run, { minute, found, heardAt: station.heardAt() })))
    ) {
      book.seal(minute.close);
      await sink.bars(minute.bars, minute.close);
      continue;
    }
    if (now >= rollsAt) return;
    silentSince = epochMs(Math.max(silentSince, station.heardAt(), lastClosedAt(found, now)));
    if (now - silentSince > SILENT_MS)
      throw unavailable(`${run.source.name} has said nothing since ${iso(silentSince)} though a market is open`);
    await bell.wait(lookEveryMs(clock), inner);
  }
}

interface Candidate {
  readonly minute: NonNullable<ReturnType<MinuteBook['oldest']>>;
  readonly found: readonly Listing[];
  readonly heardAt: EpochMs;
}

/**
 * Whole, or quiet for a while on a connection that was heard meanwhile: on a dead one the rest of the minute may have been
 * lost, and is asked for later. Only markets that were open in that minute are waited for.
 */
function isSettled({ clock }: Run, { minute: { close, bars, newestArrival }, found, heardAt }: Candidate): boolean {
  const here = new Set(bars.map(({ root }) => root));
  const isOpen = ({ spec }: Listing): boolean => sessionCalendar(spec.calendar).isOpen(after(close, -MINUTE));
  if (found.every((listing) => here.has(listing.spec.root) || !isOpen(listing))) return true;
  const quietSince = Math.max(close, newestArrival);
  return clock.now() >= quietSince + SETTLE_MS && heardAt >= quietSince + PROOF_MS;
}

/** `now` while all markets are shut, else 0: silence is counted from the opening. */
const lastClosedAt = (found: readonly Listing[], now: EpochMs): number =>
  found.some(({ spec }) => sessionCalendar(spec.calendar).isOpen(now)) ? 0 : now;

/** The instruments of a watch list that are in the catalogue. */
export const specsOf = (roots: readonly string[]) =>
  roots.flatMap((root) => {
    const spec = instrument(root);
    return spec ? [spec] : [];
  });
