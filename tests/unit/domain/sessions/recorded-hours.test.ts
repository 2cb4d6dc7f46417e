import { readFileSync } from 'node:fs';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type CalendarId, sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { epochMs } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';

// Every date from 2013 to 2027 against an independent table of hours, which follows LEAN's semantics: an early close
// ends the date unless a late open starts it again, and the weekly hours are today's.

interface RecordedHours {
  readonly earlyCloses: Readonly<Record<string, string>>;
  readonly lateOpens: Readonly<Record<string, string>>;
  readonly fullClosures: readonly string[];
}

/** Open hours of one New York date: the end of the day session in minutes (0: none), and whether the evening opens. */
interface DateHours {
  readonly dayEnd: number;
  readonly evening: boolean;
  readonly halted: boolean;
}

const file = dataFile('market-hours-cme-micros.json');
const recorded: Readonly<Record<string, RecordedHours>> = file
  ? JSON.parse(readFileSync(file, 'utf8')).instruments
  : {};

const PRODUCTS: Readonly<Record<string, CalendarId>> = {
  MES: 'equity-index',
  MNQ: 'equity-index',
  MGC: 'metals',
  SIL: 'metals',
  HG: 'metals',
  MCL: 'energy',
};

/** Where the calendar deliberately says something else about a day session: [recorded end, ours], and why. */
const DELIBERATE: Readonly<Record<string, Readonly<Record<string, readonly [string, string, string]>>>> = {
  'equity-index': {
    '2023-07-03': ['17:00', '13:15', 'missing from the table; the exchange closed early'],
    '2024-07-03': ['17:00', '13:15', 'missing from the table; the exchange closed early'],
    '2024-11-29': ['17:00', '13:15', 'missing from the table; the exchange closed early'],
    '2025-01-09': ['17:00', '09:30', 'missing from the table; the exchange closed early'],
    '2025-12-25': ['17:00', '00:00', 'an early close at the regular close undoes the table’s own late open'],
    '2027-01-18': ['17:00', '13:00', 'projected'],
    '2027-02-15': ['17:00', '13:00', 'projected'],
    '2027-03-26': ['17:00', '00:00', 'projected'],
    '2027-05-31': ['17:00', '13:00', 'projected'],
    '2027-07-05': ['17:00', '13:00', 'projected'],
    '2027-09-06': ['17:00', '13:00', 'projected'],
    '2027-11-25': ['17:00', '13:00', 'projected'],
    '2027-11-26': ['17:00', '13:15', 'projected'],
    '2027-12-24': ['17:00', '00:00', 'projected'],
  },
  metals: {
    '2024-11-29': ['17:00', '13:45', 'missing from the table; the exchange closed early'],
    '2026-09-07': ['14:30', '13:00', 'two sources differ: the earlier close wins'],
    '2026-11-27': ['14:45', '13:45', 'two sources differ: the earlier close wins'],
    '2027-01-18': ['17:00', '14:30', 'projected'],
    '2027-02-15': ['17:00', '14:30', 'projected'],
    '2027-03-26': ['17:00', '00:00', 'projected'],
    '2027-05-31': ['17:00', '14:30', 'projected'],
    '2027-07-05': ['17:00', '14:30', 'projected'],
    '2027-09-06': ['17:00', '13:00', 'projected'],
    '2027-11-25': ['17:00', '14:30', 'projected'],
    '2027-11-26': ['17:00', '13:45', 'projected'],
    '2027-12-24': ['17:00', '00:00', 'projected'],
  },
};
const deliberate = (root: string, date: string) => {
  const id = PRODUCTS[root];
  if (root === 'MCL' && date === '2025-12-25') return DELIBERATE['equity-index']?.[date];
  if (id !== 'equity-index' && date === '2025-12-25') return undefined;
  return DELIBERATE[id === 'energy' ? 'metals' : (id ?? '')]?.[date];
};

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const [CLOSE, OLD_CLOSE, EVENING] = [minutes('17:00'), minutes('17:15'), minutes('18:00')];

const DATES: readonly DateTime[] = Array.from({ length: 5_478 }, (_, i) => DateTime.utc(2013, 1, 1).plus({ days: i }));

const isoDate = (day: DateTime): string => day.toFormat('yyyy-MM-dd');
const isWeekday = (day: DateTime): boolean => day.weekday <= 5;
const hasEvening = (day: DateTime): boolean => day.weekday === 7 || day.weekday <= 4;

