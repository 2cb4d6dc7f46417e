import { OperationalError } from '../../kernel/errors.js';
import type { ArchivedMonth, ArchiveFiles, ArchiveLedger } from '../../ports/bar-archive.js';

interface AdoptDeps {
  readonly ledger: Pick<ArchiveLedger, 'entries' | 'record'>;
  readonly files: Pick<ArchiveFiles, 'read' | 'readManifest'>;
  readonly tell: (line: string) => void;
}

export interface Adopted {
  /** Listed, but their files cannot be read. */
  readonly unread: readonly ArchivedMonth[];
  readonly faults: readonly string[];
}

/** A database that was lost or made anew learns from the list beside the files what lies in them. */
export async function adoptListed({ ledger, files, tell }: AdoptDeps): Promise<Adopted> {
  const known = new Set((await ledger.entries()).map(keyOf));
  const unread: ArchivedMonth[] = [];
  const faults: string[] = [];
  for (const entry of await files.readManifest()) {
    if (known.has(keyOf(entry))) continue;
    try {
      await files.read(entry);
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      unread.push(entry);
      faults.push(`${entry.root} ${entry.month}: listed beside the files, but ${error.code}: ${error.message}`);
      continue;
    }
    await ledger.record(entry);
    tell(`${entry.root} ${entry.month}: taken from the list beside the files`);
  }
  return { unread, faults };
}

/** Their checksums stay in the list: by them a file from a backup is known for the right one. */
export const keepingListed = (files: ArchiveFiles, unread: readonly ArchivedMonth[]): ArchiveFiles => ({
  ...files,
  async writeManifest(entries) {
    const known = new Set(entries.map(keyOf));
    await files.writeManifest([...entries, ...unread.filter((entry) => !known.has(keyOf(entry)))]);
  },
});

const keyOf = ({ root, month }: ArchivedMonth): string => `${root} ${month}`;
