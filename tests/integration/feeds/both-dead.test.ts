import { expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { dashboardSource } from '../../../src/adapters/redis/dashboard-source.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { rest } from '../../../src/kernel/rest.js';
import { after, DAY, type EpochMs, epochMs, MINUTE, SECOND } from '../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedSink } from '../../../src/ports/feed.js';
import { startData } from '../../../src/roles/data/data.js';
import { createArbiter } from '../../../src/roles/data/sources/arbiter.js';
import { createApp } from '../../../src/roles/web/app.js';
import { walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { memoryLog } from '../../support/memory-bus.js';
import { runningClock } from '../../support/test-clock.js';
import { liveStores } from './live-engine.js';

const ROOTS = ['MGC', 'MES'];
/** 09:30 in New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));
/** Longer than any feed may be quiet in these markets. */
const OUTAGE_MINUTES = 25;
const stores = await liveStores(ROOTS);
const bars = ROOTS.flatMap((root) =>
  walk(root, after(START, -3 * DAY), after(START, 60 * MINUTE)).map(
    (bar): FeedBar => ({ root, contract: `${root}Z6`, bar }),
  ),
);

/** A live feed that brings every minute as it closes, and can be made to break until it is mended. */
function vendor(name: string, now: () => EpochMs) {
  const stopping = new AbortController();
  let starts = 0;
  let fault: string | undefined;
  const feed: Feed = {
    name,
    startsAt: undefined,
    async *history() {},
    async run(from: EpochMs, sink: FeedSink) {
      starts += 1;
      let through = from;
      for (let isFirst = true; !stopping.signal.aborted; isFirst = false) {
        if (fault !== undefined) throw new Error(fault);
        if (isFirst) sink.status({ state: 'live', reason: undefined });
        for (let close = after(through, MINUTE); close <= now(); close = after(close, MINUTE)) {
          await sink.bars(
            bars.filter(({ bar }) => after(bar.at, MINUTE) === close),
            close,
          );
          through = close;
        }
        await rest(20, stopping.signal);
      }
    },
    stop: async () => stopping.abort(),
  };
  return {
    feed,
    starts: () => starts,
    breaks(reason: string) {
      fault = reason;
    },
    isMended() {
      fault = undefined;
    },
  };
}

test('two dead feeds read `down` with which, why and since when until one is back; the outage is recorded once', async () => {
  const { sql, redis, names, connect, onEnd, engine } = stores;
  const store = barRepository(sql);
  await store.save(
    bars.filter(({ bar }) => bar.at < after(START, -MINUTE)),
    'test',
  );
  let skippedMs = 0;
  const running = runningClock(START, 1);
  const clock = { ...running, now: () => after(running.now(), skippedMs) };
  const skipTo = (minute: number): void => {
    skippedMs = after(START, minute * MINUTE + SECOND) - running.now();
  };
  const source = dashboardSource({ redis, openReader: () => connect('blocking-reader') }, names, async () => true);
  const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
  const app = await createApp({ source, clock, mode: 'live', log: memoryLog(), version });
  onEnd(async () => app.close());
  await app.ready();
  await engine(clock);
  const [first, second] = [vendor('first', clock.now), vendor('second', clock.now)];
  const orders = new Map(ROOTS.map((root) => [root, ['first', 'second']]));
  const arbiter = createArbiter({ sources: [first.feed, second.feed], orders, clock, log: memoryLog() });
  const data = await startData({
    bus: dataBus(connect('producer'), names),
    store,
    feed: arbiter,
    sources: arbiter.report,
    clock,
    drive: undefined,
    log: memoryLog(),
    roots: ROOTS,
    runId: 'live',
    intake: { host: '127.0.0.1', port: 0, apiKey: 'a-key-of-many-letters' },
  });
  onEnd(data.close);
  const seen: string[] = [];
  const health = async () => {
    const answer = await app.inject({ url: '/health' });
    const { feed } = answer.json().dependencies;
    seen.push(feed.state);
    return { code: answer.statusCode, ...feed };
  };
  const untilFeedIs = (state: string) =>
    eventually(
      async () => {
        const found = await health();
        return found.state === state ? found : undefined;
      },
      { timeout: 20_000 },
    );
  await untilFeedIs('ok');

  first.breaks('socket hang up');
  second.breaks('no TWS');
  const down = await untilFeedIs('down');
  expect(down.code).toBe(503);
  expect(down.reason).toBe(
    'first,second failed: first failed since 09:30: socket hang up; second failed since 09:30: no TWS',
  );
  seen.length = 0;
  const startsBefore = first.starts();
  await eventually(async () => (await health()) && first.starts() >= startsBefore + 2, { timeout: 20_000 });
  expect(new Set(seen), 'trying again is no news').toEqual(new Set(['down']));

  skipTo(OUTAGE_MINUTES);
  const events = async () => {
    const rows = await sql<{ symbol: string; phase: string }[]>`
      select facts->>'symbol' as symbol, phase from risk_event where rule = 'feed-frozen' order by at, symbol`;
    return rows.map(({ symbol, phase }) => `${symbol} ${phase}`);
  };
  await eventually(async () => (await events()).length === 2, { timeout: 20_000 });

  first.isMended();
  expect((await untilFeedIs('warning')).code).toBe(200);
  // The minutes that it missed are old news; with one that it brings in time it is known to move.
  skipTo(OUTAGE_MINUTES + 1);
  await eventually(async () => (await health()).reason === 'second failed since 09:30: no TWS', { timeout: 20_000 });
  second.isMended();
  await untilFeedIs('ok');
  expect(await events()).toEqual(['MES began', 'MGC began', 'MES ended', 'MGC ended']);
  const [stored] = await sql<{ n: number; minutes: number }[]>`
    select count(*)::int as n, count(distinct (symbol, ts))::int as minutes from bar_1m
    where ts >= ${new Date(START).toISOString()}`;
  expect(stored, 'the minutes of the outage, each once').toEqual({ n: 52, minutes: 52 });
}, 120_000);
