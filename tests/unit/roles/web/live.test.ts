import { describe, expect, test } from 'vitest';
import { createLive } from '../../../../src/roles/web/live.js';
import { createMetrics } from '../../../../src/roles/web/metrics.js';
import { createRender } from '../../../../src/roles/web/render.js';
import {
  asset,
  fakeSource,
  fullSnapshot,
  manualTime,
  planAt,
  positionsAt,
  quietLog,
  riskAt,
  seedOf,
} from '../../../support/web-source.js';
import { setUp, views } from './live-set-up.js';

const SNAPSHOT = [
  'session-change',
  'status',
  'no-trade-alert',
  'risk-update',
  'positions-update',
  'focus-update',
  'alert',
];

describe('a new stream', () => {
  test('gets every panel, then the last eight focus updates, then live events', async () => {
    const { source, connect, mgc, now } = await setUp();
    for (let n = 1; n <= 10; n += 1) source.publish('mgc-update', mgc(4200 + n));
    const stream = await connect();
    source.publish('risk-update', riskAt(now));
    const events = stream.events();
    expect(events.slice(0, 7).map(({ event }) => event)).toEqual(SNAPSHOT);
    expect(events.slice(7, 15).map(({ id }) => id)).toEqual([3, 4, 5, 6, 7, 8, 9, 10].map((n) => `1000-${n}`));
    expect(events.slice(15).map(({ id, event }) => [id, event])).toEqual([['1000-11', 'risk-update']]);
  });

  test('shows a replayed card in its newest state only', async () => {
    const { source, connect, mgc } = await setUp();
    source.publish('mgc-update', mgc(4201));
    source.publish('mgc-update', mgc(4202));
    for (const { html } of (await connect()).named('mgc-update')) expect(html).toContain('4202.0');
  });

  test('misses nothing that is published between snapshot and live', async () => {
    const { source, connect, settle, now, live } = await setUp();
    source.onLastFocusUpdates(() => source.publish('positions-update', positionsAt(now, { positions: [] })));
    const stream = await connect();
    await settle();
    const updates = stream.named('positions-update');
    expect(updates.map(({ id }) => id)).toEqual(['1000-0', '1000-1']);
    expect(updates[1]?.html).toContain('No open positions');
    expect(live.context().state.positions?.positions).toEqual([]);
  });
});

