import { OperationalError } from '../../kernel/errors.js';
import { open, optionsOf, type ServerAddress, type Sql } from './client.js';
import { type CopySocket, connectCopySocket } from './copy-socket.js';

/** A connection that nobody shares. */
export interface OwnConnection {
  readonly sql: Sql;
  /** Where rows of a COPY can be had from; undefined within TLS, where only the driver sees the messages. */
  copySocket(): CopySocket | undefined;
}

/**
 * Runs `work` on a connection of its own, closed afterwards. A COPY needs it: on a pool other queries would be sent into the
 * middle of it, and the driver's pool is not the same after a connection died within a transaction. When the connection dies
 * the answer is a rejection at once, whatever `work` waits for.
 */
export async function onOwnConnection<T>(pool: Sql, work: (own: OwnConnection) => Promise<T>): Promise<T> {
  let lose: (reason: Error) => void = () => {};
  const loss = new Promise<never>((_, reject) => {
    lose = reject;
  });
  loss.catch(() => {});
  let copySocket: CopySocket | undefined;
  const socket = async (address: ServerAddress) => {
    copySocket = await connectCopySocket(address);
    return copySocket.stream;
  };
  const sql = open(
    { ...optionsOf(pool), connectionsMax: 1 },
    {
      onclose: () => lose(new OperationalError('POSTGRES_UNAVAILABLE', 'the connection to Postgres was lost')),
      fetch_types: false,
      max_lifetime: null,
      ...(!pool.options.ssl && { socket }),
    },
  );
  try {
    return await Promise.race([work({ sql, copySocket: () => copySocket }), loss]);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** Postgres' code for a transaction that has failed already. */
export const FAILED_TRANSACTION = '25P02';

/** All that `work` does, or nothing. Rejects with code 25P02 when the server undid it at the end without having said why. */
export async function inTransaction<T>({ sql }: OwnConnection, work: () => Promise<T>): Promise<T> {
  await sql.unsafe('begin');
  let value: T;
  try {
    value = await work();
  } catch (error) {
    await sql.unsafe('rollback');
    throw error;
  }
  const { command } = await sql.unsafe('commit');
  if (command === 'COMMIT') return value;
  throw Object.assign(new Error('the server refused the transaction'), { code: FAILED_TRANSACTION });
}
