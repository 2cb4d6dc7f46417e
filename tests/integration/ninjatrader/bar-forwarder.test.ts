import { expect, test } from 'vitest';
import { createPlatformFeed } from '../../../src/adapters/feeds/platform/feed.js';
import { after, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { startIntake } from '../../../src/roles/data/intake/server.js';
import { eventually } from '../../support/eventually.js';
import { memoryBus, memoryLog } from '../../support/memory-bus.js';
import { runningClock } from '../../support/test-clock.js';
import { compileHarness, KEY, play } from './bridge-server.js';

const PATIENCE = { timeout: 20_000 };
const FIRST = epochMs(Date.parse('2026-11-20T14:00:00Z'));
const minute = (i: number): string => iso(after(FIRST, i * MINUTE));

/** The co-pilot's real intake with the platform as its feed, and what that feed passed on. */
async function copilot(port: number) {
  const clock = runningClock(epochMs(Date.parse('2026-11-20T16:00:00Z')), 1);
  const feed = createPlatformFeed({ clock });
  const bars: FeedBar[] = [];
  const running = feed.run(after(FIRST, -MINUTE), {
    bars: async (more) => void bars.push(...more),
    tick: () => {},
    refused: () => {},
    status: () => {},
  });
  const options = { bus: memoryBus(), clock, log: memoryLog(), apiKey: KEY, host: '127.0.0.1', port, feed };
  const intake = await startIntake(options);
  return {
    bars,
    opens: () => bars.map(({ bar }) => iso(bar.at)),
    port: intake.port,
    async close() {
      await intake.close();
      await feed.stop();
      await running;
    },
  };
}

const minutes = (from: number, through: number): readonly string[] =>
  Array.from({ length: through - from + 1 }, (_, i) => minute(from + i));

test('a chart sends its newest minutes, each one that closes, and after an outage all a new co-pilot lacks', async () => {
  let desk = await copilot(0);
  const passedOn = async (opens: readonly string[]) => {
    await eventually(() => desk.bars.length >= opens.length, PATIENCE);
    expect(desk.opens()).toEqual(opens);
  };
  await play(compileHarness(), {
    scenario: 'bars',
    url: `http://127.0.0.1:${desk.port}`,
    steps: {
      history: () => passedOn(minutes(20, 29)),
      closed: async () => {
        await passedOn(minutes(20, 30));
        expect(desk.bars.at(-1)).toMatchObject({
          root: 'MGC',
          contract: 'MGCZ6',
          bar: { open: 42_001, high: 42_033, low: 41_999, close: 42_022, volume: 1_031 },
        });
      },
      away: () => desk.close(),
      back: async () => {
        desk = await copilot(desk.port);
        await eventually(() => desk.opens().at(-1) === minute(35), PATIENCE);
        // The five of the outage, and those before it where they came before the minute was passed on; each once and in order.
        expect(desk.opens()).toEqual(minutes(36 - desk.bars.length, 35));
        expect(desk.bars.length).toBeGreaterThanOrEqual(5);
      },
      bad: async () => {
        await eventually(() => desk.opens().at(-1) === minute(37), PATIENCE);
        expect(desk.opens()).not.toContain(minute(36));
      },
      gone: async () => undefined,
    },
  });
  await desk.close();
});

test('stamps become opens in UTC over both changes of the clock', async () => {
  await play(compileHarness(), {
    scenario: 'bar-times',
    url: 'http://127.0.0.1:9',
    steps: { gone: async () => undefined },
  });
});
