import { expect, test } from 'vitest';
import { iso } from '../../../../src/kernel/units.js';
import type { Heartbeat } from '../../../../src/messages/dashboard.js';
import { createLiveness, ENGINE_SILENT_MS } from '../../../../src/roles/web/liveness.js';
import { MORNING, manualTime, statusAt } from '../../../support/web-source.js';

const beat = (n: number, state: 'ok' | 'warning' = 'ok'): Heartbeat => ({
  at: iso(MORNING),
  mode: 'demo',
  beat: n,
  status: statusAt(MORNING, { parts: [{ part: 'engine', state, at: null, reason: state }] }),
  dashboard_id: '0-0',
});

test('an engine that beats but waits for its store does not keep the page fresh', async () => {
  const time = manualTime();
  const liveness = createLiveness(time.clock);
  liveness.heard(beat(1));
  liveness.check();
  expect(liveness.freshness.stale).toBe(false);
  await time.pass(ENGINE_SILENT_MS + 1);
  liveness.heard(beat(2, 'warning'));
  liveness.check();
  expect(liveness.freshness).toMatchObject({ stale: true, why: 'engine' });
  liveness.heard(beat(3));
  liveness.check();
  expect(liveness.freshness.stale).toBe(false);
});

test('who cannot read the heartbeat blames the store, not the engine', async () => {
  const time = manualTime();
  const liveness = createLiveness(time.clock);
  liveness.heard(beat(1));
  liveness.check();
  await time.pass(ENGINE_SILENT_MS + 1);
  liveness.check();
  expect(liveness.freshness).toMatchObject({ stale: true, why: 'engine' });
  liveness.store('silent');
  expect(liveness.check(), 'the page says something else now').toBe(true);
  expect(liveness.freshness).toMatchObject({ stale: true, why: 'stream' });
});
