import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebContext } from '../app.js';
import { STREAMS_PER_CLIENT_MAX } from '../hub.js';
import type { StreamSink } from '../stream-client.js';

/** What may wait in one connection: a few plans. Beyond it the reader counts as slow. */
const UNSENT_BYTES_MAX = 256 * 1024;

const TOO_MANY = `This client already holds ${STREAMS_PER_CLIENT_MAX} live streams. Close another dashboard tab, then reload this one.`;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx must not collect the stream into blocks.
  'x-accel-buffering': 'no',
};

export async function streamRoutes(app: FastifyInstance, { live, metrics }: WebContext): Promise<void> {
  app.get<{ Querystring: { cursor?: string } }>(
    '/sse/dashboard',
    // A HEAD request would open a stream that nobody reads.
    { exposeHeadRoute: false },
    (request: FastifyRequest<{ Querystring: { cursor?: string } }>, reply) => {
      if (!live.hub.hasRoomFor(request.ip)) {
        metrics.turnedAway.inc();
        reply.code(429).type('text/plain; charset=utf-8').send(TOO_MANY);
        return;
      }
      const lastId = request.headers['last-event-id'];
      const cursor = typeof lastId === 'string' && lastId !== '' ? lastId : request.query.cursor;
      const response = open(reply);
      const { leave } = live.connect(sinkOf(response), request.ip, cursor);
      metrics.streams.set(live.hub.size);
      // The response, not the request, tells that the reader is gone.
      response.on('close', () => {
        leave();
        metrics.streams.set(live.hub.size);
      });
    },
  );
}

/** Sends the head. Without chunked coding one frame is one write of one shared buffer; the stream ends with the connection. */
function open(reply: FastifyReply): ServerResponse {
  const headers = { ...reply.getHeaders(), ...HEADERS };
  reply.hijack();
  const { raw } = reply;
  raw.removeHeader('transfer-encoding');
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.socket?.setNoDelay(true);
  raw.socket?.setTimeout(0);
  raw.flushHeaders();
  return raw;
}

/** Frames go straight to the socket: the response would only look at each of them again. */
function sinkOf(response: ServerResponse): StreamSink {
  const out = response.socket ?? response;
  return {
    // Whoever was told to wait gets 'drain'; a frame larger than the stream's own mark is no reason to wait.
    write: (frame) => out.write(frame) || out.writableLength < UNSENT_BYTES_MAX,
    cork: () => out.cork(),
    uncork: () => out.uncork(),
    onDrain: (run) => out.on('drain', run),
    destroy: () => response.destroy(),
  };
}
