import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { OperationalError } from '../../kernel/errors.js';

export interface Lock {
  release(): void;
}

/** Makes sure that one supervisor works on a data folder. A lock whose process is gone is taken over. */
export function lockFolder(dataDir: string): Lock {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'up.lock');
  const mine = `${process.pid} ${startOf(process.pid)}`;
  if (!claim(file, mine)) {
    const [holder] = readHolder(file);
    if (holder !== undefined) throw heldBy(holder, dataDir);
    rmSync(file, { force: true });
    if (!claim(file, mine)) throw heldBy(readHolder(file)[0] ?? 0, dataDir);
  }
  return {
    release() {
      if (readText(file) === mine) rmSync(file, { force: true });
    },
  };
}

const heldBy = (pid: number, dataDir: string): OperationalError =>
  new OperationalError(
    'DATA_DIR_IN_USE',
    `process ${pid} already runs on ${dataDir}; stop it, or set COPILOT_DATA_DIR to another folder`,
  );

function claim(file: string, text: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, text);
    closeSync(handle);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that holds the lock, as long as it is the one that took it. */
function readHolder(file: string): number[] {
  const [pid = '', ...start] = readText(file).split(' ');
  const isHeld = Number(pid) > 0 && startOf(Number(pid)) === start.join(' ') && exists(Number(pid));
  return isHeld ? [Number(pid)] : [];
}

/** When a process began, so that its number given to another program later is not mistaken for it (Linux). */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  // Field 22 of proc(5); the program's name in field 2 may hold spaces, so counting begins behind its bracket.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
