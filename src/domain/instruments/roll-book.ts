import { type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf, tradingDayStart } from '../sessions/trading-day.js';
import { instrument } from './catalogue/index.js';
import type { ContractSpec } from './contract.js';
import { type FrontContract, frontContract } from './roll.js';
import {
  type DayVolume,
  earliestRoll,
  type MonthPair,
  type VolumeLead,
  volumeLead,
  volumeWindow,
} from './volume-roll.js';

export interface CurrentContract extends FrontContract {
  /** What made it the current one. */
  readonly by: 'calendar' | 'volume';
}

/** A change of contract ahead of the calendar, or one that was to come ahead of it and was moved. */
export interface EarlyRoll {
  readonly root: string;
  readonly from: string;
  readonly to: string;
  readonly at: EpochMs;
  /** The first trading day of the next contract. */
  readonly day: TradingDay;
  /** `MGC rolled to G7 on 2026-11-20: it traded more than Z6 on two days (101 against 100, 200 against 90)` */
  readonly text: string;
}

/** What must be known to say which of two months leads. */
export interface VolumeQuestion {
  readonly spec: ContractSpec;
  readonly front: string;
  readonly next: string;
  /** Whole trading days, oldest first. */
  readonly days: readonly TradingDay[];
  readonly at: EpochMs;
}

export interface RecordedBar {
  readonly root: string;
  readonly contract: string;
  /** Its open. */
  readonly at: EpochMs;
}

/**
 * Which month of an instrument is the front, for all who must agree on it: the calendar's, or already the next one where
 * volume has moved on. The calendar is the latest date, the month changes with a trading day and never within one, and what
 * is recorded stays true: a trading day that has bars in the old month belongs to it, and the roll waits for the next.
 */
export interface RollBook {
  front(spec: ContractSpec, at: EpochMs): CurrentContract;
  /** The volumes to find out; undefined where they would change nothing. */
  question(spec: ContractSpec, at: EpochMs): VolumeQuestion | undefined;
  /** Takes what was traded; volumes of days that are not over at `at` do not count. The roll, when this decides one. */
  learn(spec: ContractSpec, volumes: readonly DayVolume[], at: EpochMs): EarlyRoll | undefined;
  /** Takes notice of a bar that counts: its month is that of its trading day. In order of time, per root. */
  recorded(bar: RecordedBar): void;
  /** Where recorded bars may say more than the calendar, from here on; undefined when they cannot. */
  recallsFrom(spec: ContractSpec, from: EpochMs, to: EpochMs): EpochMs | undefined;
  /** Called with each roll that volumes decide, once, and again with its new day where recorded bars move it. */
  onRoll(tell: (roll: EarlyRoll) => void): void;
}

interface KnownPair extends MonthPair {
  readonly window: readonly TradingDay[];
  readonly earliest: EpochMs;
}

interface Move {
  readonly to: EpochMs;
  readonly by: RecordedBar;
}

