import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import {
  currentSession,
  etDate,
  etMinuteOfDay,
  nextEtMinute,
  nextSessionChange,
  sessionAt,
} from '../../../../src/domain/sessions/session.js';
import { epochMs } from '../../../../src/kernel/units.js';

const at = (iso: string) => epochMs(Date.parse(iso));
const instants = fc.integer({ min: Date.UTC(2013, 0, 1), max: Date.UTC(2030, 0, 1) }).map(epochMs);
const inNewYork = (ms: number) => DateTime.fromMillis(ms, { zone: 'America/New_York' });

describe('the session of an instant', () => {
  test.each([
    ['2026-11-20T04:59:59.999Z', 'off-hours', 'a second before midnight in winter'],
    ['2026-11-20T05:00:00Z', 'pre-market', 'midnight in winter'],
    ['2026-11-20T09:59:59.999Z', 'pre-market', 'just before 05:00'],
    ['2026-11-20T10:00:00Z', 'active', '05:00 in winter'],
    ['2026-11-20T16:59:59.999Z', 'active', 'just before noon'],
    ['2026-11-20T17:00:00Z', 'off-hours', 'noon in winter'],
    ['2026-07-01T09:00:00Z', 'active', '05:00 in summer'],
    ['2026-07-01T16:00:00Z', 'off-hours', 'noon in summer'],
    ['2026-03-08T09:00:00Z', 'active', '05:00 on the Sunday the clock springs forward'],
    ['2026-11-01T10:00:00Z', 'active', '05:00 on the Sunday the clock falls back'],
    ['2026-11-01T09:59:00Z', 'pre-market', '04:59 on the Sunday the clock falls back'],
    ['2026-03-20T09:30:00Z', 'active', '05:30, in the weeks when only America has changed its clock'],
    ['2026-10-28T08:59:00Z', 'pre-market', '04:59, in the week when only Europe has changed its clock'],
  ])('%s is %s (%s)', (iso, session) => {
    expect(sessionAt(at(iso))).toBe(session);
  });

  test('New York minute and date agree with the zone data at any instant, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 20 }), (list) => {
        for (const ms of list) {
          const local = inNewYork(ms);
          expect(etMinuteOfDay(ms)).toBe(local.hour * 60 + local.minute);
          expect(etDate(ms)).toBe(local.toISODate());
        }
      }),
    );
  });
});

describe('session changes', () => {
  test('the current session has begun, the next one lies ahead and nothing changes between', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const [now, next] = [currentSession(ms), nextSessionChange(ms)];
        expect(now.at).toBeLessThanOrEqual(ms);
        expect(next.at).toBeGreaterThan(ms);
        expect(now.session).toBe(sessionAt(ms));
        expect(sessionAt(next.at)).toBe(next.session);
        expect(sessionAt(epochMs(next.at - 1))).toBe(now.session);
        expect(currentSession(epochMs(next.at - 1)).at).toBe(now.at);
        expect([0, 5, 12]).toContain(inNewYork(next.at).hour);
      }),
    );
  });

  test('pre-market lasts four hours on the spring Sunday and six on the autumn Sunday', () => {
    const length = (iso: string) => {
      const began = currentSession(at(iso)).at;
      return (nextSessionChange(at(iso)).at - began) / 3_600_000;
    };
    expect(length('2026-03-08T06:00:00Z')).toBe(4);
    expect(length('2026-11-01T06:00:00Z')).toBe(6);
    expect(length('2026-11-20T06:00:00Z')).toBe(5);
  });

  test('the next 10:00 is today before ten and tomorrow from ten on', () => {
    expect(nextEtMinute(at('2026-11-20T14:59:00Z'), 600)).toBe(at('2026-11-20T15:00:00Z'));
    expect(nextEtMinute(at('2026-11-20T15:00:00Z'), 600)).toBe(at('2026-11-21T15:00:00Z'));
    expect(nextEtMinute(at('2026-10-31T15:00:00Z'), 600)).toBe(at('2026-11-01T15:00:00Z'));
  });
});
