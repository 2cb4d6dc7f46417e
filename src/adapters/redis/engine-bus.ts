import type { Redis } from 'ioredis';
import { dataStatusSchema, historyMarkerSchema } from '../../messages/data-status.js';
import { ENGINE_GROUP, type RedisNames, STREAM_MAX } from '../../messages/streams.js';
import { decodeTicks } from '../../messages/ticks.js';
import type { Output } from '../../ports/audit-store.js';
import { ENGINE_STREAMS, type EngineBus, type EngineStream, type StreamEntry } from '../../ports/engine-bus.js';
import type { FeedTick } from '../../ports/feed.js';
import { failOnFirstError, fieldsOf, type RawReply } from './entries.js';
import { readJson } from './json.js';

/** Only one engine works at a time (it holds the lease), so one consumer name serves every engine process. */
const CONSUMER = 'engine';
const ALERTS_KEPT_MAX = 500;
const QUOTES_PER_READ_MAX = 2_000;

export interface EngineConnections {
  /** For commands that answer at once. */
  readonly redis: Redis;
  /** For the blocking read of the group. */
  readonly reader: Redis;
  /** For the blocking read of last prices. */
  readonly quoteReader: Redis;
}

export function engineBus({ redis, reader, quoteReader }: EngineConnections, names: RedisNames): EngineBus {
  const streams = ENGINE_STREAMS.map((stream) => names[stream]);
  let leftovers = true;

  async function prepare(): Promise<void> {
    leftovers = true;
    for (const stream of streams) {
      await redis.xgroup('CREATE', stream, ENGINE_GROUP, '0', 'MKSTREAM').catch(ignoreExistingGroup);
    }
  }

  async function readGroup(max: number, blockMs: number): Promise<readonly StreamEntry[]> {
    const from = streams.map(() => (leftovers ? '0' : '>'));
    const wait = leftovers ? ([] as const) : (['BLOCK', blockMs] as const);
    const command = ['GROUP', ENGINE_GROUP, CONSUMER, 'COUNT', max, ...wait, 'STREAMS', ...streams, ...from];
    const reply = (await reader.call('XREADGROUP', ...command)) as RawReply | null;
    const entries = (reply ?? []).flatMap(([name, raw]) => {
      const stream = ENGINE_STREAMS[streams.indexOf(name)] as EngineStream;
      return raw.map(([id, fields]) => ({ stream, id, fields: fieldsOf(fields), isAgain: leftovers }));
    });
    if (entries.length === 0) leftovers = false;
    return entries;
  }

  return {
    prepare,
    async read(max, blockMs) {
      try {
        return await readGroup(max, blockMs);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.includes('NOGROUP')) throw error;
        // Redis came back empty: the group is made again and everything in the streams is read once more.
        leftovers = true;
        await prepare();
        return [];
      }
    },
    async acknowledge(entries) {
      const pipeline = redis.pipeline();
      for (const stream of ENGINE_STREAMS) {
        const ids = entries.filter((entry) => entry.stream === stream).map((entry) => entry.id);
        if (ids.length > 0) pipeline.xack(names[stream], ENGINE_GROUP, ...ids);
      }
      failOnFirstError(await pipeline.exec());
    },
    async deadLetter({ where, reason, raw }) {
      const fields = ['where', where, 'reason', reason, 'raw', raw];
      await redis.xadd(names.dead, 'MAXLEN', '~', STREAM_MAX.dead, '*', ...fields);
    },
    publish: (outputs) => publish(redis, names, outputs),
    async keepPlan(plan) {
      await redis.set(names.focus, JSON.stringify(plan));
    },
    async keepAlerts(alerts) {
      const pipeline = redis.pipeline();
      for (const alert of alerts) keepAlert(pipeline, names.alerts, alert, JSON.stringify(alert));
      failOnFirstError(await pipeline.exec());
    },
    async quotes(after, blockMs) {
      const reply = (await quoteReader.call(
        ...(['XREAD', 'COUNT', QUOTES_PER_READ_MAX, 'BLOCK', blockMs, 'STREAMS', names.ticks, after] as const),
      )) as RawReply | null;
      const entries = reply?.[0]?.[1] ?? [];
      const newest = new Map<string, FeedTick>();
      for (const [, raw] of entries) {
        const decoded = decodeTicks(fieldsOf(raw).ticks ?? '');
        if (decoded.ok) for (const tick of decoded.value) newest.set(tick.root, tick);
      }
      return { cursor: entries.at(-1)?.[0] ?? after, ticks: [...newest.values()] };
    },
    async heartbeat(beat) {
      return (await redis.set(names.heartbeat, JSON.stringify(beat), 'GET')) !== null;
    },
    dataStatus: () => readJson(redis, names.dataStatus, dataStatusSchema),
    historyMarker: () => readJson(redis, names.dataHistory, historyMarkerSchema),
    async newestDashboardId() {
      const newest = await redis.xrevrange(names.dashboard, '+', '-', 'COUNT', 1);
      return newest[0]?.[0] ?? '0-0';
    },
    holdLease: (owner, ms) => holdLease(redis, { key: names.lease, owner, ms }),
    async releaseLease(owner) {
      await redis.eval(
        "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end",
        1,
        names.lease,
        owner,
      );
    },
  };
}

function ignoreExistingGroup(error: Error): void {
  if (!error.message.includes('BUSYGROUP')) throw error;
}

const STATE_KEY = {
  'focus-update': 'focus',
  'risk-update': 'risk',
  'no-trade-alert': 'noTrade',
  'session-change': 'session',
  'positions-update': 'positions',
} as const satisfies Record<string, keyof RedisNames>;

async function publish(redis: Redis, names: RedisNames, outputs: readonly Output[]): Promise<string | undefined> {
  if (outputs.length === 0) return undefined;
  const pipeline = redis.pipeline();
  const appended: number[] = [];
  for (const { event, data } of outputs) {
    const json = JSON.stringify(data);
    if (event in STATE_KEY) pipeline.set(names[STATE_KEY[event as keyof typeof STATE_KEY]], json);
    if (event === 'alert') keepAlert(pipeline, names.alerts, data as { at: string }, json);
    appended.push(pipeline.length);
    pipeline.xadd(names.dashboard, 'MAXLEN', '~', STREAM_MAX.dashboard, '*', 'event', event, 'data', json);
  }
  const replies = failOnFirstError(await pipeline.exec());
  const ids = appended.map((index) => String(replies[index]?.[1]));
  const announcements = redis.pipeline();
  for (const id of ids) announcements.publish(names.dashboardLive, id);
  await announcements.exec();
  return ids.at(-1);
}

/** A sorted set of the alerts themselves: adding the same one again changes nothing. */
function keepAlert(pipeline: ReturnType<Redis['pipeline']>, key: string, alert: { at: string }, json: string): void {
  pipeline.zadd(key, Date.parse(alert.at), json);
  pipeline.zremrangebyrank(key, 0, -ALERTS_KEPT_MAX - 1);
}

const HOLD = `
  local owner = redis.call('get', KEYS[1])
  if owner and owner ~= ARGV[1] then return 0 end
  redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
  return 1`;

async function holdLease(
  redis: Redis,
  { key, owner, ms }: { key: string; owner: string; ms: number },
): Promise<boolean> {
  return (await redis.eval(HOLD, 1, key, owner, ms)) === 1;
}
