import type { EpochMs, TradingDay } from '../../kernel/units.js';

export { calendarCoversFrom, calendarCoversThrough, sessionCalendar } from './calendars/index.js';

export type CalendarId = 'equity-index' | 'metals' | 'energy' | 'us-stocks' | 'forex';

/** Why a market is open or shut at an instant. */
export type MarketPhase = 'open' | 'daily-break' | 'halt' | 'weekend' | 'holiday' | 'early-close';

export interface MarketState {
  readonly phase: MarketPhase;
  readonly isOpen: boolean;
  /** The instant at which `phase` next changes. */
  readonly changesAt: EpochMs;
  /** The holiday or short day's name, with "(projected)" when no exchange notice backs the row yet. */
  readonly note: string | undefined;
}

/** One dated exception to the weekly hours; `source` and `verified` say who said so and when it was read. */
export interface HolidayRow {
  readonly date: string;
  readonly name: string;
  /** ET wall clock "HH:mm" of an early close; absent on a day without any day session. */
  readonly closesAt?: string;
  /** False when the evening session of that date does not open. */
  readonly reopens: boolean;
  readonly source: string;
  readonly verified: string;
  readonly projected?: boolean;
  /** False on a holiday whose short session the exchange clears with the next business day: no business day for expiries. */
  readonly settles?: false;
}

/** The weekly hours from a trading day on, until the next entry. Evenings open at 18:00 ET, Sunday to Thursday, unless it says otherwise. */
export interface WeeklyHours {
  readonly from: string;
  /** ET wall clock at which each trading day ends, Monday to Friday. */
  readonly closesAt: string;
  /** ET wall clock at which a day session opens; such a market has no evenings. */
  readonly opensAt?: string;
  /** False for a market that goes on from Sunday's `closesAt` to Friday's without a pause. */
  readonly pausesDaily?: false;
  /** A pause within the day session, ET. */
  readonly halt?: { readonly from: string; readonly until: string };
  readonly source: string;
  readonly verified: string;
}

/** The exchange's clock of one product group. Built by `sessionCalendar` from its weekly hours and holiday table. */
export interface SessionCalendar {
  readonly id: CalendarId;
  readonly zone: 'America/New_York';
  /** The ET hour at which the trading day rolls. */
  readonly rollHour: 18;
  readonly holidays: readonly HolidayRow[];
  stateAt(at: EpochMs): MarketState;
  isOpen(at: EpochMs): boolean;
  /** First open and last close of a trading day, or undefined when the market does not open for it. */
  hoursOf(day: TradingDay): { readonly open: EpochMs; readonly close: EpochMs } | undefined;
  /** The trading day and the n-1 trading days with a session before it, oldest first. */
  lastTradingDays(day: TradingDay, n: number): readonly TradingDay[];
  /** Whether the exchange settles on that day; expiry and notice dates count these days. */
  isBusinessDay(day: TradingDay): boolean;
}
