import { expect, test } from 'vitest';
import { after, DAY, type EpochMs, HOUR } from '../../../../src/kernel/units.js';
import { staleText } from '../../../../src/roles/web/panels/believed.js';
import type { ViewContext } from '../../../../src/roles/web/panels/panel.js';
import { statusPanel } from '../../../../src/roles/web/panels/status.js';
import { emptyState } from '../../../../src/roles/web/state.js';
import { asset, MORNING, seedOf } from '../../../support/web-source.js';

/** A page at 04:57:12 on a Friday whose engine was heard last at an instant. */
const silentSince = (since: EpochMs): ViewContext => ({
  state: emptyState,
  now: MORNING,
  freshness: { stale: true, since, why: 'engine' },
  mode: 'live',
  speed: 1,
});

test.each([
  ['of today its time', after(MORNING, -HOUR), '03:57:12'],
  ['of yesterday its day', after(MORNING, -DAY), 'Thu 04:57:12'],
  ['of another week its date', after(MORNING, -8 * DAY), 'Thu 12 Nov 04:57:12'],
])('the last sign of life says %s', (_words, since, text) => {
  const context = silentSince(since);
  expect(staleText(asset(seedOf('mgc'), MORNING), context)).toBe(`stale since ${text}`);
  expect(JSON.stringify(statusPanel.view(context))).toContain(`no heartbeat since ${text}`);
});
