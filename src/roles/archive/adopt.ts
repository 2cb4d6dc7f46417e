import { type BarColumns, columnsNotIn, columnsWithout } from '../../domain/bars/columns.js';
import { monthEnd, monthStart } from '../../domain/bars/month.js';
import { OperationalError } from '../../kernel/errors.js';
import { iso } from '../../kernel/units.js';
import type { ArchivedMonth, ArchiveFiles, ArchiveLedger, UnlistedFile } from '../../ports/bar-archive.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import { counted } from './text.js';

export interface AdoptDeps {
  readonly ledger: Pick<ArchiveLedger, 'entries' | 'record'>;
  readonly files: Pick<ArchiveFiles, 'read' | 'readManifest' | 'writeManifest' | 'setManifestAside' | 'others'>;
  readonly store: Pick<BulkBarStore, 'columns' | 'loadColumns'>;
  readonly tell: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Adopted {
  /** How many files the list beside them has. */
  readonly listed: number;
  /** Cannot be read, and may have bars that no other file has. */
  readonly unread: readonly ArchivedMonth[];
  readonly faults: readonly string[];
}

/**
 * A database that was lost, made anew or put back to an older state learns from the list beside the files what lies in them.
 * Where the two name different files for a month both are read: the newer of those that can be counts, in either list.
 */
export async function adoptListed(deps: AdoptDeps): Promise<Adopted> {
  const { ledger, files, tell, signal } = deps;
  const known = new Map((await ledger.entries()).map((entry) => [keyOf(entry), entry]));
  const list = await listOf(deps, known.size);
  if (list.length + known.size === 0) await refuseLostLists(deps);
  const unread: ArchivedMonth[] = [];
  const faults: string[] = [];
  for (const entry of list) {
    const ours = known.get(keyOf(entry));
    if ([...unread, ...(ours ? [ours] : [])].some((it) => isSameFile(it, entry))) continue;
    signal?.throwIfAborted();
    const { counts, lost, text } = ours ? await chosen(deps, ours, entry) : await found(deps, entry);
    if (lost) {
      unread.push(lost);
      // Before the database forgets it: its checksum is nowhere else.
      await files.writeManifest([...list, ...unlisted(unread, list)]);
      faults.push(text);
    }
    if (counts === entry) {
      const taken = { ...entry, restoredAt: (ours ?? entry).restoredAt };
      await ledger.record(taken);
      known.set(keyOf(entry), taken);
    }
    if (!lost) tell(text);
  }
  return { listed: list.length, unread, faults };
}

/** Their checksums stay in the list: by them a file from a backup is known for the right one. */
export const keepingListed = (files: ArchiveFiles, unread: readonly ArchivedMonth[]): ArchiveFiles => ({
  ...files,
  writeManifest: (entries) => files.writeManifest([...entries, ...unlisted(unread, entries)]),
});

const unlisted = (some: readonly ArchivedMonth[], list: readonly ArchivedMonth[]): readonly ArchivedMonth[] =>
  some.filter((entry) => !list.some((it) => isSameFile(it, entry)));

/** The list is a copy of the database's: damaged it can be made again, but not where the database has nothing. */
async function listOf({ files, tell }: AdoptDeps, known: number): Promise<readonly ArchivedMonth[]> {
  const list = await files.readManifest();
  if (list.ok) return list.value;
  const damaged = `${list.error.path} cannot be read as the list of the archive (${list.error.reason})`;
  if (known === 0)
    throw new OperationalError(
      'ARCHIVE_INVALID',
      `${damaged}, and the database lists no archived file: take one of the two back from a backup. Nothing is moved`,
    );
  tell(`${damaged}; it is kept as ${await files.setManifestAside()}, and the list is written anew from the database`);
  return [];
}

/** A first run that was killed leaves a file in no list, and all its bars in the database: that one is no loss. */
async function refuseLostLists({ files, store }: AdoptDeps): Promise<void> {
  const lost: string[] = [];
  for (const file of await files.others([])) if (!(await isAllIn(store, file))) lost.push(file.path);
  if (lost.length === 0) return;
  const [first, ...more] = lost;
  const which = more.length === 0 ? first : `${first} and ${counted(more.length, 'more file')}`;
  throw new OperationalError(
    'ARCHIVE_INVALID',
    `${which}: bars that may be nowhere else, and neither the database nor manifest.json lists a file: take one of the two back from a backup, or what is not of this archive out of the folder. Nothing is moved`,
  );
}

async function isAllIn(store: AdoptDeps['store'], { root, month, read }: UnlistedFile): Promise<boolean> {
  const bars = await read();
  if (!bars) return false;
  return columnsNotIn(await store.columns(root, monthStart(month), monthEnd(month)), bars).at.length === 0;
}

interface Verdict {
  /** Whose file is read from now on; undefined where none can be. */
  readonly counts?: ArchivedMonth;
  /** Cannot be read, and may have bars that the one that counts has not. */
  readonly lost?: ArchivedMonth;
  readonly text: string;
}

/** On a month that the database does not have. */
async function found({ files }: AdoptDeps, listed: ArchivedMonth): Promise<Verdict> {
  const { fault } = await look(files, listed);
  return fault === undefined
    ? { counts: listed, text: `${keyOf(listed)}: taken from the list beside the files` }
    : { lost: listed, text: `${keyOf(listed)}: listed beside the files, but ${fault}` };
}

/** On a month of which the database and the list beside the files name different files. */
async function chosen(deps: AdoptDeps, ours: ArchivedMonth, listed: ArchivedMonth): Promise<Verdict> {
  const [a, b] = [await look(deps.files, ours), await look(deps.files, listed)];
  const [first, second] = isNewer(a.entry, b.entry) ? [a, b] : [b, a];
  const [best, other] = first.bars ? [first, second] : [second, first];
  const key = keyOf(ours);
  if (!best.bars) return { lost: listed, text: `${key}: neither of its files can be read: ${a.fault}; ${b.fault}` };
  const [counts, not] = [best.entry, other.entry];
  const fromNow = `${key}: ${nameOf(counts)} is read from now on, and not ${nameOf(not)}`;
  if (other.bars) {
    const remark = await bringBack(deps, { root: ours.root, best: best.bars, other: other.bars });
    return { counts, text: `${fromNow}${remark}` };
  }
  // A later file was made of the one the database had; of one that only the list has it may have been made without.
  const isReplaced = not === ours && isNewer(counts, not) && counts.rows >= not.rows;
  if (isReplaced) return { counts, text: `${fromNow}: ${other.fault}` };
  return {
    counts,
    lost: not,
    text: `${key}: ${nameOf(counts)} is read as long as ${nameOf(not)} cannot be: ${other.fault}`,
  };
}

interface TwoFiles {
  readonly root: string;
  readonly best: BarColumns;
  readonly other: BarColumns;
}

/** What only the file that does not count has goes into the database, and with the next run into a file of both. */
async function bringBack({ store }: AdoptDeps, { root, best, other }: TwoFiles): Promise<string> {
  const missing = columnsWithout(other, best.at);
  const differing = columnsNotIn(best, other).at.length - missing.at.length;
  if (missing.at.length > 0) await store.loadColumns(root, missing);
  return [
    ...(missing.at.length > 0 ? [`; bars that only that one has are in the database again: ${missing.at.length}`] : []),
    ...(differing > 0 ? [`; bars with other values, which stay in that one: ${differing}`] : []),
  ].join('');
}

interface Look {
  readonly entry: ArchivedMonth;
  readonly bars?: BarColumns;
  readonly fault?: string;
}

async function look(files: AdoptDeps['files'], entry: ArchivedMonth): Promise<Look> {
  try {
    return { entry, bars: await files.read(entry) };
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    return { entry, fault: `${error.code}: ${error.message}` };
  }
}

const nameOf = ({ file, rows, writtenAt }: ArchivedMonth): string =>
  `${file} (${counted(rows, 'bar')}, written ${iso(writtenAt)})`;
const isNewer = (a: ArchivedMonth, b: ArchivedMonth): boolean =>
  a.writtenAt === b.writtenAt ? a.rows >= b.rows : a.writtenAt > b.writtenAt;
export const isSameFile = (a: ArchivedMonth, b: ArchivedMonth): boolean => a.file === b.file && a.sha256 === b.sha256;
const keyOf = ({ root, month }: ArchivedMonth): string => `${root} ${month}`;
