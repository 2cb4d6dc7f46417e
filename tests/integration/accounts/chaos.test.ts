import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { type AccountBook, emptyBook, receive } from '../../../src/domain/accounts/book.js';
import {
  daysOf,
  emptyJournal,
  type Journal,
  netPositions,
  recordExecutions,
  resultOn,
  tradesOn,
} from '../../../src/domain/accounts/journal.js';
import { tradingDayOf } from '../../../src/domain/sessions/trading-day.js';
import { createRng } from '../../../src/kernel/rng.js';
import { after, epochMs, MINUTE, SECOND } from '../../../src/kernel/units.js';
import { decodeStoredSnapshot } from '../../../src/messages/account.js';
import { decodeStoredExecutions } from '../../../src/messages/executions.js';
import { redisNames } from '../../../src/messages/streams.js';
import { type Intake, startIntake } from '../../../src/roles/data/intake/server.js';
import { standingOf } from '../../../src/roles/data/sim-bridge/standing.js';
import { type BusyAccount, roundTrips } from '../../support/fake-platform/accounts.js';
import { contentOf, type MoodyPlatform, moodyPlatform } from '../../support/fake-platform/moody.js';
import { memoryLog } from '../../support/memory-bus.js';
import { testRedis } from '../../support/services.js';
import { type HandClock, handClock } from '../../support/test-clock.js';

const KEY = 'a-key-of-many-letters';
const START = epochMs(Date.parse('2026-11-20T12:00:00Z'));
const EVENTS = 1_000;
const BAD_MOOD = { drop: 0.08, duplicate: 0.1, reorder: 0.15, half: 0.05 };

const { url: redisUrl } = await testRedis();
const redis = connectRedis(redisUrl, 'producer');
afterAll(() => redis.disconnect());

interface Kept {
  readonly book: AccountBook;
  readonly journals: ReadonlyMap<string, Journal>;
  readonly undecodable: readonly string[];
}

/** Folds the account stream as the engine does. */
async function readBack(prefix: string): Promise<Kept> {
  const entries = await redis.xrange(redisNames(prefix).account, '-', '+');
  let book = emptyBook;
  const journals = new Map<string, Journal>();
  const undecodable: string[] = [];
  for (const [, [field = '', text = '']] of entries) {
    if (field === 'snapshot') {
      const read = decodeStoredSnapshot(text);
      if (read.ok) book = receive(book, read.value).book;
      else undecodable.push(read.error);
    } else {
      const read = decodeStoredExecutions(text);
      if (!read.ok) undecodable.push(read.error);
      else {
        const { account, executions } = read.value;
        journals.set(account, recordExecutions(journals.get(account) ?? emptyJournal, executions).journal);
      }
    }
  }
  return { book, journals, undecodable };
}

const accountView = z.object({
  account: z.string(),
  verdict: z.string(),
  cash_balance: z.number(),
  realized_pnl: z.number(),
  positions: z.array(
    z.object({ symbol: z.string(), side: z.string(), quantity: z.number(), avg_price: z.number(), root: z.string() }),
  ),
});
const positionsView = z.object({ verdict: z.string(), accounts: z.array(accountView) });

const CASES = [
  { seed: 1, names: ['Sim101'], skewMs: -3 * MINUTE },
  { seed: 2, names: ['Sim101', 'APEX-2207'], skewMs: 90 * SECOND },
] as const;

