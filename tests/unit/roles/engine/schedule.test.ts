import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { type EpochMs, epochMs, fromUsd } from '../../../../src/kernel/units.js';
import { dueBetween as dueWith } from '../../../../src/roles/engine/schedule.js';

/** Winter: New York is UTC-5. */
const et = (clock: string, day = '2026-11-19') => epochMs(Date.parse(`${day}T${clock}-05:00`));
const limits = defaultLimits(fromUsd(50_000));
const dueBetween = (after: EpochMs, through: EpochMs) => dueWith(after, through, limits);
const names = (after: string, through: string) => dueBetween(et(after), et(through)).map((job) => job.name);

describe('schedule', () => {
  test('rings the plan every five minutes and the risk sweep every minute', () => {
    expect(names('09:34:59', '09:35:00')).toEqual(['focus', 'risk-sweep']);
    expect(names('09:35:00', '09:36:00')).toEqual(['risk-sweep']);
  });

  test('rings nothing twice and nothing early', () => {
    expect(names('09:35:00', '09:35:59')).toEqual([]);
    expect(names('09:36:00', '09:36:00')).toEqual([]);
  });

  test.each([
    ['00:00:00', 'session-change'],
    ['05:00:00', 'session-change'],
    ['10:00:00', 'entry-cutoff'],
    ['11:30:00', 'overnight-warning'],
    ['12:00:00', 'session-change'],
  ])('at %s ET it rings %s', (clock, name) => {
    const due = dueBetween(epochMs(et(clock) - 1), et(clock));
    expect(due.map((job) => job.name)).toContain(name);
    expect(due.every((job) => job.at === et(clock))).toBe(true);
  });

  test.each([
    ['09:17', 557],
    ['03:02', 182],
    ['12:00', 720],
  ])("rings at the trader's own %s, in whatever session, and no longer at 10:00 and 11:30", (clock, minute) => {
    const own = { entryCutoffMinute: minute, overnightWarningMinute: minute };
    const rung = dueWith(epochMs(et('00:00:00') - 1), et('23:59:59'), own).filter(
      ({ name }) => name === 'entry-cutoff' || name === 'overnight-warning',
    );
    expect(rung.map(({ name, at }) => [name, at])).toEqual([
      ['entry-cutoff', et(`${clock}:00`)],
      ['overnight-warning', et(`${clock}:00`)],
    ]);
  });

  test('makes ids from their meaning, without a colon', () => {
    const [focus] = dueBetween(et('09:34:00'), et('09:35:00'));
    expect(focus?.id).toBe('focus-2026-11-19T14-35');
  });

  test('after a silence runs each recurring job once, at its newest time, and no bell of the day is lost', () => {
    const due = dueBetween(et('04:50:00'), et('12:01:30'));
    expect(due.filter((job) => job.name === 'focus').map((job) => job.at)).toEqual([et('12:00:00')]);
    expect(due.filter((job) => job.name === 'risk-sweep').map((job) => job.at)).toEqual([et('11:59:00')]);
    expect(due.filter((job) => job.name === 'session-change').map((job) => job.at)).toEqual([
      et('05:00:00'),
      et('12:00:00'),
    ]);
    expect(due.map((job) => job.at)).toEqual(due.map((job) => job.at).toSorted((a, b) => a - b));
  });

  test('follows New York through the change to summer time', () => {
    const beforeDst = epochMs(Date.parse('2027-03-12T15:00:00Z'));
    const afterDst = epochMs(Date.parse('2027-03-15T14:00:00Z'));
    expect(dueBetween(epochMs(beforeDst - 1), beforeDst).map((job) => job.name)).toContain('entry-cutoff');
    expect(dueBetween(epochMs(afterDst - 1), afterDst).map((job) => job.name)).toContain('entry-cutoff');
  });
});
