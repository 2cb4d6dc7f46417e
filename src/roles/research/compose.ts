import { basename } from 'node:path';
import { archiveFiles, archiveFolder } from '../../adapters/duckdb/archive-files.js';
import { barHistory } from '../../adapters/duckdb/history.js';
import { readUpState } from '../../adapters/embedded/up-state.js';
import { countsText, readBarFile } from '../../adapters/feeds/csv/bar-file.js';
import { archiveLedger } from '../../adapters/postgres/archive-ledger.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres, type Sql } from '../../adapters/postgres/client.js';
import { researchRepository } from '../../adapters/postgres/research-repository.js';
import type { Settings } from '../../config/schema.js';
import { codeVersion } from '../../config/version.js';
import type { Bar } from '../../domain/bars/bar.js';
import { instrument, instruments } from '../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { parseTradingDay } from '../../domain/sessions/trading-day.js';
import { OperationalError } from '../../kernel/errors.js';
import { MINUTE, type TradingDay } from '../../kernel/units.js';
import type { QualityReport } from '../../messages/research.js';
import { type BarSource, qualityReport } from './quality.js';
import { type BarReader, storedSources } from './stored-bars.js';
import { reportText } from './text.js';

export interface QualityResearch {
  readonly settings: Settings;
  /** Bar files; without any, the bars in the store of the running system. */
  readonly bars: readonly { readonly root: string; readonly file: string }[];
  /** First trading day (`yyyy-MM-dd`) whose plans count; what lies before only warms the analysis. */
  readonly since: string | undefined;
  /** Every hour before noon in place of the active session. */
  readonly allHours: boolean;
  /** A table instead of JSON. */
  readonly isForPeople: boolean;
  readonly say: (line: string) => void;
  /** For what is not part of the answer. */
  readonly tell: (line: string) => void;
}

/** Replays plans and tells whether quality sorted their outcomes. The report is kept where there is a database. */
export async function runQualityResearch(request: QualityResearch): Promise<void> {
  const { settings, bars, isForPeople, say, tell } = request;
  const since = tradingDayFrom(request.since);
  const up = await readUpState(settings.COPILOT_DATA_DIR);
  const databaseUrl = up?.database_url ?? settings.DATABASE_URL;
  if (bars.length === 0 && databaseUrl === undefined)
    throw new OperationalError(
      'USAGE',
      `research-quality needs bars: --bars MES=FILE, or a system that runs on ${settings.COPILOT_DATA_DIR}`,
    );
  const files = bars.map(({ root, file }) => fileSource(specOf(root), file, tell));
  const sql = databaseUrl === undefined ? undefined : connectPostgres({ url: databaseUrl, connectionsMax: 1 });
  try {
    const origin = bars.length > 0 ? 'files' : (up?.mode ?? 'store');
    const sources = bars.length > 0 || !sql ? files : await stored(sql, settings, { since, tell });
    const hours = request.allHours ? 'all' : 'active';
    const report = await qualityReport({ sources, origin, hours, since, code: await codeVersion(), tell });
    for (const line of isForPeople ? reportText(report) : [JSON.stringify(report)]) say(line);
    if (sql) await keep(sql, report, tell);
    else tell('not kept: no system runs here and DATABASE_URL is not set');
  } finally {
    await sql?.end({ timeout: 1 });
  }
}

function tradingDayFrom(date: string | undefined): TradingDay | undefined {
  const day = date === undefined ? undefined : parseTradingDay(date);
  if (date !== undefined && day === undefined)
    throw new OperationalError('USAGE', `--since is "${date}"; expected a trading day such as 2026-11-19`);
  return day;
}

function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  if (spec) return spec;
  const known = instruments.map((each) => each.root).join(' ');
  throw new OperationalError('USAGE', `--bars: ${root} is not an instrument we know (${known})`);
}

/** Refused rows that are named one by one; the count at the end covers the rest. */
const REFUSALS_NAMED_MAX = 20;

function fileSource(spec: ContractSpec, path: string, tell: (line: string) => void): BarSource {
  return { spec, name: basename(path), bars: barsOf(spec, path, tell) };
}

async function* barsOf(spec: ContractSpec, path: string, tell: (line: string) => void): AsyncGenerator<Bar> {
  const file = await readBarFile(path, spec);
  if (file.intervalMs !== MINUTE)
    throw new OperationalError(
      'BAR_FILE_INVALID',
      `${path}: bars of ${file.intervalMs / MINUTE} minutes; outcomes are followed on 1-minute bars`,
    );
  let told = 0;
  for await (const item of file.items) {
    if (item.kind === 'bar') yield item.bar;
    else {
      told += 1;
      if (told <= REFUSALS_NAMED_MAX) tell(`${path}: line ${item.line}: ${item.reason}`);
    }
  }
  const counts = countsText(path, file.counts);
  if (counts !== undefined) tell(counts);
}

function stored(
  sql: Sql,
  settings: Settings,
  options: { since: TradingDay | undefined; tell: (line: string) => void },
): Promise<readonly BarSource[]> {
  const files = archiveFiles({ folder: archiveFolder(settings.COPILOT_DATA_DIR) });
  const history = barHistory({ store: barRepository(sql), ledger: archiveLedger(sql), files });
  return storedSources(named(history), settings.WATCHLIST.map(specOf), options);
}

/** The same store, whose failures say what failed. */
const named = ({ range, newest }: BarReader): BarReader => ({
  range: (root, from, to) => range(root, from, to).catch(rethrow('the bars cannot be read')),
  newest: (root) => newest(root).catch(rethrow('the bars cannot be read')),
});

async function keep(sql: Sql, report: QualityReport, tell: (line: string) => void): Promise<void> {
  await researchRepository(sql).save(report).catch(rethrow('the report cannot be kept'));
  tell(`kept as ${report.id}; the page /research/quality shows it`);
}

const rethrow =
  (what: string) =>
  (cause: unknown): never => {
    if (cause instanceof OperationalError) throw cause;
    throw new OperationalError('POSTGRES_UNAVAILABLE', `${what}: ${reasonOf(cause)}`, { cause });
  };

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
