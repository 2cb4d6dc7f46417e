import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** What a vendor answers to a request, and how the answer may break. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is cut after half of the body. */
  readonly isCut?: boolean;
  /** Wall milliseconds before it answers. */
  readonly afterMs?: number;
}

export interface HttpVendorOptions {
  /** Answers a GET. `undefined` is 404. */
  answer(url: URL, request: IncomingMessage): Answer | undefined;
  /** A websocket was opened. */
  connected(client: WebSocket, url: URL): void;
  /** Status with which an upgrade is refused; undefined lets it in. */
  upgradeRefusal?(url: URL): number | undefined;
}

/** A server of HTTP and websockets on one port, with the breakdowns that every such vendor has. */
export interface HttpVendor {
  readonly url: string;
  clients(): readonly WebSocket[];
  drop(): void;
  setDown(isDown: boolean): void;
  /** The first bytes of a text frame, and then the end. */
  halfFrame(): void;
  /** The clients have read all that was sent: they answer a ping only after it. */
  delivered(): Promise<void>;
  sockets(): number;
  close(): Promise<void>;
}

export async function startHttpVendor({ answer, connected, upgradeRefusal }: HttpVendorOptions): Promise<HttpVendor> {
  const open = new Set<Socket>();
  let isDown = false;
  const server = createServer((request, response) => {
    if (isDown) return void request.socket.destroy();
    respond(answer(new URL(request.url ?? '/', 'http://vendor'), request), response);
  });
  const websockets = new WebSocketServer({ noServer: true });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    if (isDown) socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    const url = new URL(request.url ?? '/', 'http://vendor');
    const status = upgradeRefusal?.(url);
    if (isDown || status !== undefined) {
      socket.end(`HTTP/1.1 ${status ?? 503} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    websockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined);
      connected(client, url);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const drop = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    clients: () => [...websockets.clients],
    drop,
    setDown(now) {
      isDown = now;
    },
    halfFrame() {
      for (const client of websockets.clients) halfFrameTo(client);
    },
    async delivered() {
      await Promise.all([...websockets.clients].map(answered));
    },
    sockets: () => open.size,
    async close() {
      drop();
      websockets.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(answer: Answer | undefined, response: ServerResponse): void {
  const { status, body, headers, isCut = false, afterMs = 0 } = answer ?? { status: 404, body: { error: 'not found' } };
  const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const send = (): void => {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length, ...headers });
    if (!isCut) return void response.end(text);
    response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.socket?.destroy());
  };
  if (afterMs > 0) setTimeout(send, afterMs);
  else send();
}

function halfFrameTo(client: WebSocket): void {
  const { _socket: socket } = client as unknown as { readonly _socket: Socket };
  // FIN and text, 126 as the marker of a 16-bit length, 5,000 bytes announced, four sent.
  socket.write(Buffer.from([0x81, 126, 5_000 >> 8, 5_000 & 255, 0x5b, 0x7b, 0x22, 0x65]), () => socket.destroy());
}

const answered = (client: WebSocket): Promise<void> =>
  new Promise((resolve) => {
    if (client.readyState !== client.OPEN) return resolve();
    const done = (): void => {
      client.off('pong', done);
      client.off('close', done);
      resolve();
    };
    client.on('pong', done);
    client.on('close', done);
    client.ping();
  });
