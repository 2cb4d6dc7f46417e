import { describe, expect, test } from 'vitest';
import { createPlatformFeed } from '../../../../src/adapters/feeds/platform/feed.js';
import { after, epochMs, iso, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import { entryAnswerSchema } from '../../../../src/messages/entry-check.js';
import { eventually } from '../../../support/eventually.js';
import { FLAT, fakePlatform } from '../../../support/fake-platform.js';
import { sinkOf } from '../../../support/feed-sink.js';
import { intakeOf, KEY } from '../../../support/intake.js';
import { handClock } from '../../../support/test-clock.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));

describe('bars', () => {
  const bar = (minute: string, changes: Record<string, unknown> = {}) => ({
    ts: `2026-11-20T${minute}:00Z`,
    open: 4205.1,
    high: 4206,
    low: 4204.9,
    close: 4205.5,
    volume: 120,
    ...changes,
  });
  const post = (door: ReturnType<typeof intakeOf>, bars: readonly unknown[], symbol = 'MGC 12-26') =>
    door.post('/bars', { symbol, bars });

  describe('in a run with another feed', () => {
    const door = intakeOf(NOW, () => ({ feed: { name: 'demo' } }));
    test('are refused with the feed in charge', async () => {
      expect(await post(door, [bar('14:29')])).toMatchObject({
        status: 409,
        body: { feed: 'demo', reason: expect.stringContaining('the feed "demo" brings the bars of this run') },
      });
    });
  });

  describe('in a run without a feed', () => {
    const door = intakeOf(NOW);
    test('are refused', async () => {
      expect(await post(door, [bar('14:29')])).toMatchObject({ status: 409, body: { feed: null } });
    });
  });

  describe('in a run that the platform feeds', () => {
    let feed = createPlatformFeed({ clock: handClock(NOW) });
    const door = intakeOf(NOW, () => {
      feed = createPlatformFeed({ clock: handClock(NOW) });
      return { feed };
    });

    test('go through the feed as bars of their contract, and a repeat is ignored', async () => {
      expect(await post(door, [bar('14:29'), bar('14:30')])).toEqual({
        status: 200,
        body: { status: 'ok', root: 'MGC', accepted: 2, ignored: 0, intake: expect.any(String), at: iso(NOW) },
      });
      expect((await post(door, [bar('14:30')])).body).toMatchObject({ accepted: 0, ignored: 1 });
      const seen: unknown[] = [];
      const run = feed.run(epochMs(0), sinkOf({ bars: async (bars, through) => void seen.push({ bars, through }) }));
      await eventually(() => seen.length === 2);
      await feed.stop();
      await run;
      expect(seen[1]).toEqual({
        through: Date.parse('2026-11-20T14:31:00Z'),
        bars: [
          {
            root: 'MGC',
            contract: 'MGCZ6',
            bar: {
              at: Date.parse('2026-11-20T14:30:00Z'),
              open: 42_051,
              high: 42_060,
              low: 42_049,
              close: 42_055,
              volume: 120,
            },
          },
        ],
      });
    });

    test.each([
      ['milliseconds', Date.parse('2026-11-20T14:29:00Z')],
      ['seconds', Date.parse('2026-11-20T14:29:00Z') / 1_000],
      ['New York time with its offset', '2026-11-20T09:29:00-05:00'],
    ])('may be stamped in %s', async (_, ts) => {
      await post(door, [bar('14:29', { ts })]);
      expect((await post(door, [bar('14:29')])).body, 'the same minute').toMatchObject({ ignored: 1 });
    });

    test.each([
      ['off the minute', { ts: '2026-11-20T14:29:30Z' }, 'bars.1.ts'],
      ['of the minute that is not over', { ts: '2026-11-20T14:31:00Z' }, 'bars.1.ts'],
      ['without an offset', { ts: '2026-11-20T14:29:00' }, 'bars.1.ts'],
      ['off the tick grid', { close: 4205.55 }, 'bars.1.close'],
      ['with high and low exchanged', { high: 4204.9, low: 4206 }, 'bars.1'],
      ['with less than no volume', { volume: -1 }, 'bars.1.volume'],
      ['with half a contract of volume', { volume: 1.5 }, 'bars.1.volume'],
      ['at a price no market has', { high: 1e300 }, 'bars.1.high'],
      ['at zero', { low: 0 }, 'bars.1.low'],
      ['without a close', { close: null }, 'bars.1.close'],
    ])('one %s is named, and none is taken', async (_, changes, field) => {
      const answer = await post(door, [bar('14:28'), bar('14:29', changes)]);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
      expect((await post(door, [bar('14:28')])).body, 'the good one was not kept').toMatchObject({ accepted: 1 });
    });

    test.each([
      ['on a Saturday', '2026-11-14T15:00:00Z', 'MGC does not trade at 2026-11-14T15:00:00.000Z: weekend'],
      ['in the daily break', '2026-11-19T22:30:00Z', 'MGC does not trade at 2026-11-19T22:30:00.000Z: daily break'],
      ['on Good Friday', '2026-04-03T15:00:00Z', 'MGC does not trade at 2026-04-03T15:00:00.000Z: Good Friday'],
      ['12 seconds early', '2026-11-20T14:30:00Z', 'it closes 12 s after 2026-11-20T14:30:48.000Z, the time here'],
      ['an hour and a half early', '2026-11-20T15:59:00Z', 'it closes 89 min after 2026-11-20T14:30:48.000Z'],
      ['years early', '2028-11-20T14:30:00Z', 'it closes 731 days after 2026-11-20T14:30:48.000Z, the time here'],
    ])('one %s is refused in words, with the time here, and none is taken', async (_, ts, words) => {
      door.clock.set(epochMs(Date.parse('2026-11-20T14:30:48Z')));
      const { status, body } = await post(door, [bar('14:28'), bar('14:29', { ts })]);
      expect(status).toBe(400);
      expect(body).toEqual({
        status: 'error',
        errors: [{ field: 'bars.1.ts', problem: expect.stringContaining(words) }],
        at: '2026-11-20T14:30:48.000Z',
      });
      expect((await post(door, [bar('14:28')])).body, 'the good one was not kept').toMatchObject({ accepted: 1 });
    });

    test('that are refused by the hundred are told by the hundred, and how many more there are', async () => {
      const many = Array.from({ length: 130 }, () => bar('14:28', { volume: -1 }));
      const { status, body } = await post(door, many);
      expect(status).toBe(400);
      const errors = body.errors as unknown[];
      expect(errors).toHaveLength(101);
      expect(errors.at(-1)).toEqual({ field: 'body', problem: '30 more' });
    });

    test('of before our calendars begin may be of any day', async () => {
      expect((await post(door, [bar('14:29', { ts: '2012-11-10T15:00:00Z' })])).status).toBe(200);
    });

    test('meant for an earlier start of the intake are refused whole, with the name of this one', async () => {
      const send = (intake: unknown) => door.post('/bars', { symbol: 'MGC 12-26', intake, bars: [bar('14:29')] });
      const answer = await send('an-earlier-start');
      expect(answer).toMatchObject({ status: 409, body: { reason: expect.stringContaining('was started anew') } });
      expect(await send(answer.body.intake)).toMatchObject({ status: 200, body: { accepted: 1 } });
      expect((await send('')).body.errors).toMatchObject([{ field: 'intake' }]);
    });

    test('every wrong bar is named', async () => {
      const { body } = await post(door, [bar('14:28', { open: 4205.15, high: 1.01 }), bar('14:29', { ts: 'soon' })]);
      expect(body.errors).toMatchObject([{ field: 'bars.1.ts' }]);
      const next = await post(door, [bar('14:28', { open: 4205.15, low: 1.01 }), bar('14:29', { volume: -1 })]);
      expect(next.body.errors).toMatchObject([
        { field: 'bars.0.open' },
        { field: 'bars.0.low' },
        { field: 'bars.1.volume' },
      ]);
    });

    test('of another delivery month wait for the next trading day: two months in one series would jump', async () => {
      expect((await post(door, [bar('14:28')], 'MGC 12-26')).status).toBe(200);
      expect(await post(door, [bar('14:29')], 'MGC 02-27')).toMatchObject({
        status: 409,
        body: { reason: expect.stringContaining('MGCZ6 is in charge of MGC') },
      });
      door.clock.set(epochMs(Date.parse('2026-11-23T14:31:00Z')));
      const monday = { ...bar('14:29'), ts: '2026-11-23T14:29:00Z' };
      expect((await post(door, [monday], 'MGC 02-27')).status).toBe(200);
    });

    test('a platform clock a few seconds ahead is forgiven', async () => {
      door.clock.set(epochMs(Date.parse('2026-11-20T14:29:57Z')));
      expect((await post(door, [bar('14:29')])).status).toBe(200);
    });

    test.each([['ZN 12-26'], ['nonsense']])('of %s, which is no market of ours, are refused', async (symbol) => {
      expect(await post(door, [bar('14:29')], symbol)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'symbol' }] },
      });
    });
  });
});

