// A process of its own: one way of sending events that others offer. Each renders and sends what ours does, under the same ids.
import http, { type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastifySSE } from '@fastify/sse';
import { createChannel, createSession } from 'better-sse';
import Fastify from 'fastify';
import { WebSocketServer } from 'ws';
import { EVENT, htmlNo } from './event.js';
import { type Serving, serveRounds } from './rounds.js';

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform' };
const PATH = '/stream';
const HOST = '127.0.0.1';
const [, , kind = ''] = process.argv;

const frameNo = (n: number): Buffer =>
  Buffer.from(`id: 1000-${n}\nevent: ${EVENT}\ndata: ${htmlNo(n).replaceAll('\n', '\ndata: ')}\n\n`);

type Peer = Required<Pick<Serving, 'port' | 'publish'>>;

async function listening(server: http.Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, HOST, done));
  return (server.address() as AddressInfo).port;
}

/** The response is kept and written to, one shared buffer an event. */
function keeper() {
  const clients = new Set<ServerResponse>();
  return {
    keep(response: ServerResponse): void {
      response.writeHead(200, HEADERS).flushHeaders();
      clients.add(response);
      response.on('close', () => clients.delete(response));
    },
    publish(n: number): void {
      const frame = frameNo(n);
      for (const client of clients) client.write(frame);
    },
  };
}

async function nodeHttp(): Promise<Peer> {
  const { keep, publish } = keeper();
  return { port: await listening(http.createServer((_request, response) => keep(response))), publish };
}

async function fastifyRaw(): Promise<Peer> {
  const { keep, publish } = keeper();
  const app = Fastify();
  app.get(PATH, (_request, reply) => {
    reply.hijack();
    keep(reply.raw);
  });
  await app.listen({ port: 0, host: HOST });
  return { port: (app.server.address() as AddressInfo).port, publish };
}

async function fastifyPlugin(): Promise<Peer> {
  interface Stream {
    send(message: { id: string; event: string; data: string }): Promise<void>;
  }
  const clients = new Set<Stream>();
  const app = Fastify();
  await app.register(fastifySSE, { serializer: String });
  app.get(PATH, { sse: true }, async (_request, reply) => {
    reply.sse.keepAlive();
    clients.add(reply.sse);
    reply.sse.onClose(() => clients.delete(reply.sse));
    await reply.sse.send({ id: '0', data: 'hello' });
  });
  await app.listen({ port: 0, host: HOST });
  const publish = (n: number): void => {
    const message = { id: `1000-${n}`, event: EVENT, data: htmlNo(n) };
    for (const client of clients) client.send(message).catch(() => {});
  };
  return { port: (app.server.address() as AddressInfo).port, publish };
}

async function betterSse(): Promise<Peer> {
  const channel = createChannel();
  const server = http.createServer(async (request, response) => {
    channel.register(await createSession(request, response, { serializer: String }));
  });
  const publish = (n: number): void => void channel.broadcast(htmlNo(n), EVENT, { eventId: `1000-${n}` });
  return { port: await listening(server), publish };
}

async function webSocket(): Promise<Peer> {
  const server = http.createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const publish = (n: number): void => {
    const frame = frameNo(n);
    for (const client of sockets.clients) client.send(frame, { binary: false });
  };
  return { port: await listening(server), publish };
}

const KINDS: Readonly<Record<string, () => Promise<Peer>>> = {
  'node http': nodeHttp,
  'fastify raw': fastifyRaw,
  '@fastify/sse': fastifyPlugin,
  'better-sse': betterSse,
  ws: webSocket,
};

const begin = KINDS[kind];
if (begin === undefined) throw new Error(`no peer is named ${kind}`);
serveRounds({ path: PATH, upgrade: kind === 'ws', ...(await begin()) });
