import { expect, test } from 'vitest';
import { createBell } from '../../../../../src/adapters/feeds/vendor/bell.js';
import { createMinuteBook } from '../../../../../src/adapters/feeds/vendor/minute-book.js';
import type { VendorSource } from '../../../../../src/adapters/feeds/vendor/source.js';
import { createStation } from '../../../../../src/adapters/feeds/vendor/station.js';
import { createRollBook } from '../../../../../src/domain/instruments/roll-book.js';
import { epochMs } from '../../../../../src/kernel/units.js';
import { sinkOf } from '../../../../support/feed-sink.js';
import { handClock } from '../../../../support/test-clock.js';

const NOW = epochMs(Date.parse('2026-11-20T05:30:00Z'));
const source: VendorSource = {
  name: 'late',
  buildsMinutes: true,
  listings: async () => ({ found: [], refused: [] }),
  live: async () => undefined,
  async *past() {},
};

/** A station whose wall clock goes on by `stepMs` with every look at it. */
function stationWith(stepMs: number, onLook: (looks: number) => void) {
  const bell = createBell();
  let looks = 0;
  const clock = {
    ...handClock(NOW),
    elapsed() {
      looks += 1;
      onLook(looks);
      bell.ring();
      return looks * stepMs;
    },
  };
  const parts = { source, clock, sink: sinkOf({}), book: createMinuteBook(NOW), bell };
  return createStation({ ...parts, markets: [], rolls: createRollBook() });
}

const never = new AbortController().signal;

test('a subscription that nobody speaks of is given up after its time', async () => {
  const station = stationWith(3_000, () => undefined);
  await expect(station.ready(never)).rejects.toThrow('late does not confirm the subscription');
});

test('a source that says it waits is given more time, as long as it says so, and no longer', async () => {
  let waits = 0;
  const station = stationWith(3_000, (looks) => {
    // Said at every fifth look, 15 s apart; the look inside `waiting` is no look of the station.
    if (waits < 40 && looks % 5 === 0) {
      waits += 1;
      station.ear.waiting();
    }
  });
  await expect(station.ready(never)).rejects.toThrow('does not confirm');
  expect(waits).toBe(40);
});

test('what stands in the end after a long wait is no failure', async () => {
  let waits = 0;
  const station = stationWith(3_000, (looks) => {
    if (looks % 5 !== 0) return;
    waits += 1;
    if (waits < 40) station.ear.waiting();
    else station.ear.ready();
  });
  await expect(station.ready(never)).resolves.toBeUndefined();
  expect(waits).toBeGreaterThanOrEqual(40);
});