describe('a heartbeat', () => {
  const door = intakeOf(NOW);
  const beat = (changes: Record<string, unknown> = {}) =>
    door.post('/heartbeat', {
      bridge: 'ninjatrader',
      bridge_version: '1.0.0',
      epoch: 'e1',
      sent_at: iso(after(NOW, 1_500)),
      accounts: ['Sim101'],
      ...changes,
    });
  const programs = async () => (await door.get('/positions')).body.programs;

  test('shows that the program lives, how its clock stands, and later that it is silent', async () => {
    expect(await beat()).toEqual({
      status: 200,
      body: { status: 'ok', at: iso(NOW), accounts: [{ account: 'Sim101', verdict: 'UNKNOWN' }] },
    });
    expect(await programs()).toEqual([
      {
        bridge: 'ninjatrader',
        bridge_version: '1.0.0',
        epoch: 'e1',
        accounts: ['Sim101'],
        heard_at: iso(NOW),
        age_s: 0,
        is_alive: true,
        clock_ahead_ms: 1_500,
      },
    ]);
    door.clock.set(after(NOW, 11 * SECOND));
    expect(await programs()).toMatchObject([{ is_alive: false, age_s: 11 }]);
  });

  test('never makes an account known, and never keeps a silent one in sync', async () => {
    await beat();
    expect((await door.get('/positions')).body).toMatchObject({ verdict: 'UNKNOWN', accounts: [] });
    await fakePlatform({ url: door.url, key: KEY }).report(FLAT);
    door.clock.set(after(NOW, 11 * SECOND));
    expect((await beat()).body).toMatchObject({ accounts: [{ account: 'Sim101', verdict: 'STALE' }] });
    expect((await door.get('/positions')).body.verdict).toBe('STALE');
    expect(door.bus.snapshots.length).toBe(1);
  });

  test('of the next start takes the place of the last', async () => {
    await beat();
    await beat({ epoch: 'e2' });
    expect(await programs()).toMatchObject([{ epoch: 'e2' }]);
  });

  test('of a program that ended an hour ago is forgotten', async () => {
    await beat({ bridge: 'old' });
    door.clock.set(after(NOW, 60 * MINUTE + 1));
    await beat();
    expect(await programs()).toMatchObject([{ bridge: 'ninjatrader' }]);
  });

  test('with wrong fields is refused with their names', async () => {
    const { status, body } = await beat({ bridge: '', accounts: 'Sim101' });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'bridge' }, { field: 'accounts' }]);
  });

  test('of too many programs is refused', async () => {
    for (let i = 0; i < 64; i += 1) expect((await beat({ bridge: `b${i}` })).status).toBe(200);
    expect((await beat({ bridge: 'b64' })).status).toBe(400);
  });
});

