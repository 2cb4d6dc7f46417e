import { expect, test } from 'vitest';
import { plannedDowntime } from '../../../../../src/adapters/feeds/ibkr/downtime.js';
import { epochMs } from '../../../../../src/kernel/units.js';

const planned = (text: string): string | undefined => plannedDowntime(epochMs(Date.parse(text)));

test.each([
  ['Wednesday 23:44', '2026-11-19T04:44:00Z', undefined],
  ['Wednesday 23:45', '2026-11-19T04:45:00Z', 'nightly'],
  ['Thursday 01:44', '2026-11-19T06:44:59Z', 'nightly'],
  ['Thursday 01:45', '2026-11-19T06:45:00Z', undefined],
  ['Thursday 10:00', '2026-11-19T15:00:00Z', undefined],
  ['Friday 22:59', '2026-11-21T03:59:00Z', undefined],
  ['Friday 23:00', '2026-11-21T04:00:00Z', 'weekend'],
  ['Saturday 02:59', '2026-11-21T07:59:00Z', 'weekend'],
  ['Saturday 03:00', '2026-11-21T08:00:00Z', undefined],
  ['in summer time, 23:50', '2026-07-08T03:50:00Z', 'nightly'],
  ['in summer time, 01:50', '2026-07-08T05:50:00Z', undefined],
])('%s New York', (_, text, which) => {
  if (which === undefined) expect(planned(text)).toBeUndefined();
  else expect(planned(text)).toContain(which);
});
