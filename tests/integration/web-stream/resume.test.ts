import { describe, expect, test } from 'vitest';
import { after, MINUTE } from '../../../src/kernel/units.js';
import type { DashboardSource } from '../../../src/ports/dashboard-source.js';
import { eventually } from '../../support/eventually.js';
import { testRedis } from '../../support/services.js';
import { pageOf, type StreamReader } from '../../support/stream-reader.js';
import {
  alertsAt,
  asset,
  MORNING,
  noTradeAt,
  planAt,
  positionsAt,
  riskAt,
  seedOf,
  sessionStateAt,
} from '../../support/web-source.js';
import { redisWebs } from './redis-web.js';

const { url } = await testRedis();
const { engine, web, stream, open } = redisWebs(url);
type Engine = ReturnType<typeof engine>;

/** No bridge reports here: what it said last must stay young, or the page changes by itself and a snapshot is right. */
const YOUNG = after(MORNING, 10 * MINUTE);
const mgc = (quality: number) => asset({ ...seedOf('mgc'), quality }, MORNING);
const risk = (lost: number) => riskAt(YOUNG, { daily_pnl: -lost });

/** An engine that has said everything once. */
async function speaking(prefix: string): Promise<Engine> {
  const it = engine(prefix);
  await it.beatOnce();
  await it.publish('session-change', sessionStateAt(MORNING));
  await it.publish('focus-update', planAt(MORNING));
  await it.publish('positions-update', positionsAt(YOUNG));
  await it.publish('risk-update', risk(1));
  for (const alert of alertsAt(MORNING)) await it.publish('alert', alert);
  return it;
}
const caughtUp = (it: StreamReader) => eventually(() => it.text().includes('event: status'));
const takenBy = async (role: { url: string }) => (await fetch(`${role.url}/metrics`)).text();
const idsOf = (it: StreamReader, event: string) =>
  it
    .events()
    .filter((one) => one.event === event)
    .map(({ id }) => id);

test('a new stream gets a snapshot, then the last eight focus updates oldest first, then what happens', async () => {
  const { publish } = await speaking('first:');
  const ids: string[] = [];
  for (let n = 1; n <= 12; n += 1) {
    ids.push(await publish('mgc-update', mgc(50 + n)));
    await publish('risk-update', risk(n));
  }
  const reader = await stream(await web('first:'));
  await eventually(() => idsOf(reader, 'mgc-update').length === 8);
  expect(idsOf(reader, 'mgc-update')).toEqual(ids.slice(-8));
  const live = await publish('risk-update', risk(99));
  await eventually(() => reader.events().at(-1)?.id === live);
  const names = reader.events().map(({ event }) => event);
  expect(names.indexOf('focus-update')).toBeLessThan(names.indexOf('mgc-update'));
  expect(names.lastIndexOf('mgc-update')).toBeLessThan(names.lastIndexOf('risk-update'));
});

