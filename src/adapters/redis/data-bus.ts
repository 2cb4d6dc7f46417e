import type { Redis } from 'ioredis';
import { epochMs, iso } from '../../kernel/units.js';
import { decodeStoredSnapshot, encodeSnapshot } from '../../messages/account.js';
import { encodeBar } from '../../messages/bars.js';
import type { Command } from '../../messages/commands.js';
import { heartbeatSchema, positionsSchema, riskStatusSchema } from '../../messages/dashboard.js';
import { dataStatusSchema, historyMarkerSchema } from '../../messages/data-status.js';
import { encodeExecutions } from '../../messages/executions.js';
import { feedFactJson, feedFactOf } from '../../messages/feed-facts.js';
import { focusPlanSchema } from '../../messages/focus-plan.js';
import { ENGINE_GROUP, type RedisNames, STREAM_MAX } from '../../messages/streams.js';
import { encodeTicks } from '../../messages/ticks.js';
import type { DataBus, Judgement } from '../../ports/bus.js';
import { failOnFirstError, fieldsOf, type RawEntry } from './entries.js';
import { parseJson, readJson } from './json.js';

/** Several minutes of busy bridges: enough to know every account that still speaks. */
const SNAPSHOTS_REMEMBERED = 2_000;
/** One minute of the whole watch list is written together; the newest complete one is within this many entries. */
const ENTRIES_OF_A_MINUTE_MAX = 200;

/** The data role's side of Redis. Every call rejects while Redis is away; nothing is queued in memory. */
export function dataBus(redis: Redis, names: RedisNames): DataBus {
  const send = async (command: Command): Promise<void> => {
    await redis.xadd(names.commands, 'MAXLEN', '~', STREAM_MAX.commands, '*', 'command', JSON.stringify(command));
  };
  return {
    async appendBars(bars, source, completeThrough) {
      const pipeline = redis.pipeline();
      bars.forEach((bar, index) => {
        const isLast = index === bars.length - 1;
        const clock = isLast && completeThrough !== undefined ? ['clock', String(completeThrough)] : [];
        pipeline.xadd(names.bars, 'MAXLEN', '~', STREAM_MAX.bars, '*', 'bar', encodeBar(bar, source), ...clock);
      });
      failOnFirstError(await pipeline.exec());
    },
    async appendClock(completeThrough) {
      await redis.xadd(names.bars, 'MAXLEN', '~', STREAM_MAX.bars, '*', 'clock', String(completeThrough));
    },
    async appendTicks(ticks) {
      if (ticks.length === 0) return;
      await redis.xadd(names.ticks, 'MAXLEN', '~', STREAM_MAX.ticks, '*', 'ticks', encodeTicks(ticks));
    },
    async appendSnapshot(snapshot) {
      const encoded = encodeSnapshot(snapshot);
      await redis.xadd(names.account, 'MAXLEN', '~', STREAM_MAX.account, '*', 'snapshot', encoded);
    },
    async recentSnapshots() {
      const newest = (await redis.xrevrange(names.account, '+', '-', 'COUNT', SNAPSHOTS_REMEMBERED)) as RawEntry[];
      return newest.toReversed().flatMap(([, raw]) => {
        const { snapshot } = fieldsOf(raw);
        const read = snapshot === undefined ? undefined : decodeStoredSnapshot(snapshot);
        return read?.ok ? [read.value] : [];
      });
    },
    async appendExecutions(batch) {
      const encoded = encodeExecutions(batch);
      await redis.xadd(names.account, 'MAXLEN', '~', STREAM_MAX.account, '*', 'executions', encoded);
    },
    async deadLetter({ where, reason, raw }) {
      const fields = ['where', where, 'reason', reason, ...(raw === undefined ? [] : ['raw', raw])];
      await redis.xadd(names.dead, 'MAXLEN', '~', STREAM_MAX.dead, '*', ...fields);
    },
    riskStatus: () => readJson(redis, names.risk, riskStatusSchema),
    async published() {
      const [risk, positions, planText] = await redis.mget(names.risk, names.positions, names.focus);
      const plan = parseJson(planText, focusPlanSchema);
      return { ...judgementOf(risk, positions), ...(plan && { plan }) };
    },
    async judgement() {
      const [risk, positions] = await redis.mget(names.risk, names.positions);
      return judgementOf(risk, positions);
    },
    async setDataStatus(status) {
      await redis.set(names.dataStatus, JSON.stringify(dataStatusSchema.parse(status)));
    },
    historyMarker: () => readJson(redis, names.dataHistory, historyMarkerSchema),
    async setHistoryMarker(marker) {
      await redis.set(names.dataHistory, JSON.stringify(marker));
    },
    async engineFacts() {
      const beat = await readJson(redis, names.heartbeat, heartbeatSchema);
      return beat && { beat: beat.beat, facts: (beat.status.feed_facts ?? []).map(feedFactOf) };
    },
    sendFact: (fact) => send({ kind: 'feed-fact', ...feedFactJson(fact) }),
    sendRefresh: (at) => send({ kind: 'force-refresh', id: `refresh-${iso(at)}`, at: iso(at) }),
    async barsThrough() {
      const newest = (await redis.xrevrange(names.bars, '+', '-', 'COUNT', ENTRIES_OF_A_MINUTE_MAX)) as RawEntry[];
      const clocks = newest.map(([, fields]) => fieldsOf(fields).clock).filter((clock) => clock !== undefined);
      return clocks[0] === undefined ? undefined : epochMs(Number(clocks[0]));
    },
    async engineLag() {
      const groups = (await redis.xinfo('GROUPS', names.bars).catch(missingStreamIsEmpty)) as readonly unknown[][];
      const group = groups.map(asRecord).find((it) => it.get('name') === ENGINE_GROUP);
      if (!group) return Number(await redis.xlen(names.bars));
      return Number(group.get('lag') ?? 0) + Number(group.get('pending') ?? 0);
    },
  };
}

function judgementOf(riskText: string | null | undefined, positionsText: string | null | undefined): Judgement {
  const risk = parseJson(riskText, riskStatusSchema);
  const positions = parseJson(positionsText, positionsSchema);
  return { ...(risk && { risk }), ...(positions && { positions }) };
}

function missingStreamIsEmpty(error: Error): readonly never[] {
  if (error.message.includes('no such key')) return [];
  throw error;
}

function asRecord(flat: readonly unknown[]): Map<unknown, unknown> {
  const record = new Map<unknown, unknown>();
  for (let i = 0; i + 1 < flat.length; i += 2) record.set(flat[i], flat[i + 1]);
  return record;
}
