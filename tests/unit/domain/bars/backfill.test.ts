import { describe, expect, test } from 'vitest';
import {
  isSettledSilence,
  monthlySpans,
  nightDue,
  rangeFault,
  settledFrom,
  spanOfDates,
  usualRange,
} from '../../../../src/domain/bars/backfill.js';
import { askOf } from '../../../../src/domain/bars/backfill-wish.js';
import { standingOf } from '../../../../src/domain/bars/standing.js';
import { after, DAY, type EpochMs, epochMs, HOUR, iso, MINUTE } from '../../../../src/kernel/units.js';

const at = (text: string): EpochMs => epochMs(Date.parse(text));
/** 13:00 New York on a Thursday. */
const NOW = at('2026-11-19T18:00:00Z');

describe('the usual range', () => {
  test('is the year up to the last trading day that has been over for the twelve hours after which its end is settled', () => {
    expect(usualRange(NOW)).toEqual({ from: '2025-11-19', to: '2026-11-18' });
    expect(usualRange(at('2026-11-19T23:30:00Z')).to, 'half an hour after its end').toBe('2026-11-18');
    expect(usualRange(at('2026-11-20T11:00:00Z')).to, 'twelve hours after its end').toBe('2026-11-19');
    expect(usualRange(at('2026-11-20T10:59:00Z')).to, 'a minute less').toBe('2026-11-18');
    expect(usualRange(at('2026-11-21T18:00:00Z')).to, 'on a Saturday').toBe('2026-11-20');
    expect(usualRange(NOW, { to: '2026-02-26' })).toEqual({ from: '2025-02-27', to: '2026-02-26' });
  });

  test.each([
    [{ from: '2026-13-01', to: '2026-11-18' }, '"2026-13-01" is no date'],
    [{ from: '2026-11-18', to: '2026-11-17' }, '2026-11-18 is after 2026-11-17'],
    [{ from: '2025-03-01', to: '2026-11-18' }, 'is more than a year'],
    [{ from: '2026-12-01', to: '2026-12-02' }, '2026-12-01 has not begun'],
  ])('cannot be %o', (range, why) => {
    expect(rangeFault(range, NOW)).toContain(why);
  });

  test('begins at 18:00 of the evening before and never reaches into the future', () => {
    const { from, to } = spanOfDates({ from: '2026-11-19', to: '2026-11-20' }, after(NOW, 30_500));
    expect([iso(from), iso(to)]).toEqual(['2026-11-18T23:00:00.000Z', iso(NOW)]);
  });

  test('is done a month of the store at a time, without a gap between them', () => {
    const span = spanOfDates({ from: '2026-09-15', to: '2026-11-18' }, NOW);
    const months = monthlySpans(span);
    expect(months.map(({ month }) => month)).toEqual(['2026-09', '2026-10', '2026-11']);
    expect([months[0]?.from, months.at(-1)?.to]).toEqual([span.from, span.to]);
    for (const [i, { to }] of months.slice(0, -1).entries()) expect(months[i + 1]?.from).toBe(to);
  });
});

describe('silence at the end of an answer', () => {
  const silence = (minutes: number, ago: number) => ({
    from: after(NOW, -ago - minutes * MINUTE),
    to: after(NOW, -ago),
  });
  test.each([
    ['five minutes, yesterday', silence(5, 19 * HOUR), true],
    ['five minutes, just now', silence(5, HOUR), false],
    ['half a day, yesterday', silence(720, 19 * HOUR), false],
    ['half a day, last week', silence(720, 3 * DAY), true],
  ])('%s', (_, span, isSettled) => {
    expect(isSettledSilence(span, NOW)).toBe(isSettled);
    const from = settledFrom(span);
    expect([isSettledSilence(span, from), isSettledSilence(span, after(from, -1))], 'from that very instant').toEqual([
      true,
      false,
    ]);
  });

  test('of the usual range is settled whenever the range is asked for, when the market is thin', () => {
    for (let hour = 0; hour < 7 * 24; hour += 1) {
      const now = after(NOW, hour * HOUR);
      const { to } = spanOfDates(usualRange(now), now);
      expect(isSettledSilence({ from: after(to, -2 * HOUR), to }, now), iso(now)).toBe(true);
    }
  });
});

test('the night’s run falls due at 12:05 of each trading day, and the weekend still owes Friday’s', () => {
  expect(nightDue(at('2026-11-19T17:04:00Z'))).toBe('2026-11-18');
  expect(nightDue(at('2026-11-19T17:05:00Z'))).toBe('2026-11-19');
  expect(nightDue(at('2026-11-22T20:00:00Z'))).toBe('2026-11-20');
});

describe('a wish', () => {
  const wish = { by: 'page', roots: ['MGC'], range: {}, source: undefined, isForced: false } as const;
  test('becomes an ask of the usual range in off-hours', () => {
    expect(askOf(wish, NOW)).toMatchObject({ ok: true, value: { id: `page-${NOW}`, range: { to: '2026-11-18' } } });
  });

  test('in live hours is refused with the hour from which it may be, unless it is forced', () => {
    const morning = at('2026-11-19T14:31:00Z');
    const refused = askOf(wish, morning);
    expect(refused.ok || refused.error).toContain('it is 09:31 in New York');
    expect(refused.ok || refused.error).toContain('next from 12:00 ET on 2026-11-19');
    expect(askOf({ ...wish, isForced: true }, morning).ok).toBe(true);
  });

  test('for a stranger is refused by name', () => {
    expect(askOf({ ...wish, roots: ['MGC', 'XX'] }, NOW)).toEqual({
      ok: false,
      error: 'XX is not an instrument we know',
    });
  });
});

test('the time left is what is left at the pace so far', () => {
  const parts = [
    { minutes: 1_000, minutesDone: 500, bars: 480 },
    { minutes: 1_000, minutesDone: 0, bars: 0 },
  ];
  expect(standingOf({ parts, tookMs: 10_000 })).toEqual({
    minutes: 2_000,
    minutesDone: 500,
    bars: 480,
    share: 0.25,
    perSecond: 50,
    leftMs: 30_000,
  });
  expect(standingOf({ parts: [], tookMs: undefined })).toMatchObject({ share: 0, perSecond: undefined });
});
