import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { messageOf } from '../../../kernel/errors.js';
import { iso } from '../../../kernel/units.js';
import { modeSchema } from '../../../messages/focus-plan.js';
import type { DashboardSource } from '../../../ports/dashboard-source.js';
import type { WebContext } from '../app.js';
import { instant } from '../format.js';
import type { ViewContext } from '../panels/panel.js';

const PROBE_MS_MAX = 2_000;

const dependency = z.object({
  state: z.enum(['ok', 'warning', 'down', 'unknown']),
  age_s: z.number().nullable(),
  reason: z.string(),
});
type Dependency = z.infer<typeof dependency>;
const health = z.object({
  status: z.enum(['ok', 'degraded', 'starting', 'down']),
  at: z.string(),
  mode: modeSchema,
  dependencies: z.object({
    redis: dependency,
    postgres: dependency,
    feed: dependency,
    engine: dependency,
    bridge: dependency,
  }),
});

/** `GET /health`: 503 when the dashboard cannot be relied on, which at a start it cannot be yet. A platform that is not connected is no fault of ours. */
export async function healthRoutes(app: FastifyInstance, { live, source, clock, mode }: WebContext): Promise<void> {
  const schema = { tags: ['system'], summary: 'Is everything alive?', response: { 200: health, 503: health } };
  app.get('/health', { schema }, async (_request, reply) => {
    const stores = await probe(source);
    const context = live.context();
    const dependencies = {
      ...stores,
      feed: part('feed', context),
      engine: engine(live.beatAgeMs(), context),
      bridge: part('bridge', context),
    };
    const { redis, postgres, feed, engine: brain } = dependencies;
    const isDown = [redis, postgres, feed, brain].some(({ state }) => state === 'down' || state === 'unknown');
    const isWeak = Object.values(dependencies).some(({ state }) => state !== 'ok');
    const isStarting = stores.redis.state === 'ok' && stores.postgres.state === 'ok' && startsUp(live);
    const status = isStarting ? 'starting' : isDown ? 'down' : isWeak ? 'degraded' : 'ok';
    reply.code(isDown || isStarting ? 503 : 200).header('cache-control', 'no-store');
    return { status, at: iso(clock.now()), mode, dependencies };
  });
}

/** No engine was heard yet, or the one that lives has not decided the minutes that came while the system was down. */
function startsUp(live: WebContext['live']): boolean {
  if (live.beatAgeMs() === undefined) return true;
  const { state, freshness } = live.context();
  return !freshness.stale && state.status?.starting === true;
}

async function probe(source: DashboardSource): Promise<{ redis: Dependency; postgres: Dependency }> {
  const of = (isUp: boolean, reason: string): Dependency => ({
    state: isUp ? 'ok' : 'down',
    age_s: isUp ? 0 : null,
    reason: isUp ? 'answers' : reason,
  });
  try {
    const { redis, postgres, reason = 'does not answer' } = await inTime(source.health());
    return { redis: of(redis, reason), postgres: of(postgres, reason) };
  } catch (error) {
    const reason = messageOf(error);
    return { redis: of(false, reason), postgres: of(false, reason) };
  }
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_MS_MAX / 1000} s`)), PROBE_MS_MAX);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function part(name: 'feed' | 'bridge', { state, now, freshness }: ViewContext): Dependency {
  const found = state.status?.parts.find((p) => p.part === name);
  if (!found) return { state: 'unknown', age_s: null, reason: 'the engine has not reported on it yet' };
  const age = found.at === null ? null : Math.max(0, Math.round((now - instant(found.at)) / 100) / 10);
  if (freshness.stale) return { state: 'unknown', age_s: age, reason: 'the engine that watches it is silent' };
  return { state: found.state, age_s: age, reason: found.reason };
}

function engine(beatAgeMs: number | undefined, { freshness, state }: ViewContext): Dependency {
  const age = beatAgeMs === undefined ? null : Math.round(beatAgeMs / 100) / 10;
  if (freshness.stale) {
    const reason =
      age === null
        ? 'no heartbeat was ever seen'
        : freshness.why === 'stream'
          ? 'its event stream is cut off'
          : 'its heartbeat stopped';
    return { state: 'down', age_s: age, reason };
  }
  const found = state.status?.parts.find((p) => p.part === 'engine');
  return { state: found?.state ?? 'ok', age_s: age, reason: found?.reason ?? 'its heart beats' };
}
