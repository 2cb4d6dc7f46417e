import { after, DAY, type EpochMs, type TradingDay } from '../../kernel/units.js';
import { weekdayLabel } from '../sessions/day-words.js';
import { tradingDayOf, tradingDayStart } from '../sessions/trading-day.js';
import type { ContractSpec } from './contract.js';
import { type FrontAt, frontContract } from './roll.js';

/** A change of contract that is near. */
export interface RollNotice {
  readonly root: string;
  readonly from: string;
  readonly to: string;
  /** From here on the next contract is the front. */
  readonly at: EpochMs;
  /** The first trading day of the next contract. */
  readonly day: TradingDay;
  /** The trading day on which it is announced. */
  readonly announced: TradingDay;
  /** `MGC rolls Z6 -> G7 on Tue 24 Nov` */
  readonly text: string;
}

/** A week ahead, and for a roll on a weekend's evening the trading day before that. */
const AHEAD_MS = 7 * DAY;

/**
 * The next roll by the calendar of the contract in hand, from the trading day a week before it on; undefined when none is
 * near. Where volume has moved on already, the contract in hand is the next one, and its own roll is months ahead.
 */
export const rollNotice = (spec: ContractSpec, at: EpochMs, inHand?: string | null): RollNotice | undefined =>
  rollNoticeBy(frontContract, { spec, at, inHand });

export interface InHand {
  readonly spec: ContractSpec;
  readonly at: EpochMs;
  /** The contract in hand; the one that leads where it is left out. */
  readonly inHand?: string | null | undefined;
}

/** The notice where more than the calendar may say when the contract in hand is left: a roll that is decided has its own day. */
export function rollNoticeBy(frontAt: FrontAt, { spec, at, inHand }: InHand): RollNotice | undefined {
  if (spec.expiry === 'none') return undefined;
  const front = frontInHand(frontAt, { spec, at, inHand });
  const announced = tradingDayOf(after(front.rollsAt, -AHEAD_MS));
  if (at < tradingDayStart(announced)) return undefined;
  const { symbol: to } = frontAt(spec, front.rollsAt);
  const day = tradingDayOf(front.rollsAt);
  const months = [front.symbol, to].map((symbol) => symbol.slice(spec.root.length));
  const text = `${spec.root} rolls ${months.join(' -> ')} on ${weekdayLabel(day)}`;
  return { root: spec.root, from: front.symbol, to, at: front.rollsAt, day, announced, text };
}

/** The calendar's months, but that this contract is left with the beginning of a trading day that is decided. */
export const leftOn =
  (contract: string, day: TradingDay): FrontAt =>
  (spec, at) => {
    const front = frontContract(spec, at);
    if (front.symbol !== contract) return front;
    const rollsAt = tradingDayStart(day);
    return at < rollsAt ? { ...front, rollsAt } : frontContract(spec, front.rollsAt);
  };

/** The month that leads, or the next one where that is in hand. */
function frontInHand(frontAt: FrontAt, { spec, at, inHand }: InHand): ReturnType<FrontAt> {
  const front = frontAt(spec, at);
  if (inHand === undefined || inHand === null || inHand === front.symbol) return front;
  const next = frontAt(spec, front.rollsAt);
  return inHand === next.symbol ? next : front;
}
