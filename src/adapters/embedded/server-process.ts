import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { commandAs, type RunAs } from './service-user.js';

export interface ServerOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly as: RunAs;
  /** What the server prints; begun afresh at each start. */
  readonly logFile: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface ServerProcess {
  readonly pid: number;
  /** Resolves with a sentence when the server ends, asked or not. */
  readonly ended: Promise<string>;
  /** Signals and waits; a server that does not end in time is killed. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

const STOP_WITHIN_MS = 5_000;

/** Starts a server as a child in its own process group, so that Ctrl-C in the terminal reaches only us. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const [command, args] = commandAs(options.command, options.args, options.as);
  const log = openSync(options.logFile, 'w', 0o600);
  const environment = options.environment === undefined ? {} : { env: { ...options.environment } };
  const child = spawn(command, args, { stdio: ['ignore', log, log], detached: true, cwd: '/', ...environment });
  closeSync(log);
  const ended = endOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  return { pid: child.pid ?? 0, ended, stop: (signal) => stopChild(child, ended, signal) };
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once('error', (error) => resolve(error.message));
  });

async function stopChild(child: ChildProcess, ended: Promise<string>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(timer);
}

/** Waits until `isReady` says so; gives up when the server ends or after `withinMs`, quoting its last words. */
export async function untilReady(
  server: ServerProcess,
  isReady: () => Promise<boolean>,
  { withinMs, logFile }: { withinMs: number; logFile: string },
): Promise<string | undefined> {
  let over: string | undefined;
  server.ended.then((how) => {
    over = how;
  });
  const giveUpAt = performance.now() + withinMs;
  while (over === undefined && performance.now() < giveUpAt) {
    if (await isReady()) return undefined;
    await pause(10);
  }
  return `${over ?? `not ready within ${withinMs / 1000} s`}: ${lastLines(logFile)}`;
}

/** One question and its answer over a unix socket, or undefined when nobody is there. */
export function askSocket(path: string, question: string, withinMs = 1_000): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.setTimeout(withinMs, () => socket.destroy());
    socket.once('connect', () => socket.write(question));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(undefined));
  });
}

export function lastLines(file: string, n = 3): string {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').slice(-n).join(' | ');
  } catch {
    return 'it said nothing';
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
