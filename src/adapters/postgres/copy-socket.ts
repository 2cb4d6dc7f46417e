import { connect, type Socket } from 'node:net';
import { CONNECT_WITHIN_S, type ServerAddress } from './client.js';

/** Takes the payload of a CopyData message: what lies in `data` from `at` to before `end`. The bytes are lent, not given. */
export type CopyListener = (data: Buffer, at: number, end: number) => void;

/**
 * A socket that reads CopyData messages itself and shows the driver all others. The driver makes a buffer and a stream event
 * of every row; a year of minutes is 350,000 of them.
 */
export interface CopySocket {
  readonly stream: Socket;
  /** From now on, until the server is ready for the next statement, rows go to `listener`. Called between two statements. */
  listen(listener: CopyListener): void;
}

// https://www.postgresql.org/docs/current/protocol-message-formats.html: a letter, and a length that counts itself.
const HEAD_BYTES = 5;
const [COPY_DATA, READY] = ['d'.charCodeAt(0), 'Z'.charCodeAt(0)];
const READ_BYTES = 256 * 1024;

export async function connectCopySocket(address: ServerAddress): Promise<CopySocket> {
  let listener: CopyListener | undefined;
  let rest: Buffer | undefined;
  const show = (bytes: Uint8Array): void => void stream.emit('data', Buffer.from(bytes));

  /** Takes the whole messages, and keeps what is left of the last one. */
  function take(data: Buffer): void {
    let at = 0;
    while (listener && at + HEAD_BYTES <= data.length) {
      const end = at + 1 + data.readUInt32BE(at + 1);
      if (end > data.length) break;
      if (data[at] === COPY_DATA) {
        listener(data, at + HEAD_BYTES, end);
      } else {
        if (data[at] === READY) listener = undefined;
        show(data.subarray(at, end));
      }
      at = end;
    }
    if (at === data.length) rest = undefined;
    else if (listener) rest = Buffer.from(data.subarray(at));
    else show(data.subarray(at));
  }

  // One buffer for all reading: what is kept is copied.
  const onread = {
    buffer: Buffer.allocUnsafe(READ_BYTES),
    callback(count: number, buffer: Uint8Array): boolean {
      const read = Buffer.from(buffer.buffer, buffer.byteOffset, count);
      take(rest ? Buffer.concat([rest, read]) : read);
      return true;
    },
  };
  const { path, host, port } = address;
  const where = path ? { path } : { host: host[0] ?? 'localhost', port: port[0] ?? 0 };
  const stream = connect({ ...where, onread });
  await connected(stream);
  return {
    stream,
    listen(next) {
      listener = next;
      rest = undefined;
    },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (): void => void socket.destroy(new Error(`no connection within ${CONNECT_WITHIN_S} s`));
    const patience = setTimeout(give, CONNECT_WITHIN_S * 1_000);
    socket.once('error', (error) => {
      clearTimeout(patience);
      reject(error);
    });
    socket.once('connect', () => {
      clearTimeout(patience);
      socket.removeAllListeners('error');
      resolve();
    });
  });
}