describe('nothing is lost', () => {
  test('between the steps of a start of the web role', async () => {
    const it = await speaking('start:');
    const role = await web('start:', (stored) => ({
      async snapshot() {
        const snapshot = await stored.snapshot();
        // The keys have been read, and nobody follows the stream yet.
        await it.publish('risk-update', risk(201));
        await it.publish('mgc-update', mgc(61.5));
        return snapshot;
      },
    }));
    const reader = await stream(role);
    await eventually(() => pageOf(reader.events())['panel-risk']?.includes('$201 of'));
    await eventually(() => pageOf(reader.events())['card MGC']?.includes('61.5'));
  });

  test('between the cursor and the keys of a start', async () => {
    const it = await speaking('keys:');
    const role = await web('keys:', (stored) => ({
      async snapshot() {
        // What a writer that is quicker than the reader does: the cursor is older than the keys, and comes again.
        const { cursor } = await stored.snapshot();
        await it.publish('risk-update', risk(202));
        return { ...(await stored.snapshot()), cursor };
      },
    }));
    const reader = await stream(role);
    await eventually(() => pageOf(reader.events())['panel-risk']?.includes('$202 of'));
  });

  test.each([
    ['a new stream', undefined],
    ['a returning stream', 'its cursor'],
  ])('between the steps of the catch-up of %s', async (name, hasCursor) => {
    const prefix = `${name.replace(/\W/g, '')}:`;
    const it = await speaking(prefix);
    const between: string[] = [];
    const disturb = async (): Promise<void> => {
      const n = between.length;
      between.push(await it.publish('risk-update', risk(300 + n)));
      between.push(await it.publish('positions-update', positionsAt(YOUNG)));
      await it.publish('mgc-update', mgc(70 + n));
    };
    const disturbed = (stored: DashboardSource): Partial<DashboardSource> => ({
      async entriesAfter(from, max) {
        await disturb();
        const entries = await stored.entriesAfter(from, max);
        await disturb();
        return entries;
      },
      async lastFocusUpdates(n) {
        await disturb();
        const entries = await stored.lastFocusUpdates(n);
        await disturb();
        return entries;
      },
    });
    const role = await web(prefix, disturbed);
    const cursor = await it.publish('risk-update', risk(2));
    const missed = await it.publish('no-trade-alert', noTradeAt(MORNING));
    await it.publish('mgc-update', mgc(62));
    await eventually(async () => (await takenBy(role)).includes('{event="mgc-update"} 1'));
    const reader = await stream(role, hasCursor ? { lastEventId: cursor } : {});
    await eventually(() => between.length === 4);
    await eventually(() => between.every((id) => reader.events().some((event) => event.id === id)));
    if (hasCursor) {
      expect(idsOf(reader, 'no-trade-alert'), 'what was missed').toEqual([missed]);
      expect(idsOf(reader, 'alert'), 'and no snapshot').toEqual([]);
    }
    const calm = await stream(role, { localAddress: '127.0.0.9' });
    await caughtUp(calm);
    // The card's own window ends seven seconds after its first update.
    await eventually(
      () => expect(pageOf(reader.events())['card MGC']).toBe(pageOf(calm.events())['card MGC']) ?? true,
      { timeout: 9_000 },
    );
  });
});

test('a stream that comes back to a stream that was trimmed meanwhile gets everything anew', async () => {
  const it = await speaking('trim:');
  const role = await web('trim:');
  const cursor = await it.publish('risk-update', risk(5));
  for (let n = 0; n < 20; n += 1) await it.publish('risk-update', risk(100 + n));
  await it.redis.xtrim(it.names.dashboard, 'MAXLEN', 10);
  const reader = await stream(role, { lastEventId: cursor });
  await caughtUp(reader);
  expect(reader.events().map(({ event }) => event)).toContain('focus-update');
  await eventually(() => pageOf(reader.events())['panel-risk']?.includes('$119 of'));
});

test('what left the stream while the web role could not read it is on the page when it can again', async () => {
  const it = await speaking('outage:');
  const role = await web('outage:');
  const reader = await stream(role);
  await caughtUp(reader);
  const admin = open('producer');
  // Told to nobody: the connections are cut, and the entry is gone before they are back.
  const clients = String(await admin.client('LIST')).split('\n');
  const blocked = clients.filter((line) => line.includes('cmd=xread ')).map((line) => /\bid=(\d+)/.exec(line)?.[1]);
  await it.publish('risk-update', risk(1));
  const pipeline = admin.multi();
  for (const id of blocked) pipeline.client('KILL', 'ID', Number(id));
  pipeline.set(it.names.risk, JSON.stringify(risk(403)));
  pipeline.xadd(it.names.dashboard, '*', 'event', 'risk-update', 'data', JSON.stringify(risk(403)));
  pipeline.xtrim(it.names.dashboard, 'MAXLEN', 0);
  await pipeline.exec();
  await eventually(() => pageOf(reader.events())['panel-risk']?.includes('$403 of'));
});
