import { wallNow } from '../../adapters/clock/clock.js';
import { archiveFiles, archiveFolder } from '../../adapters/duckdb/archive-files.js';
import { barHistory } from '../../adapters/duckdb/history.js';
import { readUpState } from '../../adapters/embedded/up-state.js';
import { archiveLedger } from '../../adapters/postgres/archive-ledger.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { dailyRepository } from '../../adapters/postgres/daily-repository.js';
import type { Settings } from '../../config/schema.js';
import { parseMonth } from '../../domain/bars/month.js';
import { instrument, instruments } from '../../domain/instruments/catalogue/index.js';
import { OperationalError } from '../../kernel/errors.js';
import { type ArchiveDeps, archiveMonths } from './archive-months.js';
import { restoreMonth } from './restore.js';
import { archiveText, restoreText } from './text.js';

interface Command {
  readonly settings: Settings;
  /** Sentences instead of JSON lines. */
  readonly isForPeople: boolean;
  readonly say: (line: string) => void;
  /** For what is not part of the answer. */
  readonly tell: (line: string) => void;
}

export interface ArchiveCommand extends Command {
  /** `yyyy-MM`; undefined for every month that is old enough. */
  readonly before: string | undefined;
}

export interface RestoreCommand extends Command {
  readonly month: string;
  readonly symbol: string | undefined;
}

/** False when a month had to stay although its time had come. */
export async function runArchive({ before, ...command }: ArchiveCommand): Promise<boolean> {
  const month = before === undefined ? undefined : monthFrom('--before', before);
  const roots = instruments.map(({ root }) => root);
  const archived = await withParts('archive', command, (deps) => archiveMonths(deps, { before: month, roots }));
  for (const line of archiveText(archived, command.isForPeople)) command.say(line);
  return archived !== undefined && archived.faults.length === 0;
}

export async function runRestore({ month: text, symbol, ...command }: RestoreCommand): Promise<boolean> {
  const month = monthFrom('--month', text);
  const root = symbol === undefined ? undefined : instrument(symbol)?.root;
  if (symbol !== undefined && root === undefined)
    throw new OperationalError('USAGE', `--symbol: ${symbol} is not an instrument we know`);
  const restored = await withParts('restore', command, (deps) => restoreMonth(deps, { month, root }));
  for (const line of restoreText(restored, { month, isForPeople: command.isForPeople })) command.say(line);
  return restored !== undefined;
}

function monthFrom(flag: string, text: string): string {
  const month = parseMonth(text);
  if (month === undefined) throw new OperationalError('USAGE', `${flag} is "${text}"; expected a month, e.g. 2025-03`);
  return month;
}

async function withParts<T>(
  name: string,
  { settings, tell }: Command,
  work: (deps: ArchiveDeps) => Promise<T>,
): Promise<T> {
  const sql = connectPostgres({ url: await databaseOf(name, settings) });
  const store = barRepository(sql);
  const ledger = archiveLedger(sql);
  const files = archiveFiles({ folder: archiveFolder(settings.COPILOT_DATA_DIR) });
  const history = barHistory({ store, ledger, files });
  try {
    return await work({ store, ledger, files, history, daily: dailyRepository(sql), now: wallNow(), tell });
  } catch (cause) {
    if (cause instanceof OperationalError) throw cause;
    throw new OperationalError('POSTGRES_UNAVAILABLE', `${name} stopped before its end: ${reasonOf(cause)}`, { cause });
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function databaseOf(name: string, settings: Settings): Promise<string> {
  const up = await readUpState(settings.COPILOT_DATA_DIR);
  if (up && up.mode !== 'live')
    throw new OperationalError(
      'WRONG_RUN',
      `a ${up.mode} runs on ${settings.COPILOT_DATA_DIR}; only live bars are archived`,
    );
  const url = up?.database_url ?? settings.DATABASE_URL;
  if (url !== undefined) return url;
  throw new OperationalError(
    'CONFIG_INVALID',
    `${name} needs DATABASE_URL, or a system that runs on ${settings.COPILOT_DATA_DIR}`,
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
