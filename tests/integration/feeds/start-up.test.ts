import { expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { after, DAY, type EpochMs, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { focusPlanSchema } from '../../../src/messages/focus-plan.js';
import type { Feed, FeedBar, FeedSink } from '../../../src/ports/feed.js';
import { walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { runningClock } from '../../support/test-clock.js';
import { liveStores } from './live-engine.js';

const ROOTS = ['MGC', 'MES'];
/** 09:50 in New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T14:50:00Z'));
/** The system was down for half an hour. */
const DOWN_SINCE = after(START, -30 * MINUTE);
const stores = await liveStores(ROOTS);

const bars = ROOTS.flatMap((root) =>
  walk(root, after(START, -3 * DAY), START).map((bar): FeedBar => ({ root, contract: `${root}Z6`, bar })),
);
const missed = bars.filter(({ bar }) => bar.at >= DOWN_SINCE);

/** A live feed that brings what closed after the instant it is asked for, when it is let. */
function vendor() {
  const asked: EpochMs[] = [];
  let let_ = (): void => {};
  const isLet = new Promise<void>((resolve) => {
    let_ = resolve;
  });
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const feed: Feed = {
    name: 'vendor',
    startsAt: undefined,
    async *history() {},
    async run(from: EpochMs, sink: FeedSink) {
      asked.push(from);
      sink.status({ state: 'live', reason: undefined });
      await Promise.race([isLet, ended]);
      for (let close = after(from, MINUTE); close <= START; close = after(close, MINUTE))
        await sink.bars(
          bars.filter(({ bar }) => after(bar.at, MINUTE) === close),
          close,
        );
      await ended;
    },
    stop: async () => end(),
  };
  return { feed, asked, mayGo: () => let_() };
}

test('a system that was down asks for the minutes it missed and is ready only when a plan was made of them', async () => {
  const { sql, redis, names, web, data, engine, beat } = stores;
  const store = barRepository(sql);
  await store.save(
    bars.filter(({ bar }) => bar.at < DOWN_SINCE),
    'test',
  );
  const clock = runningClock(START, 1);
  const url = await web(clock);
  const health = async () => {
    const answer = await fetch(`${url}/health`);
    const { status } = (await answer.json()) as { readonly status: string };
    return [answer.status, status];
  };
  expect(await health()).toEqual([503, 'starting']);

  await engine(clock);
  const it = vendor();
  await data(clock, [it.feed]);

  await eventually(async () => (await beat())?.status.starting === true, { timeout: 10_000 });
  await eventually(() => it.asked.length === 1);
  // After the newest stored bar, and not from the beginning of all time.
  expect(it.asked).toEqual([DOWN_SINCE]);
  expect(await health()).toEqual([503, 'starting']);

  it.mayGo();
  await eventually(async () => (await health())[0] === 200, { timeout: 20_000 });
  const plan = focusPlanSchema.parse(JSON.parse((await redis.get(names.focus)) ?? 'null'));
  const newest = iso(after(START, -5 * MINUTE));
  expect(plan.assets.map(({ symbol, bar_at }) => [symbol, bar_at])).toEqual(
    expect.arrayContaining(ROOTS.map((root) => [root, newest])),
  );
  const [kept] = await sql<{ n: number }[]>`select count(*)::int as n from bar_1m`;
  expect(kept?.n).toBe(bars.length);
  const [decided] = await sql<{ n: number }[]>`select count(*)::int as n from audit where kind = 'bar'`;
  expect(decided?.n).toBe(missed.length);
}, 60_000);
