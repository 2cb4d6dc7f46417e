import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { after, type EpochMs, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { lookEveryMs } from '../pace.js';
import { type Bell, createBell } from '../vendor/bell.js';
import { isRefusal, refused } from '../vendor/failure.js';
import type { Ear, Refusal } from '../vendor/source.js';
import { farmOf, isFuturesFarm, type Meaning, meaningOf, TwsFailure } from './codes.js';
import type { TwsAddress } from './connection.js';
import type { ListedMonth } from './contracts.js';
import { plannedDowntime } from './downtime.js';
import { vendorFailure } from './failures.js';
import { createLastPrices, type LastPrices } from './last-price.js';
import { createTape, type Market, type Tape } from './tape.js';
import type { Turns } from './turns.js';
import type { Tws } from './wire.js';

export interface WatchedMarket extends Market {
  readonly month: ListedMonth;
}

export interface LiveOptions {
  readonly tws: Tws;
  readonly address: TwsAddress;
  readonly markets: readonly WatchedMarket[];
  readonly ear: Ear;
  readonly clock: Clock;
  readonly log: Log;
  readonly turns: Turns;
  /** A refusal that every connection finds again is told with the first. */
  readonly tellOnce: (refusal: Refusal) => void;
  /** Takes the messages that belong to no request from here on. */
  onSaid(hear: (code: number, text: string) => void): void;
}

/** Since we asked for streams: then a market without a 5-second bar is taken for quiet. Market time. */
const OTHERS_MS = 15 * SECOND;
/** Since we asked for streams while a market is open. Market time. */
const FIRST_BAR_MS = 90 * SECOND;

interface Watch extends LiveOptions {
  readonly tape: Tape;
  readonly bell: Bell;
  /** Markets IBKR has not refused. */
  readonly standing: Set<WatchedMarket>;
  fail(failure: unknown): void;
  failure(): unknown;
}

/** Holds the streams of one connection until it is lost, which rejects, or `signal` aborts. */
export async function holdLive(options: LiveOptions, signal: AbortSignal): Promise<void> {
  const { tws, address, ear, clock, markets } = options;
  const bell = createBell();
  let lost: unknown;
  const prices = new Map(markets.map((market) => [market.contract, createLastPrices(market, ear, clock)]));
  const tape = createTape({
    ear,
    clock,
    onInterval: ({ contract }, interval) => prices.get(contract)?.interval(interval),
    onGap: (reason) => watch.fail(new TwsFailure('lost', 0, reason)),
  });
  const watch: Watch = {
    ...options,
    tape,
    bell,
    standing: new Set(markets),
    fail(failure) {
      lost ??= failure instanceof TwsFailure ? vendorFailure(failure, address) : failure;
      bell.ring();
    },
    failure: () => lost,
  };
  void tws.ended.then(watch.fail);
  let isReady = false;
  options.onSaid((code, text) => hearMessage(watch, { code, text, isReady }));
  for (const market of markets) {
    await watchMarket(watch, market, signal);
    const last = prices.get(market.contract);
    if (last) watchPrice(watch, market, last);
  }
  const askedAt = clock.now();
  let hasBeenQuiet = false;
  while (!signal.aborted && watch.failure() === undefined) {
    // How long streams may take to begin is limited here, longer than elsewhere: a reset of IBKR is planned.
    if (!isReady) ear.waiting();
    if (isReady) tape.closeLate();
    else if (isStanding(watch, askedAt)) {
      isReady = true;
      tape.start();
      ear.ready();
    } else if (isOverdue(watch, askedAt)) {
      const planned = plannedDowntime(clock.now());
      if (planned === undefined)
        watch.fail(new TwsFailure('lost', 0, `no 5-second bar within ${FIRST_BAR_MS / SECOND} s`));
      else if (!hasBeenQuiet) ear.quiet(planned);
      hasBeenQuiet = true;
    }
    await bell.wait(lookEveryMs(clock), signal);
  }
  if (!signal.aborted) throw watch.failure();
}

async function watchMarket(watch: Watch, market: WatchedMarket, signal: AbortSignal): Promise<void> {
  const { tws, turns, tape, bell, clock, standing, address, tellOnce } = watch;
  const { contract, month } = market;
  // Each new stream counts like a request for the past; two of one contract are never the identical request.
  const isOurTurn = await turns.take(
    { series: `${month.conId} live`, text: `${month.conId} live ${clock.elapsed()}` },
    signal,
    watch.ear.waiting,
  );
  if (!isOurTurn) return;
  tws.watchBars(month, {
    bar(raw) {
      tape.take(market, raw);
      bell.ring();
    },
    failed(failure) {
      if (failure.meaning === 'pacing') turns.violated();
      const told = vendorFailure(failure, address, contract);
      const concernsMarket = isRefusal(told) || failure.meaning === 'refused';
      if (!concernsMarket) return watch.fail(failure);
      standing.delete(market);
      tellOnce({ where: `ibkr ${contract}`, reason: told.message });
      // With the last of them gone no new connection helps.
      if (standing.size === 0) watch.fail(isRefusal(told) ? refused(told.message) : told);
    },
  });
}

function watchPrice({ tws, address, tellOnce }: Watch, { contract, month }: WatchedMarket, last: LastPrices): void {
  tws.watchPrice(month, {
    ...last,
    failed(failure) {
      last.failed(failure);
      const told = vendorFailure(failure, address, contract);
      if (isRefusal(told))
        tellOnce({
          where: `ibkr ${contract} last price`,
          reason: `it is taken from the 5-second bars: ${told.message}`,
        });
    },
  });
}

/** What ends a connection's use although TWS keeps it: then all is asked for again, the past included. */
const ENDS_ALWAYS: readonly Meaning[] = ['back-without-streams', 'port-changed', 'competing'];
const ENDS_WHEN_READY: readonly Meaning[] = ['lost', 'farm-down'];

interface Message {
  readonly code: number;
  readonly text: string;
  /** Before the streams stand nothing of theirs can be lost. */
  readonly isReady: boolean;
}

function hearMessage({ fail, log }: Watch, { code, text, isReady }: Message): void {
  const meaning = meaningOf(code, text);
  log.debug({ evt: 'ibkr.said', code, text, meaning }, 'TWS says');
  if (meaning === 'farm-down' && !isFuturesFarm(farmOf(text))) return;
  if (ENDS_ALWAYS.includes(meaning) || (isReady && ENDS_WHEN_READY.includes(meaning)))
    fail(new TwsFailure(meaning, code, text));
}

const openMarkets = ({ standing, clock }: Watch): readonly WatchedMarket[] =>
  [...standing].filter(({ spec }) => sessionCalendar(spec.calendar).isOpen(clock.now()));

/** The streams are proven by their first bars. Where every market is shut there are none to wait for. */
function isStanding(watch: Watch, askedAt: EpochMs): boolean {
  const { tape, clock } = watch;
  const now = clock.now();
  const open = openMarkets(watch);
  const begunAt = tape.begunAt();
  if (begunAt === undefined) return open.length === 0;
  // IBKR's clock may be ahead: the minute we begin in must not be taken for a whole one.
  if (now < begunAt) return false;
  return open.every(tape.hasHeard) || now >= after(askedAt, OTHERS_MS);
}

const isOverdue = ({ tape, clock }: Watch, askedAt: EpochMs): boolean =>
  tape.begunAt() === undefined && clock.now() >= after(askedAt, FIRST_BAR_MS);
