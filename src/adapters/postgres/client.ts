import type { Duplex } from 'node:stream';
import postgres from 'postgres';
import { assert } from '../../kernel/assert.js';

export type Sql = postgres.Sql<Record<string, never>>;

/** The driver takes a socket of our own, which its types leave out. */
export type DriverOptions = Pick<
  postgres.Options<Record<string, never>>,
  'onclose' | 'fetch_types' | 'max_lifetime'
> & {
  readonly socket?: (address: ServerAddress) => Promise<Duplex>;
};

export interface ServerAddress {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Unix socket, where it is one. */
  readonly path: string | undefined;
}

export interface PostgresOptions {
  readonly url: string;
  readonly connectionsMax?: number;
}

export const CONNECT_WITHIN_S = 5;

/**
 * Opens a pool. A unix socket is written as `postgres://user@localhost/db?host=/folder`, the form psql reads too.
 */
export function connectPostgres(options: PostgresOptions): Sql {
  const sql = open(options);
  openedWith.set(sql, options);
  return sql;
}

/** What the pool was opened with. */
export function optionsOf(sql: Sql): PostgresOptions {
  const options = openedWith.get(sql);
  assert(options !== undefined, 'a Postgres pool that was not opened here');
  return options;
}

const openedWith = new WeakMap<Sql, PostgresOptions>();

/** A pool with settings of the driver beside ours. */
export function open({ url, connectionsMax = 4 }: PostgresOptions, more: DriverOptions = {}): Sql {
  const socketDir = new URL(url).searchParams.get('host');
  return postgres(withoutHostParameter(url), {
    max: connectionsMax,
    connect_timeout: CONNECT_WITHIN_S,
    idle_timeout: 0,
    onnotice: () => {},
    ...(socketDir?.startsWith('/') ? { host: socketDir } : {}),
    ...more,
  });
}

function withoutHostParameter(url: string): string {
  const plain = new URL(url);
  plain.searchParams.delete('host');
  return plain.toString();
}
