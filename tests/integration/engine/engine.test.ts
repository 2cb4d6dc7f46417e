import { afterAll, describe, expect, test } from 'vitest';
import { liveQueue } from '../../../src/adapters/bullmq/live-queue.js';
import { auditRepository } from '../../../src/adapters/postgres/audit-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { regimeRepository } from '../../../src/adapters/postgres/regime-repository.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { engineBus } from '../../../src/adapters/redis/engine-bus.js';
import { decide } from '../../../src/domain/copilot/decide.js';
import { after, DAY, type EpochMs, epochMs, iso, MINUTE } from '../../../src/kernel/units.js';
import { alertSchema } from '../../../src/messages/dashboard.js';
import { focusPlanJson } from '../../../src/messages/focus-plan-codec.js';
import { ENGINE_GROUP, redisNames } from '../../../src/messages/streams.js';
import type { Log } from '../../../src/ports/log.js';
import { type Engine, startEngine } from '../../../src/roles/engine/engine.js';
import { signalRecord } from '../../../src/roles/engine/signals.js';
import { eventsOf, flatSnapshot, newCopilot, walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { testPostgres, testRedis } from '../../support/services.js';
import { handClock } from '../../support/test-clock.js';

const [redisUrl, postgresUrl] = await Promise.all([testRedis(), testPostgres()]).then((it) => it.map(({ url }) => url));
if (!redisUrl || !postgresUrl) throw new Error('no services');
const sql = connectPostgres({ url: postgresUrl });
await migrate(sql);
const producer = connectRedis(redisUrl, 'producer');
afterAll(async () => {
  producer.disconnect();
  await sql.end();
});

const ROOTS = ['MGC', 'MES'];
/** 09:50 New York on an ordinary Thursday, in the active session. */
const START = epochMs(Date.parse('2026-11-19T14:50:00Z'));
const END = after(START, 30 * MINUTE);
const names = redisNames('');
const data = dataBus(producer, names);
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const history = ROOTS.flatMap((root) =>
  walk(root, after(START, -9 * DAY), START, 'history').map((bar) => ({ root, contract: `${root}Z6`, bar })),
);
const liveBars = ROOTS.flatMap((root) => walk(root, START, END).map((bar) => ({ root, contract: `${root}Z6`, bar })));

function engineDeps(runId = 'test') {
  const [redis, reader, quoteReader, worker] = [
    connectRedis(redisUrl ?? '', 'producer'),
    connectRedis(redisUrl ?? '', 'blocking-reader'),
    connectRedis(redisUrl ?? '', 'blocking-reader'),
    connectRedis(redisUrl ?? '', 'queue-worker'),
  ];
  const clock = handClock(START);
  const disconnect = () => [redis, reader, quoteReader, worker].map((connection) => connection.disconnect());
  return {
    disconnect,
    deps: {
      bus: engineBus({ redis, reader, quoteReader }, names),
      audit: auditRepository(sql, 'test'),
      bars: barRepository(sql),
      history: historyRepository(sql),
      regimes: regimeRepository(sql),
      openQueue: (handle: Parameters<typeof liveQueue>[1]) =>
        liveQueue({ producer: redis, worker, prefix: names.queuePrefix, log: silent }, handle),
      makeState: (start: EpochMs) => newCopilot(start, ROOTS),
      owner: `engine-${Math.trunc(performance.now() * 1000)}`,
      run: { mode: 'replay' as const, runId },
      clock,
      drive: (at: EpochMs) => clock.set(epochMs(Math.max(at, clock.now()))),
      names,
      log: silent,
    },
  };
}

async function withEngine(work: (engine: Engine) => Promise<void>): Promise<void> {
  const { deps, disconnect } = engineDeps();
  const engine = await startEngine(deps);
  try {
    await work(engine);
  } finally {
    await engine.stop();
    disconnect();
  }
}

const feed = async (from: EpochMs, until: EpochMs) => {
  for (let close = from + MINUTE; close <= until; close += MINUTE) {
    const bars = liveBars.filter(({ bar }) => bar.at === close - MINUTE);
    await data.appendBars(bars, 'test', epochMs(close));
  }
};

/** Entries of any stream that were handed over and never acknowledged. */
const unacknowledged = async () => {
  const pending = await Promise.all(
    [names.bars, names.account].map((stream) => producer.xpending(stream, ENGINE_GROUP)),
  );
  return pending.reduce((sum, [count]) => sum + Number(count), 0);
};

const plansStored = async () => {
  const rows = await sql<{ plan: { as_of: string } }[]>`select plan from focus_snapshot order by as_of`;
  return rows.map(({ plan }) => plan);
};
const planAsOf = (at: EpochMs) =>
  eventually(async () => (await plansStored()).find((plan) => plan.as_of === iso(at)), { timeout: 20_000 });

const signalsStored = () =>
  sql`select id, at, trading_day::text, symbol, type, direction, facts from signal order by id`;

/** What the same events say without any service. */
function withoutServices() {
  const state = newCopilot(START, ROOTS);
  for (const root of ROOTS)
    state.seed(
      root,
      history.filter((bar) => bar.root === root),
    );
  const opening = { kind: 'job', at: START, name: 'focus' } as const;
  const events = eventsOf(ROOTS, START, END);
  const effects = [opening, ...events].flatMap((event) => decide(state, event).effects);
  return {
    plans: effects.flatMap((effect) =>
      effect.kind === 'publish-focus' ? [JSON.parse(JSON.stringify(focusPlanJson(effect.plan, 'replay')))] : [],
    ),
    signals: effects
      .flatMap((effect) => (effect.kind === 'record-signal' ? [signalRecord(effect.signal)] : []))
      .map(({ at, tradingDay, ...row }) => ({ ...row, at: new Date(at), trading_day: tradingDay }))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

describe('engine on real Redis and Postgres', () => {
  test('says what the pure function says, through a stop and a start in the middle of the morning', async () => {
    await barRepository(sql).save(history, 'test');
    await data.setHistoryMarker({ run: 'test', through: iso(START), bars: history.length });
    const middle = after(START, 12 * MINUTE);
    await withEngine(async () => {
      await planAsOf(START);
      await feed(START, middle);
      await planAsOf(after(START, 10 * MINUTE));
    });
    await withEngine(async () => {
      await feed(middle, END);
      await planAsOf(END);
      await eventually(async () => (await data.engineLag()) === 0);
    });
    const expected = withoutServices();
    expect(await plansStored()).toEqual(expected.plans);
    expect([...(await signalsStored())]).toEqual(expected.signals);
    expect(new Set(expected.signals.map(({ type }) => type)), 'a break and a touch at least').toContain('ORB');
    const [stored] = await sql`select count(*)::int as n from bar_1m where ts >= ${iso(START)}`;
    expect(stored?.n, 'no bar lost, none twice').toBe(liveBars.length);
  });

  test('alerts nobody twice when it is started again', async () => {
    const alertIds = async () => {
      const entries = await producer.xrange(names.dashboard, '-', '+');
      const alerts = entries.flatMap(([, fields]) =>
        fields[1] === 'alert' ? [alertSchema.parse(JSON.parse(fields[3] ?? ''))] : [],
      );
      return alerts.map((alert) => alert.id);
    };
    const before = await alertIds();
    expect(before.length, 'the entry cut-off at least').toBeGreaterThan(0);
    await withEngine(async () => {
      await eventually(async () => (await producer.get(names.session)) !== null);
    });
    const ids = await alertIds();
    expect(ids).toEqual(before);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('carries out what was decided but not carried out before a crash', async () => {
    const audit = auditRepository(sql, 'test');
    const seq = (await audit.newestSeq()) + 1;
    const alert = {
      id: 'left-behind',
      at: iso(END),
      kind: 'risk',
      severity: 'info',
      symbol: null,
      text: 'left behind',
    };
    const [row] = await audit.after(seq - 2);
    if (!row) throw new Error('no audit');
    await audit.append([{ ...row, seq, eventId: 'job/left-behind', outputs: [{ event: 'alert', data: alert }] }]);
    await withEngine(async () => {
      await eventually(async () =>
        (await producer.zrange(names.alerts, '0', '-1')).some((it) => it.includes('left-behind')),
      );
    });
    expect(await audit.performedSeq()).toBeGreaterThanOrEqual(seq);
    expect(await historyRepository(sql).newestAlerts(5)).toContainEqual(alert);
  });

  test('puts what it cannot read among the dead letters with the reason and goes on', async () => {
    await withEngine(async (engine) => {
      await producer.xadd(names.bars, '*', 'bar', '{"v":1,"symbol":"MGC"}');
      await producer.xadd(names.account, '*', 'snapshot', 'half a mess');
      await data.appendSnapshot(flatSnapshot(END, 1));
      await eventually(() => engine.state.book.accounts.size === 1);
      await eventually(async () => (await data.engineLag()) === 0);
    });
    const dead = await producer.xrange(names.dead, '-', '+');
    expect(dead.map(([, fields]) => fields[1]?.split('/')[0])).toEqual(['data:stream:bars', 'data:stream:account']);
    expect(dead[0]?.[1][3]).toContain('contract');
  });

  test('tells everything again to a Redis that lost it', async () => {
    await withEngine(async () => {
      await eventually(async () => (await producer.get(names.heartbeat)) !== null);
      await producer.del(names.heartbeat, names.focus, names.session, names.risk, names.positions, names.noTrade);
      const keys = [names.focus, names.session, names.risk, names.positions, names.noTrade];
      await eventually(async () => (await producer.mget(keys)).every((value) => value !== null));
    });
  });

  test('an event that no store takes is buried alone: the others go on', async () => {
    const { deps, disconnect } = engineDeps();
    const refused = Object.assign(new Error('no such date'), { code: '22008' });
    const saveSnapshots: typeof deps.history.saveSnapshots = async (snapshots) => {
      if (snapshots.some(({ account }) => account === 'poison')) throw refused;
      await deps.history.saveSnapshots(snapshots);
    };
    await data.appendSnapshot(flatSnapshot(after(END, 500), 2, { account: 'poison' }));
    await data.appendSnapshot(flatSnapshot(after(END, 600), 5));
    await producer.xadd(names.account, '*', 'snapshot', '{"account":"a\\u0000b"}');
    const engine = await startEngine({ ...deps, history: { ...deps.history, saveSnapshots } });
    await eventually(
      async () => (await unacknowledged()) === 0 && engine.state.book.accounts.get('Sim101')?.snapshot.seq === 5,
    );
    await engine.stop();
    disconnect();
    const [rows] = await sql`select count(*)::int as n from audit where event->>'snapshot' like ${'%"seq":5,%'}`;
    expect(rows?.n).toBe(1);
    const reasons = (await producer.xrange(names.dead, '-', '+')).map(([, fields]) => fields[3] ?? '');
    expect(reasons.slice(-2).toSorted()).toEqual([
      'holds a character that cannot be stored',
      'the store refuses it: no such date',
    ]);
  });

  test('a lost acknowledgement is healed by the same process: nothing is decided twice', async () => {
    const { deps, disconnect } = engineDeps();
    let failures = 0;
    const acknowledge = async (entries: Parameters<typeof deps.bus.acknowledge>[0]) => {
      if (entries.length > 0 && failures < 2) {
        failures += 1;
        throw new Error('the answer was lost');
      }
      await deps.bus.acknowledge(entries);
    };
    const engine = await startEngine({ ...deps, bus: { ...deps.bus, acknowledge } });
    await data.appendSnapshot(flatSnapshot(after(END, 1_000), 7));
    await eventually(async () => failures === 2 && (await unacknowledged()) === 0);
    await engine.stop();
    disconnect();
    const [rows] = await sql`select count(*)::int as n from audit where event->>'snapshot' like ${'%"seq":7,%'}`;
    expect(rows?.n).toBe(1);
  });

  test('what was left unacknowledged on another trading day is not decided again', async () => {
    const reader = engineDeps();
    await data.appendSnapshot(flatSnapshot(after(END, 2_000), 8));
    const entry = await eventually(async () => (await reader.deps.bus.read(10, 50)).at(0));
    reader.disconnect();
    const audit = auditRepository(sql, 'test');
    const seq = (await audit.newestSeq()) + 1;
    const [row] = await audit.after(seq - 2);
    if (!row || !entry) throw new Error('nothing to leave behind');
    const longAgo = { tradingDay: '2026-11-12' as typeof row.tradingDay, at: after(START, -7 * DAY) };
    await audit.append([{ ...row, ...longAgo, seq, eventId: `${names.account}/${entry.id}`, outputs: [] }]);
    await audit.markPerformed(seq);
    await withEngine(async () => {
      await eventually(async () => (await unacknowledged()) === 0);
    });
  });

  test('a second engine waits until the first one is gone', async () => {
    const [one, two] = [engineDeps(), engineDeps()];
    const first = await startEngine(one.deps);
    let isSecondRunning = false;
    const starting = startEngine(two.deps).then((engine) => {
      isSecondRunning = true;
      return engine;
    });
    const beatOf = async () => Number(JSON.parse((await producer.get(names.heartbeat)) ?? '{}').beat);
    await eventually(async () => (await beatOf()) >= 3);
    expect(isSecondRunning).toBe(false);
    await first.stop();
    const second = await starting;
    await second.stop();
    one.disconnect();
    two.disconnect();
  });
});
