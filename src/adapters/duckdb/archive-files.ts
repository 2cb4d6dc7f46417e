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
      try {
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
      } catch (cause) {
        // On a full disk the half of a file must not take the room of what others write.
        await rm(temporary, { force: true }).catch(() => {});
        throw unwritable(temporary, cause);
      }
    },
    read: (entry) => readVerified(files, folder, entry),
    check: (entry) => verifiedBytes(folder, entry),
    async writeManifest(entries) {
      const [path, text] = [join(folder, MANIFEST), encodeManifest(entries)];
      if (existsSync(path) ? (await readFile(path, 'utf8')) === text : entries.length === 0) return;
      const temporary = `${path}.tmp`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(temporary, text);
        await sync(temporary);
        await rename(temporary, path);
        await sync(folder);
      } catch (cause) {
        throw unwritable(path, cause);
      }
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
  if (entry.layout !== LAYOUT)
    throw invalid(folder, entry)(`its columns are layout ${entry.layout}, this program reads ${LAYOUT}`);
  await verifiedBytes(folder, entry);
  const columns = await files.read(path, specOf(entry.root)).catch((cause: unknown) => {
    throw invalid(folder, entry)('it is no file of bars', cause);
  });
  if (columns.at.length !== entry.rows)
    throw invalid(folder, entry)(`it has ${columns.at.length} bars in place of ${entry.rows}`);
  return columns;
}

/** The size first: it tells a file that was cut off without reading it. */
async function verifiedBytes(folder: string, entry: ArchivedMonth): Promise<void> {
  const path = join(folder, entry.file);
  const missing = (cause: unknown): never => {
    throw invalid(folder, entry)('the file is missing or cannot be read', cause);
  };
  const { size } = await stat(path).catch(missing);
  if (size !== entry.bytes) throw invalid(folder, entry)(`it has ${size} bytes in place of ${entry.bytes}`);
  if (sha256(await readFile(path).catch(missing)) !== entry.sha256)
    throw invalid(folder, entry)('its checksum is not the one that was written down');
}

const invalid =
  (folder: string, { file, root, month }: ArchivedMonth) =>
  (why: string, cause?: unknown): OperationalError =>
    new OperationalError('ARCHIVE_INVALID', `${join(folder, file)} (${root} of ${month}): ${why}`, { cause });

const unwritable = (path: string, cause: unknown): OperationalError =>
  new OperationalError(
    'ARCHIVE_INVALID',
    `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    { cause },
  );

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
