import { buffer } from 'node:stream/consumers';
import fastifyCompress from '@fastify/compress';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Coding, codingFor, encode } from '../coding.js';
import { plugin } from './plugin.js';

/** Shorter answers fit a packet as they are. */
const THRESHOLD_BYTES = 1024;
/** Files kept compressed: all of ours, twice over, with room for their next versions. */
const KEPT_MAX = 200;
const COMPRESSIBLE = /^(text\/|application\/(javascript|json|xml)|image\/svg)/;

/**
 * Smaller answers. Files are compressed once and kept; pages and JSON as they come; the stream never, because whoever
 * compresses it collects it first.
 */
export const compress = plugin(async (app) => {
  const kept = keptFiles(encode);
  app.addHook('onSend', (request, reply, payload, done) => {
    const file = compressibleFile(request, reply, payload);
    if (!file) return done(null, payload);
    kept(file).then((bytes) => {
      reply.header('content-encoding', file.coding).header('content-length', bytes.length);
      reply.removeHeader('accept-ranges');
      done(null, bytes);
    }, done);
  });
  await app.register(fastifyCompress, { encodings: ['br', 'gzip'], threshold: THRESHOLD_BYTES });
});

interface File {
  readonly coding: Coding;
  /** Changes with the file. */
  readonly key: string;
  readonly plain: NodeJS.ReadableStream;
}

/** Only a file has both a tag and a stream for a body. */
function compressibleFile(request: FastifyRequest, reply: FastifyReply, payload: unknown): File | undefined {
  const tag = reply.getHeader('etag');
  if (tag === undefined || reply.statusCode !== 200 || !isReadable(payload)) return undefined;
  if (!COMPRESSIBLE.test(String(reply.getHeader('content-type')))) return undefined;
  if (Number(reply.getHeader('content-length')) < THRESHOLD_BYTES) return undefined;
  reply.header('vary', 'accept-encoding');
  const coding = codingFor(request.headers['accept-encoding']);
  if (coding === undefined) return undefined;
  return { coding, key: `${coding} ${request.url} ${tag}`, plain: payload };
}

const isReadable = (payload: unknown): payload is NodeJS.ReadableStream =>
  typeof payload === 'object' && payload !== null && 'pipe' in payload;

/** Remembers compressed files; two that ask at once share one run. The oldest goes when there are too many. */
export function keptFiles(encodeFile: typeof encode): (file: File) => Promise<Buffer> {
  const kept = new Map<string, Promise<Buffer>>();
  return ({ key, coding, plain }) => {
    const known = kept.get(key);
    if (known) {
      if ('destroy' in plain && typeof plain.destroy === 'function') plain.destroy();
      return known;
    }
    const bytes = buffer(plain).then((whole) => encodeFile(coding, whole, 'once'));
    kept.set(key, bytes);
    bytes.catch(() => kept.delete(key));
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
    return bytes;
  };
}
