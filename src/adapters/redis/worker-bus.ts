import type { Redis } from 'ioredis';
import { historyMarkerSchema } from '../../messages/data-status.js';
import { type RedisNames, STREAM_MAX } from '../../messages/streams.js';
import type { WorkerBus } from '../../ports/worker-bus.js';
import { readJson } from './json.js';

export function workerBus(redis: Redis, names: RedisNames): WorkerBus {
  return {
    historyMarker: () => readJson(redis, names.dataHistory, historyMarkerSchema),
    engineBeats: async () => (await redis.exists(names.heartbeat)) === 1,
    async sendCommand(command) {
      await redis.xadd(names.commands, 'MAXLEN', '~', STREAM_MAX.commands, '*', 'command', JSON.stringify(command));
    },
  };
}