describe('an entry check', () => {
  const door = intakeOf(NOW);
  const check = (changes: Record<string, unknown> = {}) =>
    door.post('/risk/check', { symbol: 'MGC 12-26', side: 'buy', size: 2, entry: 4205.3, stop: 4199.8, ...changes });

  test('is a no with its reason while the engine has said nothing, and stores nothing', async () => {
    const { status, body } = await check();
    expect(status).toBe(200);
    expect(entryAnswerSchema.parse(body)).toMatchObject({
      allowed: false,
      symbol: 'MGC 12-26',
      side: 'LONG',
      size: 2,
      as_of: iso(NOW),
      reasons: [{ text: expect.stringContaining('no risk verdict yet') }],
    });
    expect([door.bus.snapshots, door.bus.executions, door.bus.dead]).toEqual([[], [], []]);
  });

  test('cannot be answered while the published state cannot be read: 503', async () => {
    door.bus.isDown = true;
    expect(await check()).toMatchObject({ status: 503, body: { reason: expect.stringContaining('no') } });
  });

  test('with wrong fields is refused with the name of each', async () => {
    const { status, body } = await check({ side: 'UP', size: 0, symbol: '', market: 'gold' });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ field: 'symbol' }, { field: 'side' }, { field: 'size' }, { field: 'body' }]);
  });
});
