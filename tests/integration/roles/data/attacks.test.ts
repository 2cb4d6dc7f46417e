import { describe, expect, test } from 'vitest';
import { createPlatformFeed } from '../../../../src/adapters/feeds/platform/feed.js';
import { epochMs } from '../../../../src/kernel/units.js';
import { fakePlatform } from '../../../support/fake-platform.js';
import { intakeOf, KEY } from '../../../support/intake.js';
import { memoryCommands } from '../../../support/memory-bus.js';
import { handClock } from '../../../support/test-clock.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const door = intakeOf(NOW, () => ({
  feed: createPlatformFeed({ clock: handClock(NOW) }),
  commands: memoryCommands(),
}));

const POSTS = [
  '/positions/update',
  '/executions',
  '/bars',
  '/heartbeat',
  '/risk/check',
  '/bridge/commands/1-0/ack',
] as const;
const isStillWell = async () => {
  expect((await fakePlatform({ url: door.url, key: KEY }).report()).status).toBe(200);
  expect(door.log.lines.filter(({ level }) => level === 'error')).toEqual([]);
};
const nothingIsKept = () => {
  expect(door.bus.snapshots).toEqual([]);
  expect(door.bus.executions).toEqual([]);
};

describe.each(POSTS)('POST %s', (path) => {
  test.each([
    ['no key', { 'x-api-key': '' }],
    ['a wrong key', { 'x-api-key': `${KEY}x` }],
  ])('with %s: 401, before the body is read', async (_, headers) => {
    expect((await door.post(path, 'not json', headers)).status).toBe(401);
  });

  test.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/xml'], ['multipart/form-data']])(
    'as %s: 415',
    async (type) => {
      expect((await door.post(path, '{}', { 'content-type': type })).status).toBe(415);
    },
  );

  test('over 256 KB: 413', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(256 * 1_024) });
    expect(await door.post(path, body)).toMatchObject({
      status: 413,
      body: { reason: expect.stringContaining('256') },
    });
  });

  test.each([
    ['half a body', '{"account":"Sim1'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '42'],
    ['a body nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects nested 20,000 deep', `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['a __proto__ key', '{"__proto__":{"account":"Sim101"}}'],
    ['a constructor with a prototype', '{"constructor":{"prototype":{"account":"Sim101"}}}'],
    ['a body that is not UTF-8', '\u0000'],
  ])('with %s: 400 with a field, and nothing kept', async (_, body) => {
    const answer = await door.post(path, body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual({ field: expect.any(String), problem: expect.any(String) });
    nothingIsKept();
    expect('account' in {}).toBe(false);
    await isStillWell();
  });
});

test('GET /bridge/commands without the key: 401', async () => {
  expect((await door.get('/bridge/commands?account=Sim101', { 'x-api-key': 'x' })).status).toBe(401);
});

describe('too much of everything', () => {
  test('10,000 positions in a small body are refused in a short answer', async () => {
    const answer = await door.post('/positions/update', { positions: Array.from({ length: 10_000 }, () => ({})) });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(20_000);
    nothingIsKept();
    await isStillWell();
  });

  test('501 sound positions are refused as a whole, 500 are kept', async () => {
    const platform = fakePlatform({ url: door.url, key: KEY });
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ symbol: `S${i}`, side: 'LONG', quantity: 1, avg_price: 1 }));
    expect(await platform.report({ positions: many(501), orders: [] })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'positions' }] },
    });
    expect((await platform.report({ positions: many(500), orders: [] })).status).toBe(200);
  });

  test('numbers beyond reason are refused and not rounded', async () => {
    const platform = fakePlatform({ url: door.url, key: KEY });
    for (const cash of ['1e309', '-1e309', '1e15'])
      expect((await platform.send(JSON.stringify(platform.next()).replace('50000', cash))).status, cash).toBe(400);
    nothingIsKept();
  });

  test('an account named like a part of the language is an account like any other', async () => {
    for (const account of ['constructor', 'toString', 'hasOwnProperty']) {
      expect((await fakePlatform({ url: door.url, key: KEY, account }).report()).body.verdict).toBe('IN_SYNC');
      const fill = {
        execution_id: 'valueOf',
        symbol: 'MGC',
        side: 'BUY',
        quantity: 1,
        price: 1,
        time: '2026-11-20T14:31:07Z',
      };
      expect((await door.post('/executions', { account, executions: [fill] })).body).toMatchObject({ accepted: 1 });
    }
    expect((await door.get('/positions')).body.verdict).toBe('IN_SYNC');
  });
});
