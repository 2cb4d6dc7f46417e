import type { Redis } from 'ioredis';
import { decodeBridgeCommand, encodeBridgeCommand, type NumberedCommand } from '../../messages/bridge.js';
import { type RedisNames, STREAM_MAX } from '../../messages/streams.js';
import type { BridgeCommands } from '../../ports/bridge-commands.js';
import { fieldsOf, type RawEntry } from './entries.js';

/** Acknowledgements kept beyond the commands they belong to, before the oldest are cleared away. */
const ACKS_SPARE = 500;

export function bridgeCommands(redis: Redis, names: RedisNames): BridgeCommands {
  return {
    async pending({ account, after, max }) {
      const start = after === '' ? '-' : `(${after}`;
      const entries = (await redis.xrange(names.bridgeCommands, start, '+')) as RawEntry[];
      const ours = entries.flatMap(commandOf).filter((command) => command.account === account);
      if (ours.length === 0) return [];
      const acks = await redis.hmget(names.bridgeAcks, ...ours.map(({ id }) => id));
      return ours.filter((_, i) => acks[i] === null).slice(0, max);
    },
    async acknowledge(id, ack) {
      const found = await redis.xrange(names.bridgeCommands, id, id);
      if (found.length === 0) return 'unknown';
      const isFirst = await redis.hsetnx(names.bridgeAcks, id, JSON.stringify(ack));
      if (isFirst === 1) await clearOldAcks(redis, names);
      return isFirst === 1 ? 'kept' : 'repeat';
    },
    async give(command) {
      const field = encodeBridgeCommand(command);
      const id = await redis.xadd(
        names.bridgeCommands,
        'MAXLEN',
        '~',
        STREAM_MAX.bridgeCommands,
        '*',
        'command',
        field,
      );
      return String(id);
    },
  };
}

function commandOf([id, raw]: RawEntry): readonly NumberedCommand[] {
  const read = decodeBridgeCommand(fieldsOf(raw).command ?? '');
  return read.ok ? [{ id, ...read.value }] : [];
}

/** A hash has no bound of its own: acknowledgements whose command fell out of the stream go. */
async function clearOldAcks(redis: Redis, names: RedisNames): Promise<void> {
  if ((await redis.hlen(names.bridgeAcks)) <= STREAM_MAX.bridgeCommands + ACKS_SPARE) return;
  const kept = new Set((await redis.xrange(names.bridgeCommands, '-', '+')).map(([id]) => id));
  const gone = (await redis.hkeys(names.bridgeAcks)).filter((id) => !kept.has(id));
  if (gone.length > 0) await redis.hdel(names.bridgeAcks, ...gone);
}
