// A process of its own: browsers that ask for one page again and again, each over a connection that stays open.
import net from 'node:net';

const CONNECTIONS = 16;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

interface Question {
  readonly port: number;
  readonly path: string;
  readonly requests: number;
}

/** Answers with what came: the bytes of one body, to see that everybody sends the same page. */
async function round({ port, path, requests }: Question): Promise<object> {
  const bytes = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => one({ port, path, requests: Math.ceil(requests / CONNECTIONS) })),
  );
  return { bytes: bytes[0] };
}

function one({ port, path, requests }: Question): Promise<number> {
  const question = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n\r\n`;
  return new Promise((done, fail) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    let left = requests;
    let missing = 0;
    let length = 0;
    socket.on('error', fail).write(question);
    socket.on('data', (chunk: Buffer) => {
      if (missing === 0) {
        const headEnds = chunk.indexOf(END_OF_HEAD);
        const head = chunk.toString('latin1', 0, headEnds);
        length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
        if (!head.startsWith('HTTP/1.1 200') || !(length > 0)) fail(new Error(`not a page: ${head}`));
        missing = length - (chunk.length - headEnds - END_OF_HEAD.length);
      } else missing -= chunk.length;
      if (missing > 0) return;
      left -= 1;
      if (left > 0) socket.write(question);
      else {
        socket.destroy();
        done(length);
      }
    });
  });
}

process.on('message', async (question: Question) => void process.send?.(await round(question)));
process.on('disconnect', () => process.exit(0));
