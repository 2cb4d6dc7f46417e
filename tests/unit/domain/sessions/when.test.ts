import { expect, test } from 'vitest';
import { etWhen } from '../../../../src/domain/sessions/when.js';
import { type EpochMs, epochMs } from '../../../../src/kernel/units.js';

/** New York's winter clock, e.g. `2026-11-20 17:00`. */
const et = (text: string): EpochMs => epochMs(Date.parse(`${text.replace(' ', 'T')}-05:00`));

test.each([
  ['a minute of today', '2026-11-20 09:41', '2026-11-20 23:59', '09:41'],
  ['of another day its day', '2026-11-19 23:59', '2026-11-20 00:00', 'Thu 23:59'],
  ['of six days ago its day', '2026-11-14 09:41', '2026-11-20 09:40', 'Sat 09:41'],
  ['of a week ago its date', '2026-11-13 09:41', '2026-11-20 09:40', 'Fri 13 Nov 09:41'],
  ['of a day ahead its day', '2026-11-22 18:00', '2026-11-20 17:00', 'Sun 18:00'],
])('%s', (_words, at, now, text) => {
  expect(etWhen(et(at), et(now))).toBe(text);
});
