import type { HolidayRow } from '../calendar.js';
import { dateOf, dayNumberOf, weekdayOf } from '../new-york.js';

/** What a calendar's own rows say; `sourced` and `holidayTable` add the rest. */
type Draft = Pick<HolidayRow, 'date' | 'name' | 'closesAt' | 'settles'>;
type Undecided = Omit<HolidayRow, 'reopens'>;

const FRIDAY = 5;

/** No day session, and none in the evening before. */
export const shut = (date: string, name: string): Draft => ({ date, name });

/** A business day that ends early. */
export const short = (date: string, name: string, closesAt: string): Draft => ({ date, name, closesAt });

/** A holiday with a short session that settles with the next business day. */
export const holiday = (date: string, name: string, closesAt: string): Draft => ({
  date,
  name,
  closesAt,
  settles: false,
});

export const sourced = (source: string, verified: string, drafts: readonly Draft[]): readonly Undecided[] =>
  drafts.map((draft) => ({ ...draft, source, verified }));

/** Rows that follow from the rule of earlier years; no notice of the exchange has been read for them. */
export const projected = (source: string, verified: string, drafts: readonly Draft[]): readonly Undecided[] =>
  sourced(source, verified, drafts).map((row) => ({ ...row, projected: true }));

/**
 * Joins blocks of rows in the order of their dates. The 18:00 session of a date opens unless it is a Friday or the next
 * date is shut: the exchange's schedules have followed that rule on every date since 2013.
 */
export function holidayTable(blocks: readonly (readonly Undecided[])[]): readonly HolidayRow[] {
  const rows = blocks.flat().sort((a, b) => (a.date < b.date ? -1 : 1));
  const shutDates = new Set(rows.filter((row) => row.closesAt === undefined).map((row) => row.date));
  return rows.map((row) => ({ ...row, reopens: eveningOpens(row.date, shutDates) }));
}

function eveningOpens(date: string, shutDates: ReadonlySet<string>): boolean {
  const day = dayNumberOf(date);
  return day !== undefined && weekdayOf(day) !== FRIDAY && !shutDates.has(dateOf(day + 1));
}
