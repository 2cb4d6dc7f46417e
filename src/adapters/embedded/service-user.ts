import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Someone a server may run as when we are root: Postgres refuses to run as root. */
export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const isRoot = (): boolean => process.getuid?.() === 0;

let hasSetpriv: boolean | undefined;
function setprivWorks(): boolean {
  hasSetpriv ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'TERM', 'true']).status === 0;
  return hasSetpriv;
}

/** Undefined when we are not root: then everything runs as ourselves. */
export function serviceUser(): ServiceUser | undefined {
  if (!isRoot()) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout.trim());
    if (uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
}

export interface RunAs {
  readonly user?: ServiceUser | undefined;
  /** Sent to the child by the kernel when we die, however we die (Linux). */
  readonly deathSignal?: 'INT' | 'TERM';
}

/** The command that runs `command` as another user and tied to our life, as far as this system can. */
export function commandAs(command: string, args: readonly string[], { user, deathSignal }: RunAs): [string, string[]] {
  if (!setprivWorks()) {
    if (user === undefined) return [command, [...args]];
    const quoted = [command, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    return ['su', ['-s', '/bin/sh', user.name, '-c', `exec ${quoted}`]];
  }
  const as = user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  const tied = deathSignal === undefined ? [] : ['--pdeathsig', deathSignal];
  if (as.length + tied.length === 0) return [command, [...args]];
  return ['setpriv', [...as, ...tied, '--', command, ...args]];
}

/** Whether the user can come to `folder` (made when missing) through every folder above it. */
export function canReach(folder: string, user: ServiceUser | undefined): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    const [command, args] = commandAs('test', ['-x', folder], { user });
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
