import { type EpochMs, epochMs, iso } from '../../kernel/units.js';

/** A calendar month of UTC, `yyyy-MM`: the grain of the store's partitions and of the archive. */
export type Month = string;

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

export const monthOf = (at: EpochMs): Month => iso(at).slice(0, 7);

/** Reads `yyyy-MM`; undefined when it is no month. */
export const parseMonth = (text: string): Month | undefined => (MONTH.test(text) ? text : undefined);

export const monthStart = (month: Month): EpochMs => epochMs(Date.parse(`${month}-01T00:00:00Z`));

/** The first instant after the month. */
export function monthEnd(month: Month): EpochMs {
  const start = new Date(monthStart(month));
  return epochMs(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
}

/** The months that touch `from <= t < to`, oldest first. */
export function monthsBetween(from: EpochMs, to: EpochMs): readonly Month[] {
  const months: Month[] = [];
  for (let at = from; at < to; at = monthEnd(monthOf(at))) months.push(monthOf(at));
  return months;
}
