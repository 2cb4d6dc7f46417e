import { createMassiveHistory } from '../../src/adapters/feeds/massive/listener.js';
import { backfillRepository } from '../../src/adapters/postgres/backfill-repository.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import type { Sql } from '../../src/adapters/postgres/client.js';
import type { BarHistory } from '../../src/ports/bar-history.js';
import type { Clock } from '../../src/ports/clock.js';
import { backfillCommand } from '../../src/roles/backfill/command.js';
import { pastFeeds } from '../../src/roles/backfill/sources.js';
import { type FakeMassive, type FakeMassiveOptions, startFakeMassive } from './fake-massive/server.js';
import { keepingLog } from './fake-vendor/log.js';
import { type FakeMarketOptions, fakeMarket } from './fake-vendor/market.js';

export const KEY = 'massive-key-of-the-tests';

/** Forgets every bar, hole and run. */
export async function emptyPast(sql: Sql): Promise<void> {
  await sql`truncate backfill_run, bar_hole cascade`;
  await sql`delete from bar_1m`;
}

/** A fake market, a vendor of its past, and a rig that asks it. */
export async function startPast(
  sql: Sql,
  { pageRows, ...options }: FakeMarketOptions & Pick<FakeMassiveOptions, 'pageRows'>,
) {
  const market = fakeMarket(options);
  const vendor = await startFakeMassive(market, { apiKey: KEY, ...(pageRows !== undefined && { pageRows }) });
  return { market, vendor, rig: backfillRig(sql, vendor, market.clock) };
}

export interface BackfillTry {
  readonly roots?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly isForced?: boolean;
  readonly asksAgain?: boolean;
  readonly holder?: string;
  /** Where bars that are there are looked up; the database alone unless told. */
  readonly history?: BarHistory;
}

/** A backfill command over a real database and a fake vendor; `clock` is market time and patience. */
export function backfillRig(sql: Sql, vendor: FakeMassive, clock: Clock) {
  const bars = barRepository(sql);
  const store = backfillRepository(sql);
  const { log, lines } = keepingLog();
  const leaving = new AbortController();
  let mark = 0;
  const depsOf = (holder = 'test') => {
    const open = () => createMassiveHistory({ apiKey: KEY, baseUrl: vendor.url, log });
    const sources = pastFeeds([{ name: 'massive', past: 'futures', isAlone: false, open }], () => ['massive']);
    const quick = { renewEveryMs: 50, tryAgainMs: 100 };
    return { store, history: bars, bars, clock, log, ...sources, ...quick, holder, signal: leaving.signal };
  };
  return {
    store,
    bars,
    /** Log lines. */
    lines,
    leave: () => leaving.abort(),
    depsOf,
    async run({ roots = ['MGC'], from, to, isForced = false, asksAgain = false, ...more }: BackfillTry = {}) {
      const { holder = 'test', history = bars } = more;
      const said: string[] = [];
      const deps = depsOf(holder);
      mark += 1;
      const wish = { by: 'command', roots, range: { ...(from && { from }), ...(to && { to }) } } as const;
      try {
        const isWhole = await backfillCommand(
          { ...wish, source: undefined, isForced },
          {
            ...deps,
            history,
            asksAgain,
            atOnce: 6,
            isForPeople: true,
            mark,
            bar: undefined,
            say: (line) => void said.push(line),
          },
        );
        return { isWhole, said };
      } finally {
        await deps.close();
      }
    },
  };
}
