import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { after, type EpochMs, epochMs, iso, MINUTE, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Ear } from '../vendor/source.js';
import { intervalOf, type RawBar } from './mapper.js';
import {
  createMinutes,
  hasTraded,
  INTERVAL_MS,
  INTERVALS,
  type Interval,
  type Minutes,
  nextMinute,
} from './minutes.js';

/** A minute that lacks an interval is closed so long after its end, on IBKR's clock. */
const LATE_MS = 1_500;
/** A delay is taken for a slow clock up to here, and for an outage beyond. */
const BEHIND_MS_MAX = MINUTE;
/** So much of a stream may be missing and the minute is built from the rest; more of it is asked for again. */
const GAP_MS_MAX = 10 * SECOND;

export interface Market {
  readonly spec: ContractSpec;
  /** `MGCZ6` */
  readonly contract: string;
}

export interface TapeOptions {
  readonly ear: Ear;
  readonly clock: Clock;
  onInterval(market: Market, interval: Interval): void;
  /** A stream went on after a stretch of it was lost. Nothing is passed on any more. */
  onGap(reason: string): void;
}

/** The 5-second bars of one connection, laid into minutes. */
export interface Tape {
  take(market: Market, raw: RawBar): void;
  /** Whether a market has been heard on this connection. */
  hasHeard(market: Market): boolean;
  /** Open of the oldest interval heard; undefined before there is one. */
  begunAt(): EpochMs | undefined;
  /** From the next whole minute on, minutes are passed on. */
  start(): void;
  /** Passes on what is over by the clock although an interval is missing. */
  closeLate(): void;
}

interface Roll {
  readonly minutes: Minutes;
  /** An interval without a trade was sent, so one that does not come is lost and not just quiet. */
  sendsQuiet: boolean;
  newestEnd: EpochMs;
}

export function createTape({ ear, clock, onInterval, onGap }: TapeOptions): Tape {
  const rolls = new Map<Market, Roll>();
  let begunAt: EpochMs | undefined;
  let wholeFrom: EpochMs | undefined;
  let leastDelayMs = BEHIND_MS_MAX;

  /** Nothing that closes later is over. Where quiet intervals are sent, the stream itself has to say that it goes on. */
  const overBy = (): EpochMs => {
    const theirs = clock.now() - Math.max(0, leastDelayMs) - LATE_MS;
    const all = [...rolls.values()];
    if (all.every(({ sendsQuiet }) => !sendsQuiet)) return epochMs(theirs);
    return epochMs(Math.min(theirs, Math.max(...all.map(({ newestEnd }) => newestEnd))));
  };
  const passOn = (market: Market, { minutes, sendsQuiet }: Roll): void => {
    if (wholeFrom === undefined) return;
    for (let built = minutes.next(overBy()); built; built = minutes.next(overBy())) {
      const { at, heard, bar } = built;
      if (at < wholeFrom) continue;
      const { spec, contract } = market;
      const lacking = INTERVALS - heard;
      if (lacking > 0 && sendsQuiet && sessionCalendar(spec.calendar).isOpen(at)) {
        const reason = `${lacking} of its ${INTERVALS} 5-second bars did not come; it is built from the others`;
        ear.refused({ where: `ibkr ${contract} ${iso(at)}`, reason });
      }
      if (bar) ear.bar({ root: spec.root, contract, bar });
    }
  };
  const gapBefore = ({ at }: Interval, { spec }: Market, { sendsQuiet, newestEnd }: Roll): number =>
    sendsQuiet && sessionCalendar(spec.calendar).isOpen(newestEnd) ? at - newestEnd : 0;
  const rollOf = (market: Market, { at }: Interval): Roll => {
    const roll = rolls.get(market) ?? { minutes: createMinutes(), sendsQuiet: false, newestEnd: at };
    rolls.set(market, roll);
    return roll;
  };

  return {
    take(market, raw) {
      ear.heard();
      const decoded = intervalOf(raw, market.spec);
      if (!decoded.ok) return ear.refused({ where: `ibkr ${market.contract}`, reason: decoded.reason });
      const interval = decoded.value;
      const roll = rollOf(market, interval);
      const gapMs = gapBefore(interval, market, roll);
      if (gapMs > GAP_MS_MAX && wholeFrom !== undefined)
        return onGap(`the 5-second bars of ${market.contract} stopped for ${Math.round(gapMs / SECOND)} s`);
      const end = after(interval.at, INTERVAL_MS);
      if (begunAt === undefined || interval.at < begunAt) begunAt = interval.at;
      if (end > roll.newestEnd) roll.newestEnd = end;
      leastDelayMs = Math.min(leastDelayMs, clock.now() - end);
      if (!hasTraded(interval)) roll.sendsQuiet = true;
      if (!roll.minutes.take(interval)) return;
      onInterval(market, interval);
      passOn(market, roll);
    },
    hasHeard: (market) => rolls.has(market),
    begunAt: () => begunAt,
    start() {
      wholeFrom = nextMinute(clock.now());
    },
    closeLate() {
      for (const [market, roll] of rolls) passOn(market, roll);
    },
  };
}
