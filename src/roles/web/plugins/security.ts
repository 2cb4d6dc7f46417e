import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import Fastify from 'fastify';
import { plugin } from './plugin.js';

/** Everything comes from this server: no inline script or style, no other origin, no framing. */
const RULES: FastifyHelmetOptions = {
  global: true,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
  // The page is served over plain HTTP on the trader's own machine; a proxy with TLS adds this itself.
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'same-origin' },
};
/** What any answer carries, and no rule. */
const ORDINARY = new Set(['content-type', 'content-length', 'date', 'connection', 'keep-alive']);

/** The rules are the same for every answer, so helmet spells them out once and not at each request. */
export const security = plugin(async (app) => {
  const headers = await spelledOut();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
});

async function spelledOut(): Promise<Readonly<Record<string, string>>> {
  const probe = Fastify();
  await probe.register(helmet, RULES);
  probe.get('/', () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !ORDINARY.has(name))
      .map(([name, value]) => [name, String(value)]),
  );
}
