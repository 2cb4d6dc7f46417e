import { createHash } from 'node:crypto';
import { chmodSync, chownSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperationalError } from '../../kernel/errors.js';
import { canReach, type ServiceUser } from './service-user.js';

/** sun_path holds 108 bytes with its closing zero (104 on macOS). */
const SOCKET_PATH_MAX = process.platform === 'linux' ? 107 : 103;
const LONGEST_SOCKET_NAME = '/.s.PGSQL.5432.lock';

const tag = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** A private folder: ours or the service user's, closed to everyone else. */
export function privateFolder(folder: string, owner: ServiceUser | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const allowed = [process.getuid?.(), owner?.uid];
  // Below a world-writable folder somebody else might have made it first.
  if (!found.isDirectory() || (process.getuid !== undefined && !allowed.includes(found.uid)))
    throw new OperationalError('POSTGRES_UNAVAILABLE', `${folder} belongs to somebody else; remove it`);
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  return folder;
}

/** Where a server puts its socket: in `folder`, or in a short one under the temporary folder when the path is too long. */
export function socketFolder(folder: string, owner: ServiceUser | undefined): string {
  const fits = Buffer.byteLength(folder + LONGEST_SOCKET_NAME) <= SOCKET_PATH_MAX;
  if (fits && canReach(folder, owner)) return privateFolder(folder, owner);
  return privateFolder(join(tmpdir(), `copilot-${process.getuid?.() ?? 0}-${tag(folder)}`), owner);
}

/** The folder a server keeps its data in: the wanted one, or one outside when its user cannot come to it. */
export function dataFolder(wanted: string, owner: ServiceUser | undefined): string {
  if (owner === undefined || canReach(wanted, owner)) return wanted;
  const outside = join('/var/lib/futures-copilot', tag(wanted));
  if (canReach(outside, owner)) return outside;
  throw new OperationalError(
    'POSTGRES_UNAVAILABLE',
    `the user ${owner.name}, who runs Postgres because root may not, can reach neither ${wanted} nor ${outside}; set COPILOT_DATA_DIR to a folder open to it, or DATABASE_URL`,
  );
}
