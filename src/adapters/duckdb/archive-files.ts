import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { areSameColumns, type BarColumns, mergeColumns } from '../../domain/bars/columns.js';
import type { Month } from '../../domain/bars/month.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { messageOf, OperationalError } from '../../kernel/errors.js';
import { err, ok, type Result } from '../../kernel/result.js';
import type { ArchivedMonth, ArchiveFiles, UnlistedFile, UnreadableList } from '../../ports/bar-archive.js';
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
        const listed = await listedNames(folder);
        const file = await freeName(folder, { root, month, listed, isSame: sameAs(files, specOf(root), columns) });
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
    readManifest: () => readManifest(folder),
    async setManifestAside() {
      const aside = asideOf(folder);
      try {
        await rename(join(folder, MANIFEST), aside);
        await sync(folder);
      } catch (cause) {
        throw unwritable(aside, cause);
      }
      return aside;
    },
    sweep: (entries) => sweep(files, folder, entries),
    others: (entries) => others(files, folder, entries),
  };
}

async function readManifest(folder: string): Promise<Result<readonly ArchivedMonth[], UnreadableList>> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return ok([]);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    // Not damaged for all we know: a disk or a right that is missing may come back.
    throw new OperationalError('ARCHIVE_INVALID', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  });
  const decoded = decodeManifest(text);
  return decoded.ok ? decoded : err({ path, reason: decoded.error });
}

/** `manifest.damaged.json`, `manifest.damaged.2.json` and so on: none is written over. */
function asideOf(folder: string): string {
  for (let nr = 1; ; nr += 1) {
    const path = join(folder, `manifest.damaged${nr === 1 ? '' : `.${nr}`}.json`);
    if (!existsSync(path)) return path;
  }
}

async function readVerified(files: Parquet, folder: string, entry: ArchivedMonth): Promise<BarColumns> {
  const wrong = invalid(folder, entry);
  const spec = instrument(entry.root);
  if (!spec) throw wrong(`${entry.root} is no instrument of this program`);
  if (entry.layout !== LAYOUT) throw wrong(`its columns are layout ${entry.layout}, this program reads ${LAYOUT}`);
  await verifiedBytes(folder, entry);
  const columns = await files.read(join(folder, entry.file), spec).catch((cause: unknown) => {
    throw wrong('it is no file of bars', cause);
  });
  if (columns.at.length !== entry.rows) throw wrong(`it has ${columns.at.length} bars in place of ${entry.rows}`);
  return columns;
}

/** The size first: it tells a file that was cut off without reading it. */
async function verifiedBytes(folder: string, entry: ArchivedMonth): Promise<void> {
  const path = join(folder, entry.file);
  const wrong = invalid(folder, entry);
  const missing = (cause: unknown): never => {
    throw wrong('the file is missing or cannot be read', cause);
  };
  const { size } = await stat(path).catch(missing);
  if (size !== entry.bytes) throw wrong(`it has ${size} bytes in place of ${entry.bytes}`);
  if (sha256(await readFile(path).catch(missing)) !== entry.sha256)
    throw wrong('its checksum is not the one that was written down');
}

const invalid =
  (folder: string, { file, root, month }: ArchivedMonth) =>
  (why: string, cause?: unknown): OperationalError =>
    new OperationalError('ARCHIVE_INVALID', `${join(folder, file)} (${root} of ${month}): ${why}`, { cause });

const unwritable = (path: string, cause: unknown): OperationalError =>
  new OperationalError('ARCHIVE_INVALID', `${path} cannot be written: ${messageOf(cause)}`, { cause });

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
  /** Below the folder. A name that is listed is taken although its file is away: it may come back from a backup. */
  readonly listed: readonly string[];
  isSame(path: string): Promise<boolean>;
}

async function listedNames(folder: string): Promise<readonly string[]> {
  const listed = await readManifest(folder);
  return listed.ok ? listed.value.map(({ file }) => file) : [];
}

/** `MGC/2025-03.parquet`; `MGC/2025-03.2.parquet` where there is one that holds other bars, which may be needed still. */
async function freeName(folder: string, { root, month, listed, isSame }: Wanted): Promise<string> {
  const there = (await readdir(join(folder, root))).map((name) => `${root}/${name}`);
  const taken = [...new Set([...there, ...listed])].filter((file) => dirname(file) === root);
  const mine = taken.filter((file) => versionOf(file)?.month === month);
  for (const file of mine) if (await isSame(join(folder, file))) return file;
  const version = Math.max(0, ...mine.map((file) => versionOf(file)?.version ?? 0)) + 1;
  return `${root}/${month}${version === 1 ? '' : `.${version}`}.parquet`;
}

const FILE_NAME = /^(\d{4}-\d{2})(?:\.(\d+))?\.parquet$/;

function versionOf(path: string): { readonly month: Month; readonly version: number } | undefined {
  const [, month, version = '1'] = FILE_NAME.exec(basename(path)) ?? [];
  return month === undefined ? undefined : { month, version: Number(version) };
}

async function sweep(files: Parquet, folder: string, entries: readonly ArchivedMonth[]): Promise<void> {
  for (const { root, file } of await lyingIn(folder)) {
    const path = join(folder, file);
    const mine = entries.filter((entry) => entry.root === root);
    if (file.endsWith('.tmp') || (await isReplaced(files, path, mine))) await rm(path, { force: true });
  }
}

async function others(
  files: Parquet,
  folder: string,
  entries: readonly ArchivedMonth[],
): Promise<readonly UnlistedFile[]> {
  const listed = new Set(entries.map(({ file }) => file));
  return (await lyingIn(folder)).flatMap(({ root, file }) => {
    const month = versionOf(file)?.month;
    if (month === undefined || listed.has(file)) return [];
    const path = join(folder, file);
    return [{ path, root, month, read: () => files.read(path, specOf(root)).catch(() => undefined) }];
  });
}

interface Lying {
  readonly root: string;
  /** Below the folder. */
  readonly file: string;
}

/** In the folders of instruments: a disk's `lost+found`, a link that leads nowhere and whatever else lies there is not ours. */
async function lyingIn(folder: string): Promise<readonly Lying[]> {
  const roots = (await namesIn(folder)).filter((name) => instrument(name) !== undefined);
  const lying: Lying[] = [];
  for (const root of roots) {
    const there = await readdir(join(folder, root), { withFileTypes: true }).catch(() => []);
    for (const it of there) if (!it.isDirectory()) lying.push({ root, file: `${root}/${it.name}` });
  }
  return lying;
}

const namesIn = async (folder: string): Promise<readonly string[]> => (existsSync(folder) ? await readdir(folder) : []);

/** A file nobody lists may be all there is of a month: it goes only when every bar of it is in a later one that is listed. */
async function isReplaced(files: Parquet, path: string, entries: readonly ArchivedMonth[]): Promise<boolean> {
  const file = versionOf(path);
  const entry = entries.find(({ month }) => month === file?.month);
  const listed = entry && versionOf(entry.file);
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
