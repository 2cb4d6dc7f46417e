import { type BarColumns, feedBarsOf, mergeColumns, NO_BARS, sliceColumns } from '../../domain/bars/columns.js';
import { monthEnd, monthStart } from '../../domain/bars/month.js';
import type { EpochMs } from '../../kernel/units.js';
import type { ArchivedMonth, ArchiveFiles, ArchiveLedger } from '../../ports/bar-archive.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';

export interface HistoryParts {
  readonly store: Pick<BulkBarStore, 'columns' | 'newest'>;
  readonly ledger: Pick<ArchiveLedger, 'entries'>;
  readonly files: Pick<ArchiveFiles, 'read'>;
}

/**
 * Hot and archived bars as one. A month that cannot be read from its file rejects with ARCHIVE_INVALID; months beside it that
 * are asked for by themselves are read as ever.
 */
export function barHistory(given: HistoryParts): BarHistory {
  const parts = { ...given, files: remembering(given.files) };
  const columns = async (root: string, from: EpochMs, to: EpochMs): Promise<BarColumns> => {
    // The store first: a bar that leaves it meanwhile has been listed in the archive before.
    const hot = await parts.store.columns(root, from, to);
    const archived = await archivedColumns(parts, root, { from, to });
    return mergeColumns(archived, hot);
  };
  return {
    columns,
    range: async (root, from, to) => feedBarsOf(root, await columns(root, from, to)),
    minutes: async (root, from, to) => (await columns(root, from, to)).at,
    async newest(root) {
      const hot = await parts.store.newest(root);
      return hot ?? (await parts.ledger.entries(root)).at(-1)?.lastAt;
    },
  };
}

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

async function archivedColumns(parts: HistoryParts, root: string, { from, to }: Span): Promise<BarColumns> {
  let all = NO_BARS;
  for (const entry of await parts.ledger.entries(root))
    if (monthStart(entry.month) < to && monthEnd(entry.month) > from)
      all = mergeColumns(all, sliceColumns(await readListed(parts, entry), from, to));
  return all;
}

/** A file that was replaced since the list was read is looked up again. */
async function readListed({ ledger, files }: HistoryParts, entry: ArchivedMonth): Promise<BarColumns> {
  try {
    return await files.read(entry);
  } catch (error) {
    const listed = (await ledger.entries(entry.root)).find(({ month }) => month === entry.month);
    if (!listed || listed.file === entry.file) throw error;
    return files.read(listed);
  }
}

/** Months in memory, each about a megabyte: who reads a year in steps of days opens a file once. */
const REMEMBERED_MAX = 3;

function remembering(files: HistoryParts['files']): HistoryParts['files'] {
  const read = new Map<string, BarColumns>();
  return {
    async read(entry) {
      const columns = read.get(entry.sha256) ?? (await files.read(entry));
      read.delete(entry.sha256);
      read.set(entry.sha256, columns);
      const [oldest] = read.keys();
      if (read.size > REMEMBERED_MAX && oldest !== undefined) read.delete(oldest);
      return columns;
    },
  };
}
