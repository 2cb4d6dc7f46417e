import { areSameColumns, type BarColumns, columnsNotIn, mergeColumns, NO_BARS } from '../../domain/bars/columns.js';
import { type Month, monthEnd, monthStart } from '../../domain/bars/month.js';
import { OperationalError } from '../../kernel/errors.js';
import { type EpochMs, epochMs, iso } from '../../kernel/units.js';
import type { ArchivedMonth } from '../../ports/bar-archive.js';
import type { ArchiveDeps } from './archive-months.js';
import { refreshDaily } from './daily.js';
import { counted } from './text.js';

export interface MonthOutcome {
  readonly root: string;
  readonly month: Month;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
  /** Rows that left the database. */
  readonly removed: number;
}

/** Bars of an old month may come while it is archived (a backfill); then it is done again, this often. */
const ATTEMPTS_MAX = 3;

/**
 * One month of one root into its file. The order is the safety: nothing leaves the database before the file is on the disk,
 * was read back and compared bar by bar, and is listed. A sentence where the month has to stay.
 */
export async function archiveMonth(deps: ArchiveDeps, root: string, month: Month): Promise<MonthOutcome | string> {
  const { store, ledger, files, now, signal } = deps;
  const [from, to] = [monthStart(month), monthEnd(month)];
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const listed = (await ledger.entries(root)).find((entry) => entry.month === month);
    const kept = listed ? await files.read(listed) : NO_BARS;
    const hot = await store.columns(root, from, to);
    const all = mergeColumns(kept, hot);
    // Of two bars of one minute a file holds one, and which of them is right a person has to say.
    const unlike = columnsNotIn(all, hot);
    if (listed && unlike.at.length > 0) return unlikeText(listed, unlike);
    signal?.throwIfAborted();
    const isListed = listed !== undefined && all.at.length === kept.at.length;
    const entry = isListed ? listed : await writeDown(deps, { root, month, all });
    // A neighbour's damaged file costs the day over the end of the month, and is told; it does not keep the month.
    for (const fault of await refreshDaily(deps, { root, from, to, now })) deps.tell(fault);
    deps.onStep?.('daily');
    signal?.throwIfAborted();
    const removed = await ledger.release(root, month, all);
    if (removed !== undefined) {
      deps.onStep?.('removed');
      if (entry.restoredAt !== undefined) await ledger.record({ ...entry, restoredAt: undefined });
      return { root, month, file: entry.file, rows: entry.rows, bytes: entry.bytes, removed };
    }
  }
  return `${root} of ${month} stays: bars of it keep coming into the database`;
}

function unlikeText({ root, month, file }: ArchivedMonth, { at }: BarColumns): string {
  const values = `other values than in ${file}, the first of ${iso(instantOf(at[0]))}`;
  return `${root} of ${month} stays: ${counted(at.length, 'bar')} in the database with ${values}; the file's are the ones that are read`;
}

interface WholeMonth {
  readonly root: string;
  readonly month: Month;
  readonly all: BarColumns;
}

async function writeDown(deps: ArchiveDeps, { root, month, all }: WholeMonth): Promise<ArchivedMonth> {
  const { ledger, files, now } = deps;
  const written = await files.write(root, month, all);
  const [firstAt, lastAt] = [instantOf(all.at[0]), instantOf(all.at.at(-1))];
  const rows = all.at.length;
  const entry = { root, month, ...written, rows, firstAt, lastAt, writtenAt: now, restoredAt: undefined };
  if (!areSameColumns(await files.read(entry), all))
    throw new OperationalError('ARCHIVE_INVALID', `${entry.file}: what was read back is not what was written`);
  deps.onStep?.('verified');
  deps.signal?.throwIfAborted();
  await ledger.record(entry);
  deps.onStep?.('recorded');
  await files.writeManifest(await ledger.entries());
  deps.onStep?.('listed');
  return entry;
}

const instantOf = (at: number | undefined): EpochMs => epochMs(at ?? 0);
