import { type BarColumns, columnsNotIn } from '../../domain/bars/columns.js';
import { type Month, monthEnd, monthStart } from '../../domain/bars/month.js';
import { OperationalError } from '../../kernel/errors.js';
import type { ArchivedMonth } from '../../ports/bar-archive.js';
import { adoptListed, keepingListed } from './adopt.js';
import type { ArchiveDeps } from './archive-months.js';

export interface RestoreWish {
  readonly month: Month;
  /** One root; undefined for all that the archive has of the month. */
  readonly root: string | undefined;
}

export interface Restored {
  readonly root: string;
  readonly rows: number;
  /** Rows that were not in the database. */
  readonly added: number;
  /** Bars that the database had already, with other values: it keeps its own. */
  readonly differing: number;
}

/**
 * Brings a month back into the database. All its files are checked before the first bar is written; the files stay, and the
 * nightly run leaves the month alone for a while. Undefined when another run archives or restores.
 */
export async function restoreMonth(deps: ArchiveDeps, wish: RestoreWish): Promise<readonly Restored[] | undefined> {
  const { store, ledger, files, now } = deps;
  return ledger.alone(async (held) => {
    const { unread, faults } = await adoptListed({ ...deps, signal: held });
    for (const fault of faults) deps.tell(fault);
    const checked: { readonly entry: ArchivedMonth; readonly columns: BarColumns }[] = [];
    for (const entry of await wantedOf(deps, wish)) checked.push({ entry, columns: await files.read(entry) });
    const restored: Restored[] = [];
    for (const { entry, columns } of checked) {
      held.throwIfAborted();
      const added = await store.loadColumns(entry.root, columns);
      await ledger.record({ ...entry, restoredAt: now });
      const hot = await store.columns(entry.root, monthStart(entry.month), monthEnd(entry.month));
      const differing = columnsNotIn(hot, columns).at.length;
      restored.push({ root: entry.root, rows: columns.at.length, added, differing });
    }
    await keepingListed(files, unread).writeManifest(await ledger.entries());
    return restored;
  });
}

async function wantedOf({ ledger }: ArchiveDeps, { month, root }: RestoreWish): Promise<readonly ArchivedMonth[]> {
  const entries = await ledger.entries(root);
  const wanted = entries.filter((entry) => entry.month === month);
  if (wanted.length > 0) return wanted;
  const months = [...new Set(entries.map((entry) => entry.month))].sort();
  const has = months.length === 0 ? 'nothing' : months.join(', ');
  throw new OperationalError('USAGE', `the archive has no bars of ${month}${root ? ` of ${root}` : ''}; it has ${has}`);
}
