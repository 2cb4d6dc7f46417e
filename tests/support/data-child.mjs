// A data role in a process of its own, so that a test can kill it: one feed that tells a last price five times a second.
// Arguments: JSON with redisUrl, databaseUrl, port, key, roots, clock, contract. A line on the input is the next price in ticks.
import { createInterface } from 'node:readline';
import { clockOf } from '../../dist/adapters/clock/clock.js';
import { createLog } from '../../dist/adapters/log/log.js';
import { barRepository } from '../../dist/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../dist/adapters/postgres/client.js';
import { connectRedis } from '../../dist/adapters/redis/connection.js';
import { dataBus } from '../../dist/adapters/redis/data-bus.js';
import { redisNames } from '../../dist/messages/streams.js';
import { startData } from '../../dist/roles/data/data.js';
import { createArbiter } from '../../dist/roles/data/sources/arbiter.js';

const given = JSON.parse(process.argv[2] ?? '{}');
const log = createLog({ level: 'error', role: 'data' });
const { clock } = clockOf(given.clock);
let price;
createInterface({ input: process.stdin }).on('line', (line) => {
  price = Number(line);
});

const ticking = {
  name: 'ticking',
  startsAt: undefined,
  async *history() {},
  run(_from, sink) {
    sink.status({ state: 'live', reason: undefined });
    setInterval(() => {
      if (price !== undefined) sink.tick({ root: 'MGC', contract: given.contract, price, at: clock.now() });
    }, 200);
    return new Promise(() => {});
  },
  async stop() {},
};
const feed = createArbiter({
  sources: [ticking],
  orders: new Map(given.roots.map((root) => [root, ['ticking']])),
  clock,
  log,
});
await startData({
  bus: dataBus(connectRedis(given.redisUrl, 'producer'), redisNames('')),
  store: barRepository(connectPostgres({ url: given.databaseUrl, connectionsMax: 2 })),
  feed,
  sources: feed.report,
  clock,
  drive: undefined,
  log,
  roots: given.roots,
  runId: 'live',
  intake: { host: '127.0.0.1', port: given.port, apiKey: given.key },
});
process.stdout.write('ready\n');