describe.each(CASES)('a platform in a bad mood, seed $seed, accounts $names', ({ seed, names, skewMs }) => {
  const prefix = `chaos-${seed}:`;
  const log = memoryLog();
  let clock: HandClock;
  let intake: Intake;
  let platform: MoodyPlatform;
  let kept: Kept;
  const seen = new Map<string, number>();
  const view = async () => {
    const answer = await fetch(`http://127.0.0.1:${intake.port}/positions`, { headers: { 'x-api-key': KEY } });
    return positionsView.parse(await answer.json());
  };
  const counted = (start: string): number =>
    [...platform.wire.counts].reduce((sum, [what, count]) => sum + (what.startsWith(start) ? count : 0), 0);

  beforeAll(async () => {
    clock = handClock(START, 1);
    const bus = dataBus(redis, redisNames(prefix));
    intake = await startIntake({ bus, clock, log, apiKey: KEY, host: '127.0.0.1', port: 0 });
    const url = `http://127.0.0.1:${intake.port}`;
    const rng = createRng(`chaos/${seed}`);
    platform = moodyPlatform({ url, key: KEY, rng, clock, accounts: names, mood: BAD_MOOD, skewMs });
    for (let i = 0; i < EVENTS; i += 1) {
      const happened = await platform.step();
      seen.set(happened, (seen.get(happened) ?? 0) + 1);
      if (happened === 'silence') expect((await view()).verdict, 'after 30 s of silence').toBe('STALE');
    }
    await platform.calm();
    kept = await readBack(prefix);
  });
  afterAll(() => intake.close());

  test('was really in a bad mood', () => {
    for (const what of ['trade', 'amend', 'quiet', 'restart', 'silence']) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(3);
    }
    for (const what of ['dropped', 'half', 'held', 'duplicated', '/positions/update 409']) {
      expect(counted(what), what).toBeGreaterThan(20);
    }
  });

  test('every letter was taken or refused as late, and no fill was refused', () => {
    const statuses = [...platform.wire.counts.keys()].filter((what) => what.startsWith('/'));
    expect(statuses.sort()).toEqual([
      '/executions 200',
      '/heartbeat 200',
      '/positions/update 200',
      '/positions/update 409',
    ]);
  });

  test("the intake's book is the platform's, and in sync", async () => {
    const { verdict, accounts } = await view();
    expect(verdict).toBe('IN_SYNC');
    expect(accounts.map(({ account }) => account).sort()).toEqual([...names].sort());
    for (const account of platform.accounts) {
      const { name, ...truth } = truthOf(account);
      const { cash_balance, realized_pnl, positions } = accounts.find((it) => it.account === name) ?? {};
      expect({ cash_balance, realized_pnl, positions }).toEqual(truth);
    }
  });

  test('whoever folds the stream has the same book', () => {
    expect(kept.undecodable).toEqual([]);
    expect([...kept.book.accounts.values()].map(({ snapshot }) => snapshot)).toEqual(
      [...intake.book().accounts.values()].map(({ snapshot }) => snapshot),
    );
  });

  test('the journal folded from the stream holds the trades of the platform', () => {
    for (const account of platform.accounts) {
      const truth = account.truth();
      const journal = kept.journals.get(truth.name) ?? emptyJournal;
      const trades = daysOf(journal).flatMap((day) => tradesOn(journal, day));
      const told = trades.map(({ id, side, closedAt, net }) => ({
        openedBy: id.slice(id.indexOf('/') + 1),
        side,
        closedAt,
        net,
      }));
      expect(told.toSorted((a, b) => (a.openedBy < b.openedBy ? -1 : 1))).toEqual(roundTrips(truth));
      expect(trades.length).toBeGreaterThan(10);

      const day = tradingDayOf(clock.now());
      const standing = standingOf(truth, day);
      expect(resultOn(journal, day).realized).toBe(standing.realized);
      const net = (it: { readonly symbol: string; readonly net: number }) => [it.symbol, it.net] as const;
      expect(new Map(netPositions(journal).map(net))).toEqual(new Map(standing.holdings.map(net)));
    }
  });

  test('nothing that was valid is a dead letter', async () => {
    expect(await redis.xlen(redisNames(prefix).dead)).toBe(0);
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('each report of a fill stands in the stream once', async () => {
    const entries = await redis.xrange(redisNames(prefix).account, '-', '+');
    const reports = entries.flatMap(([, [field, text = '']]) => {
      if (field !== 'executions') return [];
      const read = decodeStoredExecutions(text);
      return read.ok ? read.value.executions.map((it) => `${it.account}/${it.executionId}/${it.operation}`) : [];
    });
    expect(new Set(reports).size).toBe(reports.length);
    expect(reports.length).toBe(platform.accounts.reduce((sum, account) => sum + account.reports().length, 0));
  });

  function truthOf(account: BusyAccount) {
    const { account: name, cashBalance, realizedPnl, positions } = contentOf(account, after(clock.now(), skewMs));
    return {
      name,
      cash_balance: (cashBalance ?? 0) / 1e6,
      realized_pnl: (realizedPnl ?? 0) / 1e6,
      positions: positions.map(({ symbol, side, quantity, avgPrice, root }) => ({
        symbol,
        side,
        quantity,
        avg_price: avgPrice,
        root,
      })),
    };
  }
});
