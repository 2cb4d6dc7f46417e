import { describe, expect, test } from 'vitest';
import { type Coverage, clipped, minutesIn, missingSpans, questionsFor } from '../../../../src/domain/bars/coverage.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { frontContract } from '../../../../src/domain/instruments/roll.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { after, type EpochMs, epochMs, HOUR, MINUTE } from '../../../../src/kernel/units.js';

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const calendar = sessionCalendar('metals');
/** Thursday noon to Monday morning: a daily break and a weekend lie in it. */
const [FROM, TO] = [at('2026-11-19T17:00:00Z'), at('2026-11-23T15:00:00Z')];
const missing = (more: Partial<Coverage> = {}) =>
  missingSpans({ from: FROM, to: TO, calendar, minutes: [], empty: [], ...more });
const minutesOf = (from: EpochMs, to: EpochMs): number[] =>
  Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE);

describe('what is missing', () => {
  test('of an empty store is every open minute, and no closed one', () => {
    expect(missing()).toEqual([
      { from: FROM, to: at('2026-11-19T22:00:00Z') },
      { from: at('2026-11-19T23:00:00Z'), to: at('2026-11-20T22:00:00Z') },
      { from: at('2026-11-22T23:00:00Z'), to: TO },
    ]);
  });

  test('is nothing when every open minute is a bar or known to have none', () => {
    const half = at('2026-11-20T15:00:00Z');
    expect(missing({ minutes: minutesOf(FROM, half), empty: [{ from: half, to: TO }] })).toEqual([]);
  });

  test('is one minute where one bar is missing, at the edges of a session too', () => {
    for (const gap of [FROM, at('2026-11-19T21:59:00Z'), at('2026-11-19T23:00:00Z'), after(TO, -MINUTE)]) {
      const minutes = minutesOf(FROM, TO).filter((minute) => minute !== gap);
      expect(missing({ minutes })).toEqual([{ from: gap, to: after(gap, MINUTE) }]);
    }
  });

  test('lies around a known hole and not in it, even where holes overlap', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((hours) => after(FROM, hours * HOUR)) as [EpochMs, EpochMs, EpochMs, EpochMs];
    const empty = [
      { from: a, to: d },
      { from: b, to: c },
    ];
    expect(missing({ to: at('2026-11-19T22:00:00Z'), empty })).toEqual([
      { from: FROM, to: a },
      { from: d, to: at('2026-11-19T22:00:00Z') },
    ]);
  });

  test('counts its minutes, and can be looked at through a window', () => {
    const window = { from: at('2026-11-19T21:00:00Z'), to: at('2026-11-20T00:00:00Z') };
    expect(minutesIn(clipped(missing(), window))).toBe(120);
  });
});

describe('the questions', () => {
  const crude = instrument('MCL');
  if (!crude) throw new Error('no MCL');
  const energy = sessionCalendar('energy');

  test('join what only closed hours or less than an hour of market part, and nothing else', () => {
    const span = (from: string, to: string) => ({ from: at(from), to: at(to) });
    const spans = [
      span('2026-11-03T14:00:00Z', '2026-11-03T15:00:00Z'),
      span('2026-11-03T15:59:00Z', '2026-11-03T22:00:00Z'),
      span('2026-11-03T23:00:00Z', '2026-11-04T03:00:00Z'),
      span('2026-11-04T04:00:00Z', '2026-11-04T05:00:00Z'),
    ];
    expect(questionsFor(frontContract, spans, { spec: crude, calendar: energy })).toEqual([
      { contract: 'MCLZ6', ...span('2026-11-03T14:00:00Z', '2026-11-04T03:00:00Z') },
      { contract: 'MCLZ6', ...span('2026-11-04T04:00:00Z', '2026-11-04T05:00:00Z') },
    ]);
  });

  test('go to each contract for the days in which it led', () => {
    const span = { from: at('2026-11-09T00:00:00Z'), to: at('2026-11-25T00:00:00Z') };
    const questions = questionsFor(frontContract, [span], { spec: crude, calendar: energy });
    expect(questions.map(({ contract }) => contract)).toEqual(['MCLZ6', 'MCLF7']);
    expect([questions[0]?.from, questions[1]?.to]).toEqual([span.from, span.to]);
    expect(questions[0]?.to).toBe(questions[1]?.from);
  });
});
