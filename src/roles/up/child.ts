import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Part, RunningPart } from './keep-alive.js';

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Gets each line the child prints. */
  readonly onLine: (line: string) => void;
  /** How long it may take to close before it is killed. */
  readonly closeWithinMs?: number;
}

const CLOSE_WITHIN_MS = 5_000;

/** A role as a child process. It has its own process group: Ctrl-C reaches only us, and we close it in order. */
export const childPart = (options: ChildOptions): Part => ({ name: options.name, start: () => startChild(options) });

async function startChild(options: ChildOptions): Promise<RunningPart> {
  const { command, args, environment, onLine, closeWithinMs = CLOSE_WITHIN_MS } = options;
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: environment });
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  passLines(child.stdout, onLine);
  passLines(child.stderr, onLine);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => {
        onLine(`did not close within ${closeWithinMs / 1000} s and is killed`);
        child.kill('SIGKILL');
      }, closeWithinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

const passLines = (from: Readable, onLine: (line: string) => void): void => {
  createInterface({ input: from }).on('line', onLine);
};
