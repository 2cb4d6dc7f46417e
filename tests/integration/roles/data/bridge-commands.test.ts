import { afterAll, expect, test } from 'vitest';
import { bridgeCommands } from '../../../../src/adapters/redis/bridge-commands.js';
import { connectRedis } from '../../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../../src/adapters/redis/data-bus.js';
import { epochMs } from '../../../../src/kernel/units.js';
import { decodeExecutions, decodeStoredExecutions } from '../../../../src/messages/executions.js';
import { redisNames } from '../../../../src/messages/streams.js';
import { testRedis } from '../../../support/services.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const { url } = await testRedis();
const redis = connectRedis(url, 'producer');
afterAll(() => redis.disconnect());

const flatten = { kind: 'flatten', account: 'Sim101', symbol: undefined, at: NOW } as const;
const done = { result: 'done', text: '', at: '2026-11-20T14:31:09Z' };
const all = { account: 'Sim101', after: '', max: 10 };

test('commands come back as they were given, by account, after an id, until they are acknowledged', async () => {
  const commands = bridgeCommands(redis, redisNames('a:'));
  const ids = [
    await commands.give(flatten),
    await commands.give({ ...flatten, account: 'APEX-1' }),
    await commands.give({ ...flatten, kind: 'cancel', symbol: 'MGC 12-26' }),
  ];
  const [first, , third] = ids;
  expect(await commands.pending(all)).toEqual([
    { ...flatten, id: first },
    { ...flatten, kind: 'cancel', symbol: 'MGC 12-26', id: third },
  ]);
  expect((await commands.pending({ ...all, after: first ?? '' })).map(({ id }) => id)).toEqual([third]);
  expect((await commands.pending({ ...all, max: 1 })).map(({ id }) => id)).toEqual([first]);

  expect(await commands.acknowledge(first ?? '', done)).toBe('kept');
  expect(await commands.acknowledge(first ?? '', { ...done, result: 'failed' })).toBe('repeat');
  expect(await commands.acknowledge('1-1', done)).toBe('unknown');
  expect((await commands.pending(all)).map(({ id }) => id)).toEqual([third]);
  expect(JSON.parse((await redis.hget('a:bridge:command_acks', first ?? '')) ?? '')).toEqual(done);
});

test('an entry that is no command is passed over', async () => {
  const commands = bridgeCommands(redis, redisNames('b:'));
  await redis.xadd('b:bridge:stream:commands', '*', 'command', '{"v":1,"kind":"buy"}');
  const id = await commands.give(flatten);
  expect((await commands.pending(all)).map((it) => it.id)).toEqual([id]);
});

test('acknowledgements whose commands are gone are cleared away', async () => {
  const commands = bridgeCommands(redis, redisNames('c:'));
  const old = Array.from({ length: 1_500 }, (_, i) => [`1-${i + 1}`, '{}']).flat();
  await redis.hset('c:bridge:command_acks', ...old);
  const id = await commands.give(flatten);
  await commands.acknowledge(id, done);
  expect(await redis.hkeys('c:bridge:command_acks')).toEqual([id]);
});

test('fills go into the account stream as they were, beside the snapshots', async () => {
  const bus = dataBus(redis, redisNames('d:'));
  const sent = {
    execution_id: 'x',
    symbol: 'MGC',
    side: 'BUY',
    quantity: 1,
    price: 4205.3,
    time: '2026-11-20T14:31:07Z',
  };
  const read = decodeExecutions({ account: 'Sim101', executions: [sent] }, NOW);
  if (!read.ok) throw new Error('unreadable');
  await bus.appendExecutions(read.value);
  const [entry] = await redis.xrange('d:data:stream:account', '-', '+');
  const [field, text = ''] = entry?.[1] ?? [];
  expect(field).toBe('executions');
  expect(decodeStoredExecutions(text)).toEqual({ ok: true, value: read.value });
});

test('what the engine has not published, or published in another shape, is absent', async () => {
  const names = redisNames('e:');
  const bus = dataBus(redis, names);
  expect(await bus.published()).toEqual({});
  const positions = { as_of: '2026-11-20T14:31:07Z', verdict: 'IN_SYNC', accounts: [], positions: [] };
  await redis.mset(names.positions, JSON.stringify(positions), names.risk, '{"as_of":1}', names.focus, 'not json');
  expect(await bus.published()).toEqual({ positions });
});
