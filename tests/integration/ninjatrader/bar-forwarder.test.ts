import { expect, test } from 'vitest';
import { createPlatformFeed } from '../../../src/adapters/feeds/platform/feed.js';
import { after, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { startIntake } from '../../../src/roles/data/intake/server.js';
import { eventually } from '../../support/eventually.js';
import { memoryBus, memoryLog } from '../../support/memory-bus.js';
import { handClock, runningClock } from '../../support/test-clock.js';
import { bridgeServer, compileHarness, KEY, play } from './bridge-server.js';

const PATIENCE = { timeout: 20_000 };
const FIRST = epochMs(Date.parse('2026-11-20T14:00:00Z'));
const minute = (i: number): string => iso(after(FIRST, i * MINUTE));

/** The co-pilot's real intake with the platform as its feed, and what that feed passed on. */
async function copilot(port: number, clock: Clock = runningClock(epochMs(Date.parse('2026-11-20T16:00:00Z')), 1)) {
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
        // The five of the outage and at least five before it, each once and in order: a minute that came too late would be missing.
        expect(desk.opens()).toEqual(minutes(36 - desk.bars.length, 35));
        expect(desk.bars.length).toBeGreaterThanOrEqual(10);
      },
      anew: async () => {
        await desk.close();
        desk = await copilot(desk.port);
      },
      renewed: () => passedOn(minutes(27, 36)),
      bad: async () => {
        await eventually(() => desk.opens().at(-1) === minute(38), PATIENCE);
        expect(desk.opens()).toEqual([...minutes(27, 36), minute(38)]);
      },
      gone: async () => undefined,
    },
  });
  await desk.close();
});

test('a bar that is early by the co-pilot’s clock waits until it is over, and the chart says how far the clocks are apart', async () => {
  const at = (time: string) => epochMs(Date.parse(`2026-11-20T${time}Z`));
  const clock = handClock(at('14:30:48'), 1);
  const desk = await copilot(0, clock);
  const passedOn = (opens: readonly string[]) =>
    eventually(() => JSON.stringify(desk.opens()) === JSON.stringify(opens), PATIENCE);
  await play(compileHarness(), {
    scenario: 'bars-early',
    url: `http://127.0.0.1:${desk.port}`,
    steps: {
      history: () => passedOn(minutes(20, 29)),
      early: async () => clock.set(at('14:31:00')),
      over: async () => {
        await passedOn(minutes(20, 30));
        clock.set(at('14:32:00'));
      },
      years: async () => {
        await passedOn(minutes(20, 31));
        clock.set(at('14:35:00'));
      },
      gone: () => passedOn([...minutes(20, 31), minute(34)]),
    },
  });
  await desk.close();
});

test.each([
  ['a chart of which every bar is refused says so', 'bars-refused'],
  ['a thousand bars that are refused in all their prices are given up one by one', 'bars-many-refused'],
  ['a contract that the co-pilot does not know is told in its words, and no bar is given up for it', 'bars-unknown'],
])('%s', async (_title, scenario) => {
  const desk = await copilot(0);
  const url = `http://127.0.0.1:${desk.port}`;
  await play(compileHarness(), { scenario, url, steps: { gone: async () => undefined } });
  expect(desk.bars).toEqual([]);
  await desk.close();
});

test('a chart that cannot show how far its bars are goes on sending them', async () => {
  const desk = await copilot(0);
  const passedOn = (count: number) => eventually(() => desk.bars.length === count, PATIENCE);
  await play(compileHarness(), {
    scenario: 'bars-unshown',
    url: `http://127.0.0.1:${desk.port}`,
    steps: { 'sent-1': () => passedOn(1), 'sent-2': () => passedOn(2), gone: async () => undefined },
  });
  await desk.close();
});

test('an older co-pilot, which names no start of its own, is sent bars, and the newer one in its place gets what it lacks', async () => {
  const server = await bridgeServer();
  server.answer = () => ({ status: 200, body: { status: 'ok', root: 'MGC', accepted: 1, ignored: 0 } });
  const sent = () =>
    server.to('/bars').map(({ text }) => {
      const { intake, bars } = JSON.parse(text);
      return { intake, opens: bars.map(({ ts }: { ts: string }) => ts) };
    });
  await play(compileHarness(), {
    scenario: 'bars-older',
    url: server.url,
    steps: {
      history: () => eventually(() => sent().length === 1, PATIENCE),
      closed: async () => {
        await eventually(() => sent().length === 2, PATIENCE);
        expect(sent()).toEqual([{ opens: minutes(20, 29) }, { opens: minutes(30, 30) }]);
        server.answer = () => ({ status: 200, body: { status: 'ok', intake: 'start-2' } });
      },
      newer: async () => {
        await eventually(() => sent().length === 4, PATIENCE);
        expect(sent().slice(2)).toEqual([{ opens: minutes(31, 31) }, { intake: 'start-2', opens: minutes(22, 31) }]);
      },
      gone: async () => undefined,
    },
  });
  await server.down();
});

test.each([
  ['of a long chart nothing is lost before the start, and in a long outage just what no longer fits', 'bars-long'],
  ['stamps become opens in UTC over both changes of the clock', 'bar-times'],
  ['a chart without an API key says so', 'bars-no-key'],
])('%s', async (_title, scenario) => {
  await play(compileHarness(), { scenario, url: 'http://127.0.0.1:9', steps: { gone: async () => undefined } });
});
