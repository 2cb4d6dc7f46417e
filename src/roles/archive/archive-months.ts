import { type Month, monthStart } from '../../domain/bars/month.js';
import { firstHotMonth, firstKeptDay, HOT_DAYS, RESTORED_STAYS_DAYS } from '../../domain/bars/retention.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { hasCode, OperationalError } from '../../kernel/errors.js';
import { after, DAY, type EpochMs } from '../../kernel/units.js';
import type { ArchivedMonth, ArchiveFiles, ArchiveLedger, DailyStore, UnlistedFile } from '../../ports/bar-archive.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import { adoptListed, keepingListed } from './adopt.js';
import { archiveMonth, type MonthOutcome } from './archive-month.js';
import { refreshDaily } from './daily.js';

export interface ArchiveDeps {
  readonly store: Pick<BulkBarStore, 'columns' | 'loadColumns'>;
  readonly ledger: ArchiveLedger;
  readonly files: ArchiveFiles;
  readonly history: Pick<BarHistory, 'columns'>;
  readonly daily: DailyStore;
  readonly now: EpochMs;
  readonly tell: (line: string) => void;
  /** Ends the run before its next change. */
  readonly signal?: AbortSignal;
  /** Told after each step whose order matters to a run that is killed. */
  readonly onStep?: (step: ArchiveStep) => void;
}

/** What follows `renamed` of the files. */
export type ArchiveStep = 'verified' | 'recorded' | 'listed' | 'daily' | 'removed' | 'dropped';

export interface ArchiveWish {
  /** Every month before this one, also such as were brought back lately; undefined for the nightly run. */
  readonly before?: Month | undefined;
  /** Whose daily bars are kept up to date. */
  readonly roots: readonly string[];
}

export interface Archived {
  readonly months: readonly MonthOutcome[];
  /** Months that have left the database altogether. */
  readonly dropped: readonly Month[];
  /** Sentences on months that stay, and on files that are not what was written. */
  readonly faults: readonly string[];
}

/**
 * Moves whole months that are old enough from the database into files, and keeps the daily bars. Any number of runs, killed
 * anywhere, end in the same state. Undefined when another run is at it.
 */
export async function archiveMonths(given: ArchiveDeps, wish: ArchiveWish): Promise<Archived | undefined> {
  const before = beforeMonth(wish.before, given.now);
  return given.ledger.alone(async (held) => {
    const signal = given.signal ? AbortSignal.any([given.signal, held]) : held;
    const { listed, unread, faults } = await adoptListed({ ...given, signal });
    const deps = { ...given, signal, files: keepingListed(given.files, unread) };
    if (listed === 0) await refuseStrangeFolder(deps);
    // A run that died between ledger and list left a file unlisted; rows leave the database only beside a whole list.
    await deps.files.writeManifest(await deps.ledger.entries());
    const moved = await moveMonths(deps, before, wish.before !== undefined);
    const entries = await deps.ledger.entries();
    await deps.files.writeManifest(entries);
    signal.throwIfAborted();
    await deps.files.sweep(entries);
    const strays = (await deps.files.others([...entries, ...unread])).map(strayText);
    await keepDaily(deps, wish.roots);
    // What kept a month and what is wrong with its file may be one thing: it is told once.
    const all = new Set([...faults, ...moved.faults, ...(await damagedFiles(deps, entries)), ...strays]);
    return { ...moved, faults: [...all] };
  });
}

const strayText = ({ path, root, month }: UnlistedFile): string =>
  `${path} (${root} of ${month}): it is in no list and is not read, and no file that is has all its bars; take the list that names it back from a backup, or the file out of the folder`;

/** Rows must not leave the database into a folder in which nobody else looks for them: one without a list and without a file. */
async function refuseStrangeFolder(deps: ArchiveDeps): Promise<void> {
  const entries = await deps.ledger.entries();
  if (entries.length === 0 || (await damagedFiles(deps, entries)).length < entries.length) return;
  throw new OperationalError(
    'ARCHIVE_INVALID',
    `the database lists ${entries.length} archived files, and the archive's folder here has none of them: is COPILOT_DATA_DIR the one of the other processes? Nothing is moved`,
  );
}

async function moveMonths(deps: ArchiveDeps, before: Month, isAsked: boolean): Promise<Archived> {
  const { ledger } = deps;
  const months: MonthOutcome[] = [];
  const dropped: Month[] = [];
  const faults: string[] = [];
  for (const { month, roots } of await ledger.hotMonths(before)) {
    let isEmptied = true;
    for (const root of roots) {
      const outcome = await archiveUnlessKept(deps, { root, month, isAsked });
      if (typeof outcome === 'string') faults.push(outcome);
      if (typeof outcome === 'object') months.push(outcome);
      else isEmptied = false;
    }
    deps.signal?.throwIfAborted();
    if (isEmptied && (await ledger.dropMonth(month))) {
      dropped.push(month);
      deps.onStep?.('dropped');
    }
  }
  return { months, dropped, faults };
}

/** A file that rots is found while a backup still has it, not when somebody needs it. */
async function damagedFiles({ files, signal }: ArchiveDeps, entries: readonly ArchivedMonth[]): Promise<string[]> {
  const faults: string[] = [];
  for (const entry of entries) {
    signal?.throwIfAborted();
    const fault = await orItsFault(() => files.check(entry));
    if (typeof fault === 'string') faults.push(fault);
  }
  return faults;
}

function beforeMonth(asked: Month | undefined, now: EpochMs): Month {
  const first = firstHotMonth(now);
  if (asked === undefined || asked <= first) return asked ?? first;
  throw new OperationalError(
    'USAGE',
    `--before is ${asked}, but minutes stay in the database for ${HOT_DAYS} days; the newest possible is ${first}`,
  );
}

interface Candidate {
  readonly root: string;
  readonly month: Month;
  readonly isAsked: boolean;
}

/** What became of it, a sentence where it cannot be, or nothing where it is to stay. */
async function archiveUnlessKept(
  deps: ArchiveDeps,
  { root, month, isAsked }: Candidate,
): Promise<MonthOutcome | string | undefined> {
  if (instrument(root) === undefined) return `${root} of ${month} stays: it is no instrument of this program`;
  const entry = (await deps.ledger.entries(root)).find((it) => it.month === month);
  if (!isAsked && entry && isLatelyRestored(entry, deps.now)) return undefined;
  return orItsFault(() => archiveMonth(deps, root, month));
}

/** What `work` gives, or the sentence on a file that is not as it should be. */
async function orItsFault<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (hasCode(error, 'ARCHIVE_INVALID')) return `${error.code}: ${error.message}`;
    throw error;
  }
}

const isLatelyRestored = ({ restoredAt }: ArchivedMonth, now: EpochMs): boolean =>
  restoredAt !== undefined && after(restoredAt, RESTORED_STAYS_DAYS * DAY) > now;

/** From the first month whose minutes stay: a bar that came late to one of its first days is in the day then, too. */
async function keepDaily(deps: ArchiveDeps, roots: readonly string[]): Promise<void> {
  const from = monthStart(firstHotMonth(deps.now));
  for (const root of roots) {
    deps.signal?.throwIfAborted();
    for (const remark of await refreshDaily(deps, { root, from, to: deps.now, now: deps.now })) deps.tell(remark);
  }
  await deps.daily.forgetBefore(firstKeptDay(deps.now));
}
