import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frozenBounds } from '../../../../src/domain/feed-health/bounds.js';
import { afterBar, frozenAt, newTrail } from '../../../../src/domain/feed-health/frozen.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { after, epochMs, MINUTE, SECOND, ticks } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';

/** A real week, asked every half minute. GC stands for its micro, whose bounds are the same. */
describe.each([
  ['MES', 'ES_1m_2013-10-06_2013-10-11.csv'],
  ['MGC', 'GC_1m_2013-10-07_2013-10-11.csv'],
])('the recorded week of %s', (root, name) => {
  const path = dataFile(`real/${name}`);
  test.skipIf(path === undefined)(path === undefined ? NEEDS_DATA : 'never looks frozen', () => {
    const spec = instrument(root);
    if (!spec || path === undefined) throw new Error(root);
    const calendar = sessionCalendar(spec.calendar);
    const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1);
    const alarms: string[] = [];
    let trail = newTrail(epochMs(Date.parse(rows[0]?.split(',')[0] ?? '')));
    for (const row of rows) {
      const [ts = '', ...numbers] = row.split(',');
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers.map(Number);
      const inTicks = (price: number) => ticks(Math.round(price * spec.ticksPerPoint));
      const at = epochMs(Date.parse(ts));
      const now = after(at, MINUTE + SECOND);
      for (let t = after(trail.heardAt, 30 * SECOND); t < now; t = after(t, 30 * SECOND)) {
        const found = frozenAt(trail, { root, calendar, now: t });
        if (found) alarms.push(`${new Date(t).toISOString()} ${found.text}`);
      }
      const bar = { at, open: inTicks(open), high: inTicks(high), low: inTicks(low), close: inTicks(close), volume };
      trail = afterBar(trail, { bar, now, lateMs: frozenBounds(root, now, calendar).lateMs });
    }
    expect(rows.length).toBeGreaterThan(6_000);
    // The exchange's own stop of 2013, 16:15 to 16:30 New York, is no trade of ours: the calendar of that year knows it.
    expect(alarms).toEqual([]);
  });
});