function recordedOn(root: string, day: DateTime): DateHours {
  const { earlyCloses = {}, lateOpens = {}, fullClosures = [] } = recorded[root] ?? {};
  const date = isoDate(day);
  const [early, late] = [earlyCloses[date], lateOpens[date]];
  if (fullClosures.includes(date)) return { dayEnd: 0, evening: false, halted: false };
  const dayEnd = !isWeekday(day) || (late && !early) ? 0 : early ? minutes(early) : CLOSE;
  return { dayEnd, evening: hasEvening(day) && (!early || late !== undefined), halted: false };
}

const known = new Map<string, DateHours>();

function oursOn(root: string, day: DateTime): DateHours {
  const id = PRODUCTS[root] ?? 'metals';
  const key = `${id} ${day.toMillis()}`;
  const hours = known.get(key) ?? walk(id, day);
  known.set(key, hours);
  return hours;
}

function walk(id: CalendarId, day: DateTime): DateHours {
  const calendar = sessionCalendar(id);
  const midnight = day.setZone('America/New_York', { keepLocalTime: true });
  const end = midnight.plus({ days: 1 }).toMillis();
  let [dayEnd, evening, halted] = [0, false, false];
  for (let at = midnight.toMillis(); at < end; ) {
    const state = calendar.stateAt(epochMs(at));
    const local = DateTime.fromMillis(Math.min(state.changesAt, end), { zone: 'America/New_York' });
    const until = state.changesAt >= end ? 24 * 60 : local.hour * 60 + local.minute;
    if (state.phase === 'halt') halted = true;
    if (state.isOpen && until > EVENING) evening = true;
    else if (state.isOpen) dayEnd = until;
    at = state.changesAt;
  }
  return { dayEnd, evening, halted };
}

describe.skipIf(file === undefined)(`hours of every date 2013-2027 (${NEEDS_DATA})`, () => {
  for (const root of Object.keys(PRODUCTS)) {
    test(`${root}: each day session ends when the table says, but for named dates`, () => {
      const unexplained: string[] = [];
      const used = new Set<string>();
      for (const day of DATES) {
        const date = isoDate(day);
        const [theirs, ours] = [recordedOn(root, day).dayEnd, oursOn(root, day).dayEnd];
        const regular = date < '2015-09-21' && theirs === CLOSE ? OLD_CLOSE : theirs;
        if (regular === ours) continue;
        const reason = deliberate(root, date);
        const isNamed = reason && minutes(reason[0]) === theirs && minutes(reason[1]) === ours;
        // The table's HG entry lacks hours that its entries of the other metals have; ours follow those.
        const sister = recordedOn('MGC', day).dayEnd;
        const isPoorHg =
          root === 'HG' && (sister === ours || (deliberate('MGC', date) && oursOn('MGC', day).dayEnd === ours));
        if (isNamed) used.add(date);
        else if (!isPoorHg) unexplained.push(`${date}: recorded ${theirs}, ours ${ours}`);
      }
      expect(unexplained).toEqual([]);
      const named = DATES.map(isoDate).filter((date) => deliberate(root, date) !== undefined);
      if (root !== 'HG') expect([...used], 'a named date that no longer differs').toEqual(named);
    });

    test(`${root}: each evening opens as in the table, but where the table leaves a holiday's edge out`, () => {
      const unexplained: string[] = [];
      for (const day of DATES) {
        const [theirs, ours] = [recordedOn(root, day).evening, oursOn(root, day).evening];
        if (theirs === ours) continue;
        const nextTrades = isWeekday(day.plus({ days: 1 })) && oursOn(root, day.plus({ days: 1 })).dayEnd > 0;
        // The table seldom takes the evening before a closure away, and often forgets the evening after a short or shut day.
        const closureAhead = theirs && !nextTrades;
        const reopening = !theirs && nextTrades && hasEvening(day) && recordedOn(root, day).dayEnd < CLOSE;
        const poorHg = root === 'HG' && ours && nextTrades;
        if (!closureAhead && !reopening && !poorHg)
          unexplained.push(`${isoDate(day)}: recorded ${theirs}, ours ${ours}`);
      }
      expect(unexplained).toEqual([]);
    });

    test(`${root}: the afternoon halt exists for equity index products alone, until June 2021`, () => {
      const wrong = DATES.filter((day) => {
        const { dayEnd, halted } = oursOn(root, day);
        return halted !== (PRODUCTS[root] === 'equity-index' && isoDate(day) < '2021-06-28' && dayEnd >= CLOSE);
      });
      expect(wrong.map(isoDate)).toEqual([]);
    });
  }
});
