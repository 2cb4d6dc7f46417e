import { err, ok, type Result } from '../../kernel/result.js';
import type { MicroUsd, TradingDay } from '../../kernel/units.js';
import { type CalendarId, sessionCalendar } from '../sessions/calendar.js';
import { shiftTradingDay } from '../sessions/trading-day.js';
import { ceilingOf, type LimitRefusal, shapeOf } from './limit-ceilings.js';
import type { RiskLimits } from './limits.js';

/** New values for some of the limits. */
export type LimitsChange = Partial<RiskLimits>;

/** The limits in force, and the looser ones that begin with a later trading day. */
export interface LimitBook {
  readonly inForce: RiskLimits;
  readonly pending:
    | { readonly from: TradingDay; readonly limits: RiskLimits; readonly accountSize?: MicroUsd | undefined }
    | undefined;
  /** What the shares are shares of. Absent until a start of the engine has written it down. */
  readonly accountSize?: MicroUsd | undefined;
}

export type LimitKey = keyof RiskLimits;

export interface LimitsChanged {
  readonly book: LimitBook;
  /** In force at once, also a looser value that waited and no longer does. */
  readonly tightened: readonly LimitKey[];
  /** In force from the book's pending day. */
  readonly postponed: readonly LimitKey[];
  readonly unchanged: readonly LimitKey[];
}

interface ChangeFacts {
  readonly tradingDay: TradingDay;
  readonly accountSize: MicroUsd;
}

/** In this order: the NO TRADE line depends on the daily loss before it. */
export const KEYS: readonly LimitKey[] = [
  'openTradesMax',
  'riskPerTrade',
  'dailyLoss',
  'noTradeLoss',
  'lossesInARow',
  'totalRiskPct',
  'entryCutoffMinute',
  'overnightWarningMinute',
];

/** Every limit is stricter the smaller it is: less money, fewer trades, an earlier time. So is the account. */
export const isLooser = (value: number, than: number): boolean => value > than;

export const bookOf = (limits: RiskLimits, accountSize?: MicroUsd): LimitBook => ({
  inForce: limits,
  pending: undefined,
  ...(accountSize !== undefined && { accountSize }),
});

/**
 * Tightens at once and loosens from the next trading day, each limit by itself. A second looser value replaces the first;
 * asking for what is in force takes back a looser value that waits. A value over its ceiling changes nothing at all.
 */
export function changeLimits(
  book: LimitBook,
  change: LimitsChange,
  { tradingDay, accountSize }: ChangeFacts,
): Result<LimitsChanged, readonly LimitRefusal[]> {
  const today = limitsOn(book, tradingDay);
  const { inForce, pending } = today;
  const now: { -readonly [K in LimitKey]: RiskLimits[K] } = { ...inForce };
  const later: typeof now = { ...(pending?.limits ?? inForce) };
  const before = { now: inForce, later: { ...later } };
  for (const key of KEYS) {
    const value = change[key];
    if (value === undefined) continue;
    if (!isLooser(value, now[key])) put(now, key, value);
    put(later, key, value);
  }
  const refusals = KEYS.flatMap((key) => refusalOf(key, { change, inForce, later, accountSize }) ?? []);
  if (refusals.length > 0) return err(refusals);
  // The warning shot never comes after the shot.
  for (const limits of [now, later]) if (limits.noTradeLoss > limits.dailyLoss) limits.noTradeLoss = limits.dailyLoss;

  const isTighter = (key: LimitKey) =>
    now[key] !== before.now[key] || (!isLooser(later[key], now[key]) && isLooser(before.later[key], now[key]));
  const tightened = KEYS.filter(isTighter);
  const postponed = KEYS.filter((key) => isLooser(later[key], now[key]) && later[key] !== before.later[key]);
  const named = (key: LimitKey) => change[key] !== undefined;
  const unchanged = KEYS.filter((key) => named(key) && !tightened.includes(key) && !postponed.includes(key));
  const from = nextOpenDay(tradingDay);
  const next = bookWith({ now, later, from, accountSize: today.accountSize, laterSize: pending?.accountSize });
  return ok({ book: next, tightened, postponed, unchanged });
}

interface BookParts {
  readonly now: RiskLimits;
  readonly later: RiskLimits;
  readonly from: TradingDay;
  readonly accountSize: MicroUsd | undefined;
  /** The size that waits; the one in force when it is absent. */
  readonly laterSize: MicroUsd | undefined;
}

/** Something waits only where it differs from what is in force. */
export function bookWith({ now, later, from, accountSize, laterSize = accountSize }: BookParts): LimitBook {
  const waits = laterSize !== accountSize || KEYS.some((key) => later[key] !== now[key]);
  if (!waits) return bookOf(now, accountSize);
  const sized = laterSize !== undefined && { accountSize: laterSize };
  return { ...bookOf(now, accountSize), pending: { from, limits: later, ...sized } };
}

/** The book on a trading day: what waited for it, or for a day before it, is in force. The same book when nothing did. */
export function limitsOn(book: LimitBook, day: TradingDay): LimitBook {
  const { pending } = book;
  return pending && pending.from <= day ? bookOf(pending.limits, pending.accountSize ?? book.accountSize) : book;
}

function put<K extends LimitKey>(limits: { -readonly [P in K]: RiskLimits[P] }, key: K, value: RiskLimits[K]): void {
  limits[key] = value;
}

interface RefusalFacts {
  readonly change: LimitsChange;
  readonly inForce: RiskLimits;
  readonly later: RiskLimits;
  readonly accountSize: MicroUsd;
}

/** Only a looser value meets its ceiling: tightening is never refused. */
function refusalOf(key: LimitKey, { change, inForce, later, accountSize }: RefusalFacts): LimitRefusal | undefined {
  const value = change[key];
  if (value === undefined) return undefined;
  const odd = shapeOf(key, value);
  if (odd) return { field: key, problem: odd };
  const { max, text } = ceilingOf(key, { limits: later, accountSize });
  return isLooser(value, max) && isLooser(value, inForce[key]) ? { field: key, problem: text } : undefined;
}

const CALENDARS: readonly CalendarId[] = ['equity-index', 'metals', 'energy'];

/** The next trading day on which any market opens. */
export function nextOpenDay(day: TradingDay): TradingDay {
  let next = shiftTradingDay(day, 1);
  while (!CALENDARS.some((id) => sessionCalendar(id).hoursOf(next))) next = shiftTradingDay(next, 1);
  return next;
}
