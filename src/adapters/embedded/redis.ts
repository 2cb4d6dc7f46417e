import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OperationalError } from '../../kernel/errors.js';
import { socketFolder } from './folders.js';
import { askSocket, isAlive, type ServerProcess, startServer, untilReady } from './server-process.js';

export interface EmbeddedRedis {
  readonly url: string;
  readonly pid: number;
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface EmbeddedRedisOptions {
  /** Holds the append-only file; made when missing. */
  readonly folder: string;
  /** Where a fetched redis-server is kept for next time. */
  readonly cacheDir: string;
  /** Removes what an earlier run left. */
  readonly startEmpty: boolean;
}

const FETCH = fileURLToPath(new URL('../../../scripts/fetch-redis.sh', import.meta.url));
const READY_WITHIN_MS = 10_000;
const LEFT_OVER_ENDS_WITHIN_MS = 5_000;

/** Starts a Redis of our own on a unix socket; it dies with us. */
export async function startRedis({ folder, cacheDir, startEmpty }: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const binary = await findRedis(cacheDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socket = join(socketFolder(folder, undefined), 'redis.sock');
  const pidFile = join(folder, 'redis.pid');
  await endLeftOver(socket, pidFile);
  if (startEmpty) rmSync(join(folder, 'appendonlydir'), { recursive: true, force: true });
  const logFile = join(folder, 'redis.log');
  const server = await startServer({
    command: binary,
    args: argsOf({ folder, socket, pidFile }),
    as: { deathSignal: 'TERM' },
    logFile,
  });
  const fault = await untilReady(server, () => answers(socket), { withinMs: READY_WITHIN_MS, logFile });
  if (fault !== undefined) {
    await server.stop('SIGKILL');
    throw new OperationalError('REDIS_UNAVAILABLE', `the local Redis did not start: ${fault}`);
  }
  return handleOf(server, socket);
}

const handleOf = (server: ServerProcess, socket: string): EmbeddedRedis => ({
  url: `unix://${socket}`,
  pid: server.pid,
  ended: server.ended,
  stop: () => server.stop('SIGTERM'),
});

const argsOf = ({ folder, socket, pidFile }: { folder: string; socket: string; pidFile: string }): string[] => [
  ...['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700', '--dir', folder, '--pidfile', pidFile],
  ...['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', '', '--maxmemory-policy', 'noeviction'],
];

const answers = async (socket: string): Promise<boolean> =>
  (await askSocket(socket, 'PING\r\n'))?.startsWith('+PONG') === true;

/** A Redis that outlived its supervisor would write the same files: it is asked to end, then waited for. */
async function endLeftOver(socket: string, pidFile: string): Promise<void> {
  await askSocket(socket, 'SHUTDOWN\r\n');
  const pid = Number(readIfThere(pidFile));
  const giveUpAt = performance.now() + LEFT_OVER_ENDS_WITHIN_MS;
  while (pid > 0 && isAlive(pid) && isRedis(pid)) {
    if (performance.now() > giveUpAt)
      throw new OperationalError(
        'REDIS_UNAVAILABLE',
        `a Redis of an earlier run (process ${pid}) does not end; kill it`,
      );
    await pause(20);
  }
}

// A process number may have been given to another program since; only Linux tells which.
const isRedis = (pid: number): boolean =>
  process.platform === 'linux' && /redis|valkey/.test(readIfThere(`/proc/${pid}/comm`));

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A redis-server: the system's, or the distribution's package unpacked into the cache folder. */
async function findRedis(cacheDir: string): Promise<string> {
  const onPath = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (onPath !== undefined) return onPath;
  try {
    const { stdout } = await promisify(execFile)('bash', [FETCH, join(cacheDir, 'redis')], { timeout: 120_000 });
    return stdout.trim();
  } catch (cause) {
    throw new OperationalError(
      'REDIS_UNAVAILABLE',
      'there is no redis-server on this machine and none could be fetched; install it (apt-get install redis-server, brew install redis), or run docker compose up, or set REDIS_URL',
      { cause },
    );
  }
}