describe('a returning stream', () => {
  test('gets exactly what it missed, each under its own id', async () => {
    const { source, connect, now } = await setUp();
    source.publish('risk-update', riskAt(now));
    source.publish('risk-update', riskAt(now, { daily_pnl: 12 }));
    source.publish('positions-update', positionsAt(now));
    const stream = await connect('1000-1');
    expect(
      stream
        .events()
        .slice(0, 2)
        .map(({ id, event }) => [id, event]),
    ).toEqual([
      ['1000-2', 'risk-update'],
      ['1000-3', 'positions-update'],
    ]);
    expect(stream.named('focus-update'), 'nothing about the plan changed').toEqual([]);
  });

  test('gets each panel once, however often it changed meanwhile, and under the newest id', async () => {
    const { source, connect, mgc, now } = await setUp();
    const cursor = source.publish('risk-update', riskAt(now));
    for (let n = 1; n <= 100; n += 1) {
      source.publish('risk-update', riskAt(now, { daily_pnl: -n }));
      source.publish('mgc-update', mgc(4200 + n));
    }
    const stream = await connect(cursor);
    expect(stream.named('risk-update').map(({ id }) => id)).toEqual(['1000-200']);
    expect(stream.named('risk-update')[0]?.html).toContain('$100 of $500');
    expect(stream.named('mgc-update').map(({ id }) => id)).toEqual(['1000-201']);
  });

  test('gets a snapshot when its cursor was trimmed, lies in the future or makes no sense', async () => {
    const { source, connect, now } = await setUp();
    for (let n = 0; n < 5; n += 1) source.publish('risk-update', riskAt(now));
    source.trimBefore('1000-4');
    for (const cursor of ['1000-2', '99999-0', 'yesterday', '']) {
      const events = (await connect(cursor)).events().map(({ event }) => event);
      expect(events.slice(0, 7), `cursor "${cursor}"`).toEqual(SNAPSHOT);
    }
  });

  test('gets the card its broken stream had held back, although later events had passed', async () => {
    const { source, connect, mgc, now } = await setUp();
    const first = await connect();
    source.publish('mgc-update', mgc(4201));
    source.publish('mgc-update', mgc(4202));
    const riskId = source.publish('risk-update', riskAt(now));
    expect(first.events().at(-1)?.id, 'the client has seen the later id').toBe(riskId);
    expect(first.text()).not.toContain('4202.0');
    first.leave();
    const [card] = (await connect(riskId)).named('mgc-update');
    expect(card?.html).toContain('4202.0');
  });

  test('gets a card that was held back although the last id it saw was that card’s own', async () => {
    const { source, connect, mgc, time } = await setUp();
    const first = await connect();
    source.publish('mgc-update', mgc(4201));
    const held = source.publish('mgc-update', mgc(4202));
    await time.pass(5_000);
    // The header is told every five seconds under the newest id there is.
    expect(first.events().at(-1)).toMatchObject({ event: 'status', id: held });
    expect(first.text()).not.toContain('4202.0');
    first.leave();
    expect((await connect(held)).named('mgc-update')[0]?.html).toContain('4202.0');
  });

  test('ends in the state of a stream that never broke', async () => {
    const { source, connect, mgc, now, time } = await setUp();
    const steady = await connect();
    const cut = await connect(undefined, '10.0.0.2');
    source.publish('risk-update', riskAt(now, { daily_pnl: 1 }));
    const cursor = cut.events().at(-1)?.id;
    cut.leave();
    for (let n = 1; n <= 50; n += 1) {
      source.publish(
        n % 3 === 0 ? 'mgc-update' : 'risk-update',
        n % 3 === 0 ? mgc(4100 + n) : riskAt(now, { daily_pnl: n }),
      );
    }
    const back = await connect(cursor, '10.0.0.2');
    await time.pass(8_000);
    for (const event of ['mgc-update', 'risk-update']) {
      expect(strip(back.named(event).at(-1)?.html), event).toBe(strip(steady.named(event).at(-1)?.html));
    }
    expect(back.text()).toContain('4148.0');
  });
});

/** Ages count on between two renderings. */
const strip = (html: string | undefined): string =>
  (html ?? 'nothing').replace(/\d+ s</g, '').replace(/\d:\d\d:\d\d/g, '');

describe('staleness', () => {
  test('reaches every panel within 6 s of the last heartbeat, says since when, and heals', async () => {
    const { time, connect, source, live, settle } = await setUp({ beating: false });
    const stream = await connect();
    stream.clear();
    await time.pass(4_000);
    expect(stream.text()).not.toContain('stale since');
    await time.pass(2_000);
    await settle();
    for (const event of SNAPSHOT) {
      expect(stream.named(event).at(-1)?.html, event).toContain('stale since 04:57:12');
      expect(stream.named(event).at(-1)?.html, event).toContain('data-stale="true"');
    }
    stream.clear();
    source.beat();
    await time.pass(1_000);
    await settle();
    expect(live.context().freshness.stale).toBe(false);
    for (const event of SNAPSHOT) expect(stream.named(event).at(-1)?.html, event).not.toContain('stale since');
  });

  test('comes at once when the source is down', async () => {
    const { source, live, connect } = await setUp();
    const stream = await connect();
    source.setState('down');
    expect(live.context().freshness).toMatchObject({ stale: true, why: 'stream' });
    expect(stream.named('no-trade-alert').at(-1)?.html).toContain('NOT KNOWN');
    source.setState('up');
    expect(live.context().freshness.stale).toBe(false);
  });

  test('a returning stream learns it even when no entry was missed', async () => {
    const { time, connect } = await setUp({ beating: false });
    await time.pass(7_000);
    expect((await connect('1000-0')).named('risk-update')[0]?.html).toContain('stale since');
  });

  test('a waiting card never brings a calm colour back', async () => {
    const { time, connect, source, mgc } = await setUp({ beating: false });
    const stream = await connect();
    source.publish('mgc-update', mgc(4201));
    source.publish('mgc-update', mgc(4202));
    await time.pass(9_000);
    expect(
      stream
        .events()
        .filter(({ html }) => html.includes('card-mgc'))
        .at(-1)?.html,
    ).toContain('data-stale="true"');
  });
});

