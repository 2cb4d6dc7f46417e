import { hostname } from 'node:os';
import { systemClock, wallNow } from '../../adapters/clock/clock.js';
import { archiveFiles, archiveFolder } from '../../adapters/duckdb/archive-files.js';
import { barHistory } from '../../adapters/duckdb/history.js';
import { readUpState } from '../../adapters/embedded/up-state.js';
import { feeds } from '../../adapters/feeds/index.js';
import { requireKnownFeeds } from '../../adapters/feeds/known.js';
import { archiveLedger } from '../../adapters/postgres/archive-ledger.js';
import { backfillRepository } from '../../adapters/postgres/backfill-repository.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { openProgressBar } from '../../adapters/terminal/progress-bar.js';
import { chooseFeeds } from '../../config/feeds.js';
import { configOf, type Settings } from '../../config/schema.js';
import type { DateRange } from '../../domain/bars/backfill.js';
import { OperationalError } from '../../kernel/errors.js';
import { after, type EpochMs, MINUTE } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { takeUpListed } from '../archive/take-up.js';
import { backfillCommand } from './command.js';
import { type PastFeeds, pastFeeds } from './sources.js';

export interface BackfillCommand {
  /** Empty: the watch list. */
  readonly symbols: readonly string[];
  readonly range: Partial<DateRange>;
  readonly source: string | undefined;
  readonly isForced: boolean;
  /** Minutes that are known to be empty are asked for again. */
  readonly asksAgain: boolean;
  readonly settings: Settings;
  readonly isForPeople: boolean;
  readonly log: Log;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Symbols at a time: each waits for the vendor more than it computes. */
const AT_ONCE = 6;

/** False when something is still missing at the end. */
export async function runBackfill(command: BackfillCommand): Promise<boolean> {
  const { settings, log, isForPeople, say, signal } = command;
  const up = await readUpState(settings.COPILOT_DATA_DIR);
  const url = up?.database_url ?? settings.DATABASE_URL;
  if (url === undefined)
    throw new OperationalError(
      'CONFIG_INVALID',
      `backfill needs DATABASE_URL, or a system that runs on ${settings.COPILOT_DATA_DIR}`,
    );
  if (up?.mode === 'replay') throw new OperationalError('WRONG_RUN', 'a replay runs; its bars are in its files');
  const isLive = up === undefined || up.mode === 'live';
  const sql = connectPostgres({ url, connectionsMax: AT_ONCE + 2 });
  const bars = barRepository(sql);
  const sources = isLive ? liveSources(command) : NO_SOURCES;
  try {
    const roots = command.symbols.length > 0 ? command.symbols : settings.WATCHLIST;
    const clock = isLive ? systemClock() : await standingClock(bars, roots);
    const files = archiveFiles({ folder: archiveFolder(settings.COPILOT_DATA_DIR) });
    const ledger = archiveLedger(sql);
    const tell = (remark: string): void => log.info({ evt: 'archive.remark', remark }, 'the archive remarks');
    if (isLive) await takeUpListed({ store: bars, ledger, files, tell, signal });
    const deps = {
      store: backfillRepository(sql),
      history: barHistory({ store: bars, ledger, files }),
      bars,
      clock,
      log,
      ...sources,
      holder: `command@${hostname()}:${process.pid}`,
      signal,
      asksAgain: command.asksAgain,
      atOnce: isLive ? AT_ONCE : 0,
      isForPeople,
      say,
      mark: wallNow(),
      bar: isForPeople ? openProgressBar(process.stderr) : undefined,
    };
    const wish = { by: 'command', roots, range: command.range, source: command.source } as const;
    return await backfillCommand({ ...wish, isForced: command.isForced }, deps);
  } catch (cause) {
    if (cause instanceof OperationalError) throw cause;
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new OperationalError('POSTGRES_UNAVAILABLE', `backfill stopped before its end: ${why}`, { cause });
  } finally {
    await sources.close();
    await sql.end({ timeout: 1 });
  }
}

function liveSources({ settings, log, source }: BackfillCommand): PastFeeds {
  const config = configOf(settings, '');
  requireKnownFeeds(config);
  const clock = systemClock();
  const vendors = {
    massive: config.massive,
    ibkr: config.ibkr,
    twelveData: config.twelveData,
    finnhub: config.finnhub,
  };
  const options = { clock, roots: [], from: undefined, seed: 0, files: [], log, vendors };
  const past = feeds.flatMap(({ name, past: of, history, isAlone = false }) =>
    of && history && name !== 'demo' ? [{ name, past: of, isAlone, open: () => history(options) }] : [],
  );
  if (source !== undefined && !past.some(({ name }) => name === source))
    throw new OperationalError(
      'USAGE',
      `--source: "${source}" cannot be asked for the past; ${past.map(({ name }) => name).join(', ')} can`,
    );
  const { feeds: names, order } = chooseFeeds(config);
  const opened = pastFeeds(past, (root) => order.get(root) ?? names);
  // A setting that is missing is said before anything is planned.
  if (source !== undefined) opened.source(source);
  return opened;
}

/** Beside a practice run: its worker knows its market. */
const NO_SOURCES: PastFeeds = {
  sourceOf: () => undefined,
  source: (name) => {
    throw new OperationalError('WRONG_RUN', `${name} is not asked beside a practice run`);
  },
  isAlone: () => false,
  close: async () => {},
};

/** A practice run's market time, as far as the store knows it. */
async function standingClock(bars: Pick<BarStore, 'newest'>, roots: readonly string[]): Promise<Clock> {
  const newest: EpochMs[] = [];
  for (const root of roots) {
    const at = await bars.newest(root);
    if (at !== undefined) newest.push(after(at, MINUTE));
  }
  const at = newest.length === 0 ? wallNow() : newest.reduce((a, b) => (a > b ? a : b));
  return { ...systemClock(), now: () => at };
}