export function createRollBook(): RollBook {
  /** From when on the next month is the front, by the month that is left. */
  const rolls = new Map<string, { readonly next: FrontContract; readonly at: EpochMs }>();
  /** Open of the newest recorded bar, by its month. */
  const newest = new Map<string, EpochMs>();
  const pairs = new Map<ContractSpec, KnownPair>();
  const listeners = new Set<(roll: EarlyRoll) => void>();

  const pairAt = (spec: ContractSpec, at: EpochMs): KnownPair => {
    const front = frontContract(spec, at);
    const known = pairs.get(spec);
    if (known?.front.rollsAt === front.rollsAt) return known;
    const window = volumeWindow(spec, front);
    const pair = { front, next: frontContract(spec, front.rollsAt), window, earliest: earliestRoll(window) };
    pairs.set(spec, pair);
    return pair;
  };
  const tell = (roll: EarlyRoll): void => {
    for (const listener of listeners) listener(roll);
  };
  /** Sets the roll to an instant if that is still ahead of the calendar; else there is none. */
  const setRoll = (spec: ContractSpec, { front, next }: MonthPair, at: EpochMs): boolean => {
    const isAhead = at < front.rollsAt;
    if (isAhead) rolls.set(keyOf(spec, front), { next, at });
    else rolls.delete(keyOf(spec, front));
    return isAhead;
  };
  /** Sets the roll to where a recorded bar says it is. Whoever was told of another day hears of this one. */
  const moveRoll = (spec: ContractSpec, pair: MonthPair, { to, by }: Move): void => {
    const before = rolls.get(keyOf(spec, pair.front));
    setRoll(spec, pair, to);
    const was = before && tradingDayOf(before.at);
    if (was === undefined || was === tradingDayOf(to)) return;
    const why = `bars of ${tradingDayOf(by.at)} are recorded in ${monthOf(spec.root, by.contract)}`;
    tell(earlyRoll(spec, pair, { at: to, now: by.at, why, was }));
  };

  return {
    front(spec, at) {
      const calendar = frontContract(spec, at);
      const roll = rolls.get(keyOf(spec, calendar));
      if (!roll) return { ...calendar, by: 'calendar' };
      if (at < roll.at) return { ...calendar, rollsAt: roll.at, by: 'calendar' };
      return { ...roll.next, rollsAt: rolls.get(keyOf(spec, roll.next))?.at ?? roll.next.rollsAt, by: 'volume' };
    },
    question(spec, at) {
      if (spec.expiry === 'none') return undefined;
      const { front, next, window, earliest } = pairAt(spec, at);
      if (at < earliest || rolls.has(keyOf(spec, front))) return undefined;
      const days = window.filter((day) => tradingDayEnd(day) <= at);
      return { spec, front: front.symbol, next: next.symbol, days, at };
    },
    learn(spec, volumes, at) {
      if (spec.expiry === 'none') return undefined;
      const pair = pairAt(spec, at);
      const key = keyOf(spec, pair.front);
      if (rolls.has(key)) return undefined;
      const over = volumes.filter(({ day }) => tradingDayEnd(day) <= at);
      const lead = volumeLead(pair, pair.window, over);
      if (!lead) return undefined;
      const held = newest.get(key);
      const rollsAt = held !== undefined && held >= lead.at ? tradingDayEnd(tradingDayOf(held)) : lead.at;
      if (!setRoll(spec, pair, rollsAt)) return undefined;
      const roll = earlyRoll(spec, pair, { at: rollsAt, now: at, why: volumeReason(spec, pair, lead) });
      tell(roll);
      return roll;
    },
    recorded(by) {
      const { root, contract, at } = by;
      const spec = instrument(root);
      if (!spec || spec.expiry === 'none') return;
      const pair = pairAt(spec, at);
      const key = keyOf(spec, pair.front);
      const roll = rolls.get(key);
      if (contract === pair.front.symbol) {
        newest.set(key, epochMs(Math.max(newest.get(key) ?? at, at)));
        if (roll && at >= roll.at) moveRoll(spec, pair, { to: tradingDayEnd(tradingDayOf(at)), by });
      } else if (contract === pair.next.symbol && at >= pair.earliest && (!roll || at < roll.at)) {
        const day = tradingDayOf(at);
        const began = tradingDayEnd(shiftTradingDay(day, -1));
        const held = newest.get(key);
        const to = held !== undefined && held >= began ? tradingDayEnd(day) : began;
        moveRoll(spec, pair, { to, by });
      }
    },
    recallsFrom(spec, from, to) {
      if (spec.expiry === 'none') return undefined;
      const first = pairAt(spec, from);
      const { earliest } = first.front.rollsAt <= to ? first : pairAt(spec, to);
      // One trading day more: the last one of the old month.
      return to < earliest ? undefined : tradingDayStart(shiftTradingDay(tradingDayOf(earliest), -1));
    },
    onRoll: (tell) => void listeners.add(tell),
  };
}

/** One month of a product, told from the one of the same name ten years on by when it is left. */
const keyOf = ({ root }: ContractSpec, { rollsAt }: FrontContract): string => `${root} ${rollsAt}`;

interface Decided {
  readonly at: EpochMs;
  readonly now: EpochMs;
  readonly why: string;
  /** The day that was told before. */
  readonly was?: TradingDay;
}

function earlyRoll({ root }: ContractSpec, { front, next }: MonthPair, { at, now, why, was }: Decided): EarlyRoll {
  const [from, to, day] = [front.symbol, next.symbol, tradingDayOf(at)];
  const when = was === undefined ? `on ${day}` : `on ${day}, not on ${was}`;
  const text = `${root} ${tradingDayStart(day) <= now ? 'rolled' : 'rolls'} to ${monthOf(root, to)} ${when}: ${why}`;
  return { root, from, to, at, day, text };
}

function volumeReason({ root }: ContractSpec, { front }: MonthPair, { days }: VolumeLead): string {
  const figures = days.map((it) => `${grouped(it.next)} against ${grouped(it.front)}`).join(', ');
  return `it traded more than ${monthOf(root, front.symbol)} on two days (${figures})`;
}

/** `Z6` */
const monthOf = (root: string, contract: string): string => contract.slice(root.length);

const grouped = (count: number): string => count.toLocaleString('en-US');