test('a named heartbeat every 30 s and a comment every 15 s show life', async () => {
  const { time, connect } = await setUp();
  const stream = await connect();
  await time.pass(60_000);
  expect(stream.named('heartbeat')).toHaveLength(2);
  expect(stream.text().match(/^: ping$/gm)).toHaveLength(4);
});

test('a card that changes 50 times a second is rendered for the streams that take it, not for every change', async () => {
  let renderings = 0;
  const { source, connect, mgc, time } = await setUp({ onRender: () => (renderings += 1) });
  const streams = [await connect(), await connect(undefined, '10.0.0.2')];
  renderings = 0;
  for (let n = 1; n <= 500; n += 1) {
    source.publish('mgc-update', mgc(4200 + n / 10));
    await time.pass(20);
  }
  await time.pass(7_000);
  for (const { text } of streams) expect(text()).toContain('4250.0');
  expect(renderings, 'at 0, 7 and 14 s, for both of them at once').toBe(3);
});

test('after an outage everything is read anew, because the stream may have lost what happened meanwhile', async () => {
  const { source, connect, settle } = await setUp();
  const stream = await connect();
  source.setState('down');
  stream.clear();
  source.setState('up');
  await settle();
  expect(new Set(stream.events().map(({ event }) => event))).toEqual(new Set(SNAPSHOT));
  expect(source.listeners(), 'the old subscription is closed').toBe(1);
});

test('an entry that does not decode is counted and skipped, the next one counts', async () => {
  const { source, connect, live, now } = await setUp();
  const stream = await connect();
  stream.clear();
  source.publish('risk-update', { nonsense: true });
  source.publish('mgc-update', asset(seedOf('mnq'), now));
  source.publish('no-such-event', {});
  expect(stream.text()).toBe('');
  source.publish('focus-update', planAt(now, { assets: [] }));
  expect(stream.named('focus-update')[0]?.html).toContain('No bar of MGC, MNQ, MES, MCL has been heard yet');
  expect(live.context().state.plan?.assets).toEqual([]);
});

test('500 streams that come and go leave nothing behind', async () => {
  const { live, connect, time, source, mgc, settle } = await setUp();
  const before = time.pending();
  for (let n = 0; n < 500; n += 1) {
    const stream = await connect(undefined, `10.0.0.${n % 7}`);
    source.publish('mgc-update', mgc(4200 + n));
    source.publish('mgc-update', mgc(4201 + n));
    stream.leave();
    stream.leave();
  }
  await settle();
  expect(live.hub.size).toBe(0);
  expect(live.hub.hasRoomFor('10.0.0.1')).toBe(true);
  expect(time.pending()).toBe(before);
  await live.close();
  expect(time.pending(), 'only the beating of the fake engine').toBe(1);
}, 20_000);

test('one client may hold five streams', async () => {
  const { live, connect } = await setUp();
  const streams = await Promise.all([1, 2, 3, 4, 5].map(() => connect()));
  expect(live.hub.hasRoomFor('10.0.0.1')).toBe(false);
  expect(live.hub.hasRoomFor('10.0.0.2')).toBe(true);
  streams[0]?.leave();
  expect(live.hub.hasRoomFor('10.0.0.1')).toBe(true);
});

test('a source that cannot be read at first is tried again, and the page fills itself', async () => {
  const time = manualTime();
  const source = fakeSource(fullSnapshot(time.clock.now()), time.clock);
  let tries = 0;
  const live = createLive({
    source: {
      ...source,
      snapshot: async () => {
        tries += 1;
        if (tries < 3) throw new Error('not yet');
        return source.snapshot();
      },
    },
    clock: time.clock,
    timers: time.timers,
    render: createRender(views),
    mode: 'demo',
    log: quietLog,
    metrics: createMetrics({ ofProcess: false }),
  });
  await live.start();
  expect(live.context().state.plan).toBeUndefined();
  await time.pass(2_500);
  expect(live.context().state.plan?.assets).toHaveLength(4);
  await live.close();
});
