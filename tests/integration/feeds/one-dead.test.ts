import { expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { after, epochMs, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { runningClock } from '../../support/test-clock.js';
import { KEY, liveStores } from './live-engine.js';
import { barsAround, vendor } from './live-vendor.js';
import { shownCard } from './shown-card.js';

const ROOTS = ['MGC', 'MES'];
/** 09:30 in New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));
const WHY = /^no prices come: gold failed since 09:3\d: socket hang up$/;
const stores = await liveStores(ROOTS);

test('an instrument whose feeds are all dead is out of trading within seconds, says why and since when, and the others go on', async () => {
  const { sql, web, data, engine } = stores;
  const bars = barsAround(ROOTS, START);
  await barRepository(sql).save(
    bars.filter(({ bar }) => bar.at < after(START, -MINUTE)),
    'test',
  );
  const clock = runningClock(START, 1);
  const url = await web(clock);
  await engine(clock);
  const market = { bars, now: clock.now };
  const [gold, index] = [vendor('gold', market), vendor('index', market)];
  const { bridgePort } = await data(clock, [gold.feed, index.feed], { MGC: ['gold'], MES: ['index'] });
  const feed = async () => {
    const answer = (await (await fetch(`${url}/health`)).json()) as {
      readonly dependencies: { readonly feed: { readonly state: string; readonly reason: string } };
    };
    return answer.dependencies.feed;
  };
  const refusals = async (symbol: string) => {
    const answer = await fetch(`http://127.0.0.1:${bridgePort}/risk/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': KEY },
      body: JSON.stringify({ symbol, side: 'LONG', size: 1, entry: 4207, stop: 4202 }),
    });
    const { reasons } = (await answer.json()) as { readonly reasons: readonly { readonly rule: string }[] };
    return reasons.map(({ rule }) => rule).filter((rule) => rule === 'feed-sound');
  };
  const recorded = () => sql<{ phase: string; text: string; facts: object }[]>`
    select phase, text, facts from risk_event where rule = 'feed-lost' order by at, phase`;
  await eventually(async () => (await feed()).state === 'ok', { timeout: 20_000 });
  await eventually(async () => (await shownCard(url, 'MGC')) && (await shownCard(url, 'MES')), { timeout: 20_000 });

  gold.breaks('socket hang up');
  const note = async () => (await shownCard(url, 'MGC'))?.note ?? '';
  await eventually(async () => WHY.test(await note()), { timeout: 20_000 });
  expect(await shownCard(url, 'MGC')).toMatchObject({ isTradeable: false });
  expect(await shownCard(url, 'MES')).toMatchObject({ isStale: false, note: expect.not.stringContaining('no prices') });
  const down = await eventually(async () => {
    const found = await feed();
    return found.state === 'warning' ? found : undefined;
  });
  expect(down?.reason).toMatch(/^MGC down: gold failed since 09:3\d: socket hang up$/);
  expect([await refusals('MGC'), await refusals('MES')]).toEqual([['feed-sound'], []]);
  const began = { phase: 'began', text: expect.stringMatching(/^MGC: no prices come: gold failed/) };
  expect(await recorded()).toMatchObject([{ ...began, facts: { symbol: 'MGC', feeds: 'gold' } }]);

  gold.isMended();
  await eventually(async () => (await recorded()).length === 2, { timeout: 30_000 });
  expect(await recorded()).toMatchObject([began, { phase: 'ended', text: 'MGC: gold is live again' }]);
  await eventually(async () => !(await note()).includes('no prices'));
  await eventually(async () => (await refusals('MGC')).length === 0);
  await eventually(async () => (await feed()).state === 'ok');
}, 120_000);
