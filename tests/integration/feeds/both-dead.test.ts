import { expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { after, epochMs, MINUTE, SECOND } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { runningClock } from '../../support/test-clock.js';
import { liveStores } from './live-engine.js';
import { barsAround, vendor } from './live-vendor.js';
import { shownCard } from './shown-card.js';

const ROOTS = ['MGC', 'MES'];
/** 09:30 in New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));
/** Longer than any feed may be quiet in these markets. */
const OUTAGE_MINUTES = 25;
/** A feed that breaks again and again is tried again every 30 s. */
const RETRIED = { timeout: 45_000 };
const stores = await liveStores(ROOTS);
const bars = barsAround(ROOTS, START);

test('two dead feeds read `down` with which, why and since when until one is back; the outage is recorded once', async () => {
  const { sql, web, data, engine } = stores;
  await barRepository(sql).save(
    bars.filter(({ bar }) => bar.at < after(START, -MINUTE)),
    'test',
  );
  let skippedMs = 0;
  const running = runningClock(START, 1);
  const clock = { ...running, now: () => after(running.now(), skippedMs) };
  const skipTo = (minute: number): void => {
    skippedMs = after(START, minute * MINUTE + SECOND) - running.now();
  };
  const url = await web(clock);
  await engine(clock);
  const [first, second] = [vendor('first', { bars, now: clock.now }), vendor('second', { bars, now: clock.now })];
  await data(clock, [first.feed, second.feed]);
  const seen: string[] = [];
  const health = async () => {
    const answer = await fetch(`${url}/health`);
    const { dependencies } = (await answer.json()) as {
      readonly dependencies: { readonly feed: { readonly state: string; readonly reason: string } };
    };
    seen.push(dependencies.feed.state);
    return { code: answer.status, ...dependencies.feed };
  };
  const untilFeedIs = (state: string) =>
    eventually(async () => {
      const found = await health();
      expect(found.state).toBe(state);
      return found;
    }, RETRIED);
  await untilFeedIs('ok');

  first.breaks('socket hang up');
  second.breaks('no TWS');
  const down = await untilFeedIs('down');
  expect(down.code).toBe(503);
  const dead = 'first failed since 09:30: socket hang up; second failed since 09:30: no TWS';
  expect(down.reason).toBe(`first,second failed: ${dead}`);
  seen.length = 0;
  const startsBefore = first.starts();
  await eventually(async () => (await health()) && first.starts() >= startsBefore + 2, RETRIED);
  expect(new Set(seen), 'trying again is no news').toEqual(new Set(['down']));
  const events = async () => {
    const rows = await sql<{ symbol: string; rule: string; phase: string }[]>`
      select facts->>'symbol' as symbol, rule, phase from risk_event where rule in ('feed-lost', 'feed-frozen') order by at, symbol`;
    return rows.map(({ symbol, rule, phase }) => `${symbol} ${rule} ${phase}`);
  };
  const began = ['MES feed-lost began', 'MGC feed-lost began'];
  await eventually(async () => (await events()).length === began.length, { timeout: 20_000 });
  const untilNoted = (note: unknown) =>
    eventually(
      async () => {
        for (const root of ROOTS)
          expect(await shownCard(url, root)).toMatchObject({ isStale: true, isTradeable: false, note });
        return true;
      },
      { timeout: 20_000 },
    );
  await untilNoted(`no prices come: ${dead}`);

  skipTo(OUTAGE_MINUTES);
  await untilNoted(expect.stringMatching(new RegExp(`^stale: .* min old; no prices come: ${dead}$`)));

  first.isMended();
  expect((await untilFeedIs('warning')).code).toBe(200);
  // The minutes that it missed are old news; with one that it brings in time it is known to move.
  skipTo(OUTAGE_MINUTES + 1);
  await eventually(async () => (await health()).reason === 'second failed since 09:30: no TWS', { timeout: 20_000 });
  second.isMended();
  await untilFeedIs('ok');
  expect(await events()).toEqual([...began, 'MES feed-lost ended', 'MGC feed-lost ended']);
  const [stored] = await sql<{ n: number; minutes: number }[]>`
    select count(*)::int as n, count(distinct (symbol, ts))::int as minutes from bar_1m
    where ts >= ${new Date(START).toISOString()}`;
  expect(stored, 'the minutes of the outage, each once').toEqual({ n: 52, minutes: 52 });
}, 200_000);
