import { expect, test } from 'vitest';
import { createPacer } from '../../../../../src/adapters/feeds/ibkr/pacer.js';
import { throughDowntime } from '../../../../../src/adapters/feeds/ibkr/through-downtime.js';
import { createTurns } from '../../../../../src/adapters/feeds/ibkr/turns.js';
import { unavailable } from '../../../../../src/adapters/feeds/vendor/failure.js';
import { epochMs } from '../../../../../src/kernel/units.js';
import { handClock } from '../../../../support/test-clock.js';

// Thursday 00:30 New York, in the nightly reset.
const NIGHT = epochMs(Date.parse('2026-11-19T05:30:00Z'));

test('while a planned downtime is waited for, that is said again and again, its reason once', async () => {
  const stopping = new AbortController();
  const reasons: string[] = [];
  let looks = 0;
  const waiting = throughDowntime(() => Promise.reject(unavailable('nobody there')), {
    clock: handClock(NIGHT, 1_000),
    signal: stopping.signal,
    onWait: (reason) => void reasons.push(reason),
    onLook() {
      looks += 1;
      if (looks === 5) stopping.abort();
    },
  });
  await expect(waiting).rejects.toThrow('nobody there');
  expect(looks).toBe(5);
  expect(reasons).toEqual([expect.stringContaining('nightly reset')]);
});

test('a request that waits for its turn says so, one that may go at once does not', async () => {
  const stopping = new AbortController();
  const turns = createTurns({ elapsed: () => 0 }, createPacer());
  let looks = 0;
  const onLook = () => {
    looks += 1;
    stopping.abort();
  };
  const ask = { series: 'MES', text: 'MES live' };
  expect(await turns.take(ask, stopping.signal, onLook)).toBe(true);
  expect(looks).toBe(0);
  // The identical request again is what IBKR forbids within 15 seconds.
  expect(await turns.take(ask, stopping.signal, onLook)).toBe(false);
  expect(looks).toBe(1);
});
