import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataBus } from '../../src/adapters/redis/data-bus.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs, iso } from '../../src/kernel/units.js';
import type { RiskStatus } from '../../src/messages/dashboard.js';
import { redisNames } from '../../src/messages/streams.js';
import { startIntake } from '../../src/roles/data/intake/server.js';
import { quietRisk } from '../../tests/support/risk-status.js';
import type { Benches, Figure } from './support/figure.js';
import { benchRedis } from './support/redis.js';

export const benches: Benches = [
  { name: 'intake.p99', run: p99 },
  { name: 'intake.rate', run: rate },
];

const KEY = 'a-key-of-many-letters';
const ACCOUNTS = 4;
const POSTS_PER_SECOND = 100;
const SECONDS = 20;
const P99_MS_MAX = 20;
const WARM_UP_POSTS = 200;
const RATE_POSTS = 4_000;
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** 99th percentile from post to acknowledgement at 100 snapshots a second from four accounts; none may be lost. */
async function p99(): Promise<Figure> {
  return withIntake(async (door) => {
    const took: number[] = [];
    const open: Promise<void>[] = [];
    for (let i = 0; i < WARM_UP_POSTS; i += 1) await door.post(i);
    const begun = performance.now();
    const posts = POSTS_PER_SECOND * SECONDS;
    for (let i = 0; i < posts; i += 1) {
      const due = begun + (i * 1_000) / POSTS_PER_SECOND;
      const early = due - performance.now();
      if (early > 1) await pause(early);
      // From the instant it was due: a post that had to wait for its turn is not the faster for it.
      open.push(door.post(WARM_UP_POSTS + i).then(() => void took.push(performance.now() - due)));
    }
    await Promise.all(open);
    const lost = WARM_UP_POSTS + posts - (await door.stored());
    if (lost !== 0) throw new Error(`${lost} of ${posts} snapshots are not in the stream`);
    took.sort((a, b) => a - b);
    const value = took[Math.floor(took.length * 0.99)] ?? Number.NaN;
    return { value, unit: 'ms', n: posts, limit: P99_MS_MAX };
  });
}

/** Snapshots a second that one intake takes when four bridges post one after the other as fast as they can. */
async function rate(): Promise<Figure> {
  return withIntake(async (door) => {
    const begun = performance.now();
    const bridge = async (first: number): Promise<void> => {
      for (let i = first; i < RATE_POSTS; i += ACCOUNTS) await door.post(i);
    };
    await Promise.all(Array.from({ length: ACCOUNTS }, (_, i) => bridge(i)));
    const value = RATE_POSTS / ((performance.now() - begun) / 1_000);
    const lost = RATE_POSTS - (await door.stored());
    if (lost !== 0) throw new Error(`${lost} of ${RATE_POSTS} snapshots are not in the stream`);
    return { value, unit: 'posts/s', n: RATE_POSTS, limit: POSTS_PER_SECOND };
  });
}

interface Door {
  /** Posts the `i`th snapshot; rejects unless it was acknowledged. */
  post(i: number): Promise<void>;
  /** Entries in the account stream. */
  stored(): Promise<number>;
}

async function withIntake<T>(work: (door: Door) => Promise<T>): Promise<T> {
  const server = await benchRedis();
  const redis = connectRedis(server.url, 'producer');
  const names = redisNames('');
  const clock = {
    now: () => epochMs(Math.floor(performance.timeOrigin + performance.now())),
    elapsed: () => performance.now(),
    speed: 1,
  };
  // One connection a bridge, as a platform has it: its snapshots arrive in order.
  const agents = Array.from({ length: ACCOUNTS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const intake = await startIntake({
    bus: dataBus(redis, names),
    clock,
    log: SILENT,
    apiKey: KEY,
    host: '127.0.0.1',
    port: 0,
  });
  await redis.set(names.risk, JSON.stringify(riskStatus(clock.now())));
  try {
    return await work({
      post: (i) => send({ agent: agents[i % ACCOUNTS], port: intake.port, body: snapshot(i, iso(clock.now())) }),
      stored: () => redis.xlen(names.account),
    });
  } finally {
    for (const agent of agents) agent.destroy();
    await intake.close();
    redis.disconnect();
    await server.stop();
  }
}

/** What the engine publishes on a usual morning: every acknowledgement reads and judges it. */
const riskStatus = (asOf: EpochMs): RiskStatus =>
  quietRisk(asOf, {
    trading_day: tradingDayOf(asOf),
    accounts: Array.from({ length: ACCOUNTS }, (_, i) => ({ account: `Sim${i}`, verdict: 'IN_SYNC', age_s: 0 })),
  });

function snapshot(i: number, sentAt: string): string {
  const position = (symbol: string, price: number) => ({
    symbol,
    side: 'LONG',
    quantity: 2,
    avg_price: price,
    last_price: price + 1,
    unrealized_pnl: 20,
  });
  const order = (symbol: string, price: number) => ({
    order_id: `${symbol}-${i}`,
    symbol,
    action: 'SELL',
    type: 'STOP',
    quantity: 2,
    stop_price: price,
    state: 'working',
  });
  return JSON.stringify({
    bridge: 'bench',
    bridge_version: '1.0.0',
    epoch: 'bench',
    seq: Math.floor(i / ACCOUNTS) + 1,
    sent_at: sentAt,
    account: `Sim${i % ACCOUNTS}`,
    connection: { orders: 'connected', prices: 'connected' },
    cash_balance: 50_000 + i,
    realized_pnl: -120.5,
    positions: [position('MGC 12-26', 4205.3), position('MES 12-26', 6800)],
    orders: [order('MGC 12-26', 4199.8), order('MES 12-26', 6790)],
  });
}

function send({ agent, port, body }: { agent: Agent | undefined; port: number; body: string }): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-api-key': KEY };
  return new Promise((resolve, reject) => {
    const sent = request({
      ...(agent && { agent }),
      port,
      host: '127.0.0.1',
      path: '/positions/update',
      method: 'POST',
      headers,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    sent.end(body);
  });
}
