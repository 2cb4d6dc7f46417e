/** The wire of TWS: a length in four bytes, then fields that each end in a zero byte. */

export type Field = string | number;

export function frame(fields: readonly Field[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(''), 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export interface FrameReader {
  /** Takes what came in and returns the messages that are whole now. The greeting is the message `['API', 'v100..193']`. */
  read(chunk: Buffer): readonly (readonly string[])[];
}

const GREETING = 'API\0';

export function createFrameReader(): FrameReader {
  let rest = Buffer.alloc(0);
  let hasGreeted = false;
  const next = (): readonly string[] | undefined => {
    const skip = hasGreeted ? 0 : GREETING.length;
    if (rest.length < skip + 4) return undefined;
    if (skip > 0 && rest.toString('latin1', 0, skip) !== GREETING) throw new Error('a client that does not greet');
    const end = skip + 4 + rest.readUInt32BE(skip);
    if (rest.length < end) return undefined;
    const body = rest.toString('utf8', skip + 4, end);
    rest = rest.subarray(end);
    if (hasGreeted) return body.split('\0').slice(0, -1);
    hasGreeted = true;
    return ['API', body];
  };
  return {
    read(chunk) {
      rest = Buffer.concat([rest, chunk]);
      const messages: (readonly string[])[] = [];
      for (let message = next(); message !== undefined; message = next()) messages.push(message);
      return messages;
    },
  };
}
