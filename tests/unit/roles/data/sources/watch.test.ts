import { expect, test } from 'vitest';
import { after, epochMs, MINUTE } from '../../../../../src/kernel/units.js';
import { createWatch } from '../../../../../src/roles/data/sources/watch.js';

/** 09:30 in New York. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));

test('a source that is live again does not stand still by what it did before, also until the next look', () => {
  const passed = { ms: 0 };
  const clock = { now: () => after(START, passed.ms), elapsed: () => 0, speed: 1 };
  const watch = createWatch({ orders: new Map([['MES', ['massive']]]), clock });
  passed.ms = 25 * MINUTE;
  watch.look();
  expect(watch.frozen('massive', 'MES')?.kind).toBe('silent');
  watch.began('massive');
  expect(watch.frozen('massive', 'MES')).toBeUndefined();
  watch.look();
  expect(watch.frozen('massive', 'MES')).toBeUndefined();
});
