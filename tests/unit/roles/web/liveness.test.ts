import { describe, expect, test } from 'vitest';
import { after, type EpochMs, iso, SECOND } from '../../../../src/kernel/units.js';
import type { Heartbeat } from '../../../../src/messages/dashboard.js';
import { createLiveness, ENGINE_SILENT_MS } from '../../../../src/roles/web/liveness.js';
import { MORNING, manualTime, statusAt } from '../../../support/web-source.js';

const beat = (n: number, state: 'ok' | 'warning' = 'ok', at: EpochMs = MORNING): Heartbeat => ({
  at: iso(at),
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

describe('the first beat that is seen', () => {
  /** A page that begins at 04:57:12 and sees a beat of so many market milliseconds before. */
  const seenFirst = (ageMs: number, speed = 1) => {
    const time = manualTime();
    const liveness = createLiveness({ ...time.clock, speed });
    const left = beat(7, 'ok', after(MORNING, -ageMs));
    liveness.heard(left);
    liveness.check();
    return { ...time, left, liveness };
  };

  test('is no sign of life when an earlier run has left it, and the page says since when; the next one is', () => {
    const { left, liveness } = seenFirst(ENGINE_SILENT_MS + SECOND);
    expect(liveness.freshness).toEqual({ stale: true, since: Date.parse(left.at), why: 'engine' });
    expect(liveness.beatAgeMs()).toBe(ENGINE_SILENT_MS + SECOND);
    liveness.heard(left);
    liveness.check();
    expect(liveness.freshness.stale, 'read again').toBe(true);
    liveness.heard(beat(8, 'ok', MORNING));
    liveness.check();
    expect(liveness.freshness).toEqual({ stale: false });
  });

  test('is believed while it is young, so that the first paint is whole, and no longer than any other', async () => {
    const { liveness, pass } = seenFirst(SECOND);
    expect(liveness.freshness).toEqual({ stale: false });
    await pass(ENGINE_SILENT_MS - SECOND + 1);
    liveness.check();
    expect(liveness.freshness).toEqual({ stale: true, since: after(MORNING, -SECOND), why: 'engine' });
  });

  test.each([
    ['of a clock ahead of ours', -60 * SECOND, 1],
    ['on a market that runs ten times as fast', 40 * SECOND, 10],
    ['where the data drive the clock', 3_600 * SECOND, Number.POSITIVE_INFINITY],
  ])('%s is as young as one can tell', (_words, ageMs, speed) => {
    expect(seenFirst(ageMs, speed).liveness.freshness).toEqual({ stale: false });
  });
});
