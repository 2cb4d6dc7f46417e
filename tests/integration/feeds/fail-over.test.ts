import { expect, test } from 'vitest';
import { after, type EpochMs, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { alertSchema } from '../../../src/messages/dashboard.js';
import { dataStatusSchema } from '../../../src/messages/data-status.js';
import type { Feed, FeedBar, FeedSink } from '../../../src/ports/feed.js';
import { walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { runningClock } from '../../support/test-clock.js';
import { liveStores } from './live-engine.js';

const ROOTS = ['MGC', 'MES'];
const START = epochMs(Date.parse('2026-11-19T14:50:00Z'));
const stores = await liveStores(ROOTS);
const from = after(START, -20 * MINUTE);
const bars = ROOTS.flatMap((root) =>
  walk(root, from, START).map((bar): FeedBar => ({ root, contract: `${root}Z6`, bar })),
);
const closing = (close: EpochMs, roots: readonly string[]) =>
  bars.filter(({ root, bar }) => roots.includes(root) && after(bar.at, MINUTE) === close);

/** A feed that plays its part and then stays as it is. */
function actor(name: string, part: (sink: FeedSink) => Promise<void>): Feed {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    name,
    startsAt: undefined,
    async *history() {},
    async run(_from, sink) {
      sink.status({ state: 'live', reason: undefined });
      await part(sink);
      await ended;
    },
    stop: async () => end(),
  };
}

test('a silent source is replaced within seconds: no minute is lost or doubled, and the change is recorded and shown', async () => {
  const { sql, redis, names, data, engine, beat } = stores;
  const clock = runningClock(START, 1);
  await engine(clock);
  const minutes = Array.from({ length: 20 }, (_, i) => after(from, (i + 1) * MINUTE));
  const [early, late] = [minutes.slice(0, 10), minutes.slice(10)];
  // The first one stops telling gold after ten minutes, though its connection stays, and goes on with the index.
  const first = actor('first', async (sink) => {
    for (const close of early) await sink.bars(closing(close, ROOTS), close);
    for (const close of late) await sink.bars(closing(close, ['MES']), undefined);
  });
  const second = actor('second', async (sink) => {
    for (const close of minutes) await sink.bars(closing(close, ROOTS), close);
  });
  await data(clock, [first, second]);

  const stored = async () => {
    const rows = await sql<{ symbol: string; source: string; n: number; minutes: number }[]>`
      select symbol, source, count(*)::int as n, count(distinct ts)::int as minutes
      from bar_1m group by symbol, source order by symbol, source`;
    return rows.map(({ symbol, source, n, minutes: distinct }) => [symbol, source, n, distinct]);
  };
  await eventually(async () => (await stored()).reduce((sum, row) => sum + Number(row[2]), 0) === 40, {
    timeout: 20_000,
  });
  expect(await stored()).toEqual([
    ['MES', 'first', 20, 20],
    ['MGC', 'first', 10, 10],
    ['MGC', 'second', 10, 10],
  ]);

  const events = () =>
    sql<{ text: string; facts: object }[]>`select text, facts from risk_event where rule = 'feed-source'`;
  await eventually(async () => (await events()).length === 1, { timeout: 10_000 });
  const [event] = await events();
  expect(event?.text).toBe('MGC: bars come from second since 09:41 ET: first silent');
  const told = async () => {
    const all = (await redis.zrange(names.alerts, '0', '-1')).map((text) => alertSchema.parse(JSON.parse(text)));
    return all.filter(({ kind }) => kind === 'feed');
  };
  await eventually(async () => (await told()).length > 0);
  expect(await told()).toMatchObject([{ symbol: 'MGC', text: event?.text }]);
  await eventually(async () => {
    const status = dataStatusSchema.parse(JSON.parse((await redis.get(names.dataStatus)) ?? 'null'));
    expect(status.roots.find(({ root }) => root === 'MGC')).toMatchObject({
      source: 'second',
      source_since: iso(late[0] ?? START),
      source_reason: 'first silent',
    });
    return true;
  });
  const dot = await eventually(async () => {
    const found = (await beat())?.status.parts.find(({ part }) => part === 'feed');
    return found?.state === 'warning' ? found : undefined;
  });
  expect(dot?.reason).toContain('MGC from second since 09:41: first silent');
}, 60_000);
