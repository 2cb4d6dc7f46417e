import type { Redis } from 'ioredis';
import { z } from 'zod';
import {
  type Alert,
  alertSchema,
  heartbeatSchema,
  noTradeStateSchema,
  positionsSchema,
  riskStatusSchema,
  sessionStateSchema,
} from '../../messages/dashboard.js';
import { focusPlanSchema } from '../../messages/focus-plan.js';
import { compareIds } from '../../messages/stream-id.js';
import { type RedisNames, STREAM_MAX } from '../../messages/streams.js';
import type { DashboardEntry, DashboardSource } from '../../ports/dashboard-source.js';
import { failOnFirstError, fieldsOf, type RawEntry, type RawReply } from './entries.js';
import { parseJson, readJson } from './json.js';
import { storesHealth } from './stores-health.js';

export interface DashboardConnections {
  readonly redis: Redis;
  /** Makes a connection for one subscription's blocking reads. */
  readonly openReader: () => Redis;
}

/** Before the first entry of any stream. */
const NO_ID = '0-0';
const BLOCK_MS = 1_000;
const ENTRIES_PER_READ = 500;
const RETRY_AFTER_MS = 200;

/** The web role's side of Redis; `postgresAnswers` completes the health answer. */
export function dashboardSource(
  { redis, openReader }: DashboardConnections,
  names: RedisNames,
  postgresAnswers: () => Promise<boolean>,
): DashboardSource {
  return {
    async snapshot() {
      // The cursor is read first: what is published while the keys are read is replayed after it, twice is harmless.
      const cursor = await newestId(redis, names);
      const [plan, risk, noTrade, session, positions, beat, alerts] = await Promise.all([
        readJson(redis, names.focus, focusPlanSchema),
        readJson(redis, names.risk, riskStatusSchema),
        readJson(redis, names.noTrade, noTradeStateSchema),
        readJson(redis, names.session, sessionStateSchema),
        readJson(redis, names.positions, positionsSchema),
        readJson(redis, names.heartbeat, heartbeatSchema),
        readAlerts(redis, names),
      ]);
      return {
        cursor,
        alerts,
        ...(plan && { plan }),
        ...(risk && { risk }),
        ...(noTrade && { noTrade }),
        ...(session && { session }),
        ...(positions && { positions }),
        ...(beat && { status: beat.status }),
      };
    },
    async entriesAfter(cursor, max) {
      // At one instant, or the stream could be trimmed between the look at its ends and the reading.
      const replies = await redis
        .multi()
        .xrange(names.dashboard, '-', '+', 'COUNT', 1)
        .xrevrange(names.dashboard, '+', '-', 'COUNT', 1)
        .xrange(names.dashboard, `(${cursor}`, '+', 'COUNT', max)
        .exec();
      const [[oldest], [newest], entries] = failOnFirstError(replies).map((reply) => reply[1]) as Ends;
      const isKept = oldest === undefined ? cursor === NO_ID : compareIds(cursor, oldest[0]) >= 0;
      if (!isKept || compareIds(cursor, newest?.[0] ?? NO_ID) > 0) return 'too-old';
      return entries.map(toEntry);
    },
    async lastFocusUpdates(n) {
      const entries = await redis.xrevrange(names.dashboard, '+', '-', 'COUNT', ENTRIES_PER_READ);
      const updates = entries.map(toEntry).filter((entry) => isFocusUpdate(entry.event));
      return updates.slice(0, n).reverse();
    },
    subscribe(after, onEntry, onState) {
      const reader = openReader();
      let open = true;
      // A blocked read is asked again on the next connection as if nothing had been; whoever follows must know.
      reader.on('close', () => open && onState('down'));
      const loop = follow({ reader, stream: names.dashboard, after, isOpen: () => open, onEntry, onState });
      return {
        async close() {
          open = false;
          reader.disconnect();
          await loop;
        },
      };
    },
    heartbeat: () => readJson(redis, names.heartbeat, heartbeatSchema),
    async sendCommand(command) {
      await redis.xadd(names.commands, 'MAXLEN', '~', STREAM_MAX.commands, '*', 'command', JSON.stringify(command));
    },
    health: () => storesHealth({ redis: async () => (await redis.ping()) === 'PONG', postgres: postgresAnswers }),
  };
}

/** Replies of three ranges: oldest entry, newest entry, what was asked for. */
type Ends = [RawEntry[], RawEntry[], RawEntry[]];

const isFocusUpdate = (event: string): boolean =>
  /^(focus|[a-z0-9]{1,4})-update$/.test(event) && event !== 'risk-update';

async function newestId(redis: Redis, names: RedisNames): Promise<string> {
  const [newest] = await redis.xrevrange(names.dashboard, '+', '-', 'COUNT', 1);
  return newest?.[0] ?? NO_ID;
}

async function readAlerts(redis: Redis, names: RedisNames): Promise<readonly Alert[]> {
  const texts = await redis.zrevrange(names.alerts, 0, -1);
  const seen = new Map<string, Alert>();
  for (const text of texts) {
    const alert = parseJson(text, alertSchema);
    if (alert && !seen.has(alert.id)) seen.set(alert.id, alert);
  }
  return [...seen.values()];
}

function toEntry([id, raw]: RawEntry): DashboardEntry {
  const fields = fieldsOf(raw);
  return { id, event: fields.event ?? '', data: parseJson(fields.data, z.unknown()) };
}

interface Following {
  readonly reader: Redis;
  readonly stream: string;
  readonly after: string;
  readonly isOpen: () => boolean;
  readonly onEntry: (entry: DashboardEntry) => void;
  readonly onState: (state: 'up' | 'down') => void;
}

/** Reads on from the last id seen, whatever happens to the connection: nothing is lost and nothing comes twice. */
async function follow({ reader, stream, after, isOpen, onEntry, onState }: Following): Promise<void> {
  let cursor = after;
  while (isOpen()) {
    try {
      const command = ['COUNT', ENTRIES_PER_READ, 'BLOCK', BLOCK_MS, 'STREAMS', stream, cursor] as const;
      const reply = (await reader.call('XREAD', ...command)) as RawReply | null;
      onState('up');
      for (const raw of reply?.[0]?.[1] ?? []) {
        onEntry(toEntry(raw));
        cursor = raw[0];
      }
    } catch {
      if (!isOpen()) return;
      onState('down');
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    }
  }
}
