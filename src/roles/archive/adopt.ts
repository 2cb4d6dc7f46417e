import type { ArchiveFiles, ArchiveLedger } from '../../ports/bar-archive.js';

interface AdoptDeps {
  readonly ledger: Pick<ArchiveLedger, 'entries' | 'record'>;
  readonly files: Pick<ArchiveFiles, 'read' | 'readManifest'>;
  readonly tell: (line: string) => void;
}

/** A database that was lost or made anew learns from the list beside the files what lies in them. */
export async function adoptListed({ ledger, files, tell }: AdoptDeps): Promise<void> {
  const known = new Set((await ledger.entries()).map(({ root, month }) => `${root} ${month}`));
  for (const entry of await files.readManifest()) {
    if (known.has(`${entry.root} ${entry.month}`)) continue;
    try {
      await files.read(entry);
      await ledger.record(entry);
      tell(`${entry.root} ${entry.month}: taken from the list beside the files`);
    } catch (error) {
      tell(
        `${entry.root} ${entry.month}: listed beside the files, but ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}
