import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import type { Sql } from './client.js';
import type { CopyListener } from './copy-socket.js';
import type { OwnConnection } from './own-connection.js';

/**
 * Sends the chunks of a COPY, within a transaction: when the server refuses rows at the very end the driver keeps that to
 * itself, and only the end of the transaction tells. The next chunk is made while the last one is under way; none is kept.
 */
export async function copyIn({ sql }: OwnConnection, statement: string, chunks: Iterable<Buffer>): Promise<void> {
  const stream = await sql.unsafe(statement).writable();
  const failure = new Promise<never>((_, reject) => stream.on('error', reject));
  failure.catch(() => {});
  let underWay: Promise<void> | undefined;
  for (const chunk of chunks) {
    await underWay;
    underWay = Promise.race([failure, sent(stream, chunk)]);
    // Awaited a chunk later; until then its failure is nobody's.
    underWay.catch(() => {});
  }
  await underWay;
  stream.end();
  await Promise.race([failure, turn()]);
}

const sent = (stream: NodeJS.WritableStream, chunk: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });

/** Hands over what a COPY tells, row by row. */
export async function copyOut(
  { sql, copySocket }: OwnConnection,
  statement: string,
  take: CopyListener,
): Promise<void> {
  await connect(sql);
  let broken: { readonly reason: unknown } | undefined;
  // To stop reading would leave the connection in the middle of the answer: the rest is let pass.
  const listener: CopyListener = (data, at, end) => {
    if (broken) return;
    try {
      take(data, at, end);
    } catch (reason) {
      broken = { reason };
    }
  };
  copySocket()?.listen(listener);
  const stream = await sql.unsafe(statement).readable();
  stream.on('data', (row: Buffer) => listener(row, 0, row.length));
  await once(stream, 'end');
  if (broken) throw broken.reason;
}

/** The driver connects with the first query. */
const connect = (sql: Sql): Promise<unknown> => sql.unsafe('select 1');
