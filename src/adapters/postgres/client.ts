import postgres from 'postgres';

export type Sql = postgres.Sql<Record<string, never>>;

export interface PostgresOptions {
  readonly url: string;
  readonly connectionsMax?: number;
}

/**
 * Opens a pool. A unix socket is written as `postgres://user@localhost/db?host=/folder`, the form psql reads too.
 */
export function connectPostgres({ url, connectionsMax = 4 }: PostgresOptions): Sql {
  const socketDir = new URL(url).searchParams.get('host');
  return postgres(withoutHostParameter(url), {
    max: connectionsMax,
    connect_timeout: 5,
    idle_timeout: 0,
    onnotice: () => {},
    ...(socketDir?.startsWith('/') ? { host: socketDir } : {}),
  });
}

function withoutHostParameter(url: string): string {
  const plain = new URL(url);
  plain.searchParams.delete('host');
  return plain.toString();
}
