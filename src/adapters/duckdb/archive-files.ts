import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { areSameColumns, type BarColumns, mergeColumns } from '../../domain/bars/columns.js';
import type { Month } from '../../domain/bars/month.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { OperationalError } from '../../kernel/errors.js';
import type { ArchivedMonth, ArchiveFiles } from '../../ports/bar-archive.js';
import { decodeManifest, encodeManifest } from './manifest.js';
import { LAYOUT, type Parquet, parquet } from './parquet.js';

export interface ArchiveFilesOptions {
  readonly folder: string;
  /** Told after each step of a write, whose steps a power failure may part. */
  readonly onStep?: (step: 'written' | 'synced' | 'renamed') => void;
}

const MANIFEST = 'manifest.json';

export const archiveFolder = (dataDir: string): string => join(dataDir, 'archive', 'bars');

export function archiveFiles({ folder, onStep = () => {} }: ArchiveFilesOptions): ArchiveFiles {
  const files = parquet();
  return {
    async write(root, month, columns) {
      const temporary = join(folder, root, `${month}.parquet.tmp`);
      await mkdir(dirname(temporary), { recursive: true });
      await rm(temporary, { force: true });
      await files.write(temporary, specOf(root), columns);
      onStep('written');
      await sync(temporary);
      onStep('synced');
      const file = await freeName(folder, { root, month, isSame: sameAs(files, specOf(root), columns) });
      await rename(temporary, join(folder, file));
      await sync(dirname(temporary));
      onStep('renamed');
      const bytes = await readFile(join(folder, file));
      return { file, sha256: sha256(bytes), bytes: bytes.length, layout: LAYOUT };
    },
    read: (entry) => readVerified(files, folder, entry),
    async writeManifest(entries) {
      await mkdir(folder, { recursive: true });
      const temporary = join(folder, `${MANIFEST}.tmp`);
      await writeFile(temporary, encodeManifest(entries));
      await sync(temporary);
      await rename(temporary, join(folder, MANIFEST));
      await sync(folder);
    },
    async readManifest() {
      const path = join(folder, MANIFEST);
      if (!existsSync(path)) return [];
      try {
        return decodeManifest(await readFile(path, 'utf8'));
      } catch (cause) {
        throw new OperationalError('ARCHIVE_INVALID', `${path} cannot be read as the list of the archive`, { cause });
      }
    },
    sweep: (entries) => sweep(files, folder, entries),
  };
}

async function readVerified(files: Parquet, folder: string, entry: ArchivedMonth): Promise<BarColumns> {
  const path = join(folder, entry.file);
  const invalid = (why: string, cause?: unknown) =>
    new OperationalError('ARCHIVE_INVALID', `${path} (${entry.root} of ${entry.month}): ${why}`, { cause });
  if (entry.layout !== LAYOUT) throw invalid(`its columns are layout ${entry.layout}, this program reads ${LAYOUT}`);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw invalid('the file is missing or cannot be read', cause);
  });
  if (sha256(bytes) !== entry.sha256) throw invalid('its checksum is not the one that was written down');
  const columns = await files.read(path, specOf(entry.root)).catch((cause: unknown) => {
    throw invalid('it is no file of bars', cause);
  });
  if (columns.at.length !== entry.rows) throw invalid(`it has ${columns.at.length} bars in place of ${entry.rows}`);
  return columns;
}

/** Whether a file that a killed run may have left holds what is to be written. */
const sameAs =
  (files: Parquet, spec: ContractSpec, columns: BarColumns) =>
  async (path: string): Promise<boolean> => {
    const found = await files.read(path, spec).catch(() => undefined);
    return found !== undefined && areSameColumns(columns, found);
  };

interface Wanted {
  readonly root: string;
  readonly month: Month;
  isSame(path: string): Promise<boolean>;
}

/** `MGC/2025-03.parquet`; `MGC/2025-03.2.parquet` where the first holds other bars, which may be needed still. */
async function freeName(folder: string, { root, month, isSame }: Wanted): Promise<string> {
  for (let version = 1; ; version += 1) {
    const file = `${root}/${month}${version === 1 ? '' : `.${version}`}.parquet`;
    const path = join(folder, file);
    if (!existsSync(path) || (await isSame(path))) return file;
  }
}

const FILE_NAME = /^(\d{4}-\d{2})(?:\.(\d+))?\.parquet$/;

function versionOf(name: string): { readonly month: Month; readonly version: number } | undefined {
  const [, month, version = '1'] = FILE_NAME.exec(name) ?? [];
  return month === undefined ? undefined : { month, version: Number(version) };
}

async function sweep(files: Parquet, folder: string, entries: readonly ArchivedMonth[]): Promise<void> {
  if (!existsSync(folder)) return;
  for (const root of await readdir(folder)) {
    if (!(await stat(join(folder, root))).isDirectory()) continue;
    const mine = entries.filter((entry) => entry.root === root);
    for (const name of await readdir(join(folder, root))) {
      const path = join(folder, root, name);
      if (name.endsWith('.tmp') || (await isReplaced(files, path, mine))) await rm(path, { force: true });
    }
  }
}

/** A file nobody lists may be all there is of a month: it goes only when every bar of it is in a later one that is listed. */
async function isReplaced(files: Parquet, path: string, entries: readonly ArchivedMonth[]): Promise<boolean> {
  const file = versionOf(basename(path));
  const entry = entries.find(({ month }) => month === file?.month);
  const listed = entry && versionOf(basename(entry.file));
  if (!file || !entry || !listed || file.version >= listed.version) return false;
  try {
    const spec = specOf(entry.root);
    const kept = await readVerified(files, join(dirname(path), '..'), entry);
    return areSameColumns(mergeColumns(await files.read(path, spec), kept), kept);
  } catch {
    return false;
  }
}

function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  assert(spec !== undefined, `archived bars of an instrument outside the catalogue: ${root}`);
  return spec;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Onto the disk, so that it outlasts a power failure; of a folder, the names in it. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
