import type { BarColumns } from '../domain/bars/columns.js';
import type { DailyBar } from '../domain/bars/daily.js';
import type { Month } from '../domain/bars/month.js';
import type { Result } from '../kernel/result.js';
import type { EpochMs, TradingDay } from '../kernel/units.js';

/** One month of one root that lies in a file. */
export interface ArchivedMonth {
  readonly root: string;
  readonly month: Month;
  /** Below the archive's folder, e.g. `MGC/2025-03.parquet`. */
  readonly file: string;
  readonly rows: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  readonly sha256: string;
  readonly bytes: number;
  /** Which columns the file has. */
  readonly layout: number;
  readonly writtenAt: EpochMs;
  /** When its bars were last brought back into the store. */
  readonly restoredAt: EpochMs | undefined;
}

/** What is in the archive, and the way of bars out of the store. */
export interface ArchiveLedger {
  /** Of one root or of all, oldest month first. */
  entries(root?: string): Promise<readonly ArchivedMonth[]>;
  /** Replaces the entry of the same root and month. */
  record(entry: ArchivedMonth): Promise<void>;
  /** Months before `before` of which the store still holds something, even if only an empty place. */
  hotMonths(before: Month): Promise<readonly HotMonth[]>;
  /**
   * Takes the bars of a month out of the store, as long as `archived` has every one of them with the same values; undefined,
   * and nothing is taken, when it has not.
   */
  release(root: string, month: Month, archived: BarColumns): Promise<number | undefined>;
  /** Gives up the month's place in the store; false when something is in it or somebody is at work there. */
  dropMonth(month: Month): Promise<boolean>;
  /**
   * Runs `work` as the only one who archives or restores; undefined when somebody else does. `held` aborts when that is no
   * longer sure: the work has to end without another change.
   */
  alone<T>(work: (held: AbortSignal) => Promise<T>): Promise<T | undefined>;
}

export interface HotMonth {
  readonly month: Month;
  readonly roots: readonly string[];
}

/** The files of the archive. */
export interface ArchiveFiles {
  /** Writes a file of exactly these bars that is on the disk for good; never over another one that is there. */
  write(root: string, month: Month, columns: BarColumns): Promise<WrittenFile>;
  /** The bars of a file that is, byte by byte, the one that was listed; else ARCHIVE_INVALID naming file and month. */
  read(entry: ArchivedMonth): Promise<BarColumns>;
  /** Whether the file is the one that was listed, by size and checksum, without reading its bars; else as `read`. */
  check(entry: ArchivedMonth): Promise<void>;
  /** The list beside the files, from which the ledger can be made again. A month may be in it more than once: see `adoptListed`. */
  writeManifest(entries: readonly ArchivedMonth[]): Promise<void>;
  readManifest(): Promise<Result<readonly ArchivedMonth[], UnreadableList>>;
  /** Keeps a list that cannot be read under another name; returns its new path. */
  setManifestAside(): Promise<string>;
  /** Removes what a killed run left, and files that a later one of the same month has replaced. */
  sweep(entries: readonly ArchivedMonth[]): Promise<void>;
  /** Files of bars that lie there and are none of these. */
  others(entries: readonly ArchivedMonth[]): Promise<readonly UnlistedFile[]>;
}

export interface UnlistedFile {
  readonly path: string;
  readonly root: string;
  readonly month: Month;
  /** What is in it, by nothing but its own word; undefined where it is no file of bars. */
  read(): Promise<BarColumns | undefined>;
}

export interface UnreadableList {
  readonly path: string;
  readonly reason: string;
}

export type WrittenFile = Pick<ArchivedMonth, 'file' | 'sha256' | 'bytes' | 'layout'>;

/** Trading days, kept for years. */
export interface DailyStore {
  /** A day of fewer minutes never replaces one of more; returns how many rows changed. */
  save(root: string, days: readonly DailyBar[]): Promise<number>;
  /** Both ends included, oldest first. */
  range(root: string, from: TradingDay, through: TradingDay): Promise<readonly DailyBar[]>;
  /** Forgets the days before `day`; returns how many. */
  forgetBefore(day: TradingDay): Promise<number>;
}
