import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { wallNow } from '../../../src/adapters/clock/clock.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { monthlySpans, spanOfDates, usualRange } from '../../../src/domain/bars/backfill.js';
import { minutesIn } from '../../../src/domain/bars/coverage.js';
import { shiftTradingDay, tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { emptyPast, KEY, startPast } from '../../support/backfill.js';
import { eventually } from '../../support/eventually.js';
import type { Answer } from '../../support/fake-vendor/http-vendor.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { ensureBuilt, type Program, startProgram } from '../../support/program.js';
import { testFolder } from '../../support/services.js';
import { testDatabase } from '../../support/test-database.js';

const { url, sql } = await testDatabase();
const folder = testFolder();

// The command goes by the wall, so the market does too.
const NOW = wallNow();
const { market, vendor, rig } = await startPast(sql, { roots: ['MGC'], start: NOW, thin: ['MGC'], pageRows: 200 });
/** A whole trading day that is one question: in one month, and so of one contract. */
const { day, span } = wholeDay();
const bars = market.past('MGC', span.from, span.to);
const open = fakeMarket({ roots: ['MGC'], start: NOW }).past('MGC', span.from, span.to).length;

function wholeDay() {
  for (let date = tradingDay(usualRange(NOW).to); ; date = shiftTradingDay(date, -1)) {
    const month = spanOfDates({ from: date, to: date }, NOW);
    const isWhole = market.past('MGC', month.from, month.to).length > 800;
    if (isWhole && monthlySpans(month).length === 1) return { day: date, span: month };
  }
}

const started: Program[] = [];
function startCommand(): Program {
  const keys = { MASSIVE_API_KEY: KEY, MASSIVE_BASE_URL: vendor.url };
  const args = ['backfill', '--symbol', 'MGC', '--from', day, '--to', day, '--force'];
  const program = startProgram(args, { DATABASE_URL: url, COPILOT_DATA_DIR: folder, ...keys });
  started.push(program);
  return program;
}

beforeAll(() => ensureBuilt());
beforeEach(() => emptyPast(sql));
afterAll(async () => {
  for (const { process: child } of started) child.kill('SIGKILL');
  await vendor.close();
});

async function kill(program: Program, whileHeld: () => Promise<void> = async () => {}): Promise<void> {
  program.process.kill('SIGKILL');
  expect(await program.ended).toBe('SIGKILL');
  await whileHeld();
  // What its connections were at is over, too.
  const isIdle = async () =>
    (
      await sql`select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend'
      and state <> 'idle' and pid <> pg_backend_pid()`
    ).length === 0;
  await eventually(isIdle, { timeout: 30_000 });
}

/** The next command brings what is missing: every bar of the vendor is there once, and every other open minute a hole. */
async function expectWholeAfterwards(): Promise<void> {
  vendor.script.length = 0;
  const next = startCommand();
  expect(await next.ended, next.output()).toBe(0);
  expect(await rig.bars.range('MGC', span.from, span.to)).toEqual(bars);
  expect(minutesIn(await rig.store.holes('MGC', 'massive', span))).toBe(open - bars.length);
}

test('killed before a late row comes it has not written down as empty what that row is a bar of', async () => {
  const late = bars[10]?.bar.at ?? NOW;
  const isLate = (row: { window_start: number }): boolean => row.window_start === late * 1e6;
  // The page of the row comes without it; of all others none comes in time.
  const inDisorder = (right: Answer): Answer => {
    const body = right.body as { results: readonly { window_start: number }[] };
    if (!body.results.some(isLate)) return { ...right, afterMs: 20_000 };
    return { ...right, body: { ...body, results: body.results.filter((row) => !isLate(row)) } };
  };
  vendor.script.push(...Array.from({ length: 20 }, () => inDisorder));
  const asked = vendor.asked.length;
  const first = startCommand();
  // The page is dealt with once the next one is asked for.
  await eventually(() => vendor.asked.slice(asked).some((address) => address.includes('cursor=')), { timeout: 60_000 });
  expect(Number((await sql`select count(*) from bar_1m`)[0]?.count)).toBeGreaterThan(0);
  await kill(first);
  expect(await rig.store.holes('MGC', 'massive', span)).toEqual([]);
  await expectWholeAfterwards();
}, 120_000);

test('killed while it writes down what is empty it leaves no minute that nobody knows of', async () => {
  const other = connectPostgres({ url, connectionsMax: 1 });
  const holding = await other.reserve();
  await holding`begin`;
  await holding`lock table bar_hole in exclusive mode`;
  const first = startCommand();
  const isWriting = async () =>
    (await sql`select 1 from pg_locks where relation = 'bar_hole'::regclass and not granted`).length > 0;
  await eventually(isWriting, { timeout: 60_000 });
  await kill(first, async () => {
    await holding`rollback`;
    holding.release();
    await other.end();
  });
  await expectWholeAfterwards();
}, 120_000);
