import { hasCode } from '../../kernel/errors.js';
import type { ArchiveLedger } from '../../ports/bar-archive.js';
import { type AdoptDeps, adoptListed, isSameFile } from './adopt.js';

export interface TakeUpDeps extends AdoptDeps {
  readonly ledger: Pick<ArchiveLedger, 'entries' | 'record' | 'alone'>;
}

/**
 * For whoever asks what is there before the archive's own run: a database that was made anew or put back knows the files from
 * then on. False when another process archives or restores: it takes them up first of all, and the question is for later.
 */
export async function takeUpListed(deps: TakeUpDeps): Promise<boolean> {
  try {
    if (await isTakenUp(deps)) return true;
    const adopted = await deps.ledger.alone((held) =>
      adoptListed({ ...deps, signal: deps.signal ? AbortSignal.any([deps.signal, held]) : held }),
    );
    for (const fault of adopted?.faults ?? []) deps.tell(fault);
    return adopted !== undefined;
  } catch (error) {
    if (!hasCode(error, 'ARCHIVE_INVALID')) throw error;
    // The archive's own run tells it again each night; what does not lie in the archive can be asked for all the same.
    deps.tell(`${error.code}: ${error.message}`);
    return true;
  }
}

/** A list that is damaged is the business of the archive's own run, which writes it anew or refuses. */
async function isTakenUp({ ledger, files }: TakeUpDeps): Promise<boolean> {
  const list = await files.readManifest();
  if (!list.ok) return true;
  const known = await ledger.entries();
  return list.value.every((entry) => known.some((it) => isSameFile(it, entry)));
}
