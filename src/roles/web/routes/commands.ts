import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { iso } from '../../../kernel/units.js';
import type { WebContext } from '../app.js';
import { wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { isSameOrigin } from '../same-origin.js';
import { refusal } from './schemas.js';

const accepted = z.object({ status: z.literal('accepted'), id: z.string(), note: z.string() });
const NOTE = 'The engine recomputes now; the result arrives as focus-update.';

/** The only routes that change anything: each checks, sends one command and shows nothing of its own. */
export async function commandRoutes(app: FastifyInstance, { source, clock, log, metrics }: WebContext): Promise<void> {
  // A plain form posts this type; none of our commands reads a body.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, _body, done) =>
    done(null, {}),
  );

  const schema = {
    tags: ['commands'],
    summary: 'Recompute now',
    response: { 202: accepted, 403: refusal, 503: refusal },
  };
  app.post('/actions/force-refresh', { schema }, async (request, reply) => {
    if (!isSameOrigin(request)) {
      return refuse(request, reply, { status: 403, error: 'Commands are taken from this server’s own page only.' });
    }
    const at = clock.now();
    // Two clicks in the same millisecond ask for the same thing.
    const id = `force-refresh-${at}`;
    try {
      await source.sendCommand({ kind: 'force-refresh', id, at: iso(at) });
    } catch (error) {
      log.warn({ evt: 'web.command-lost', id, error: String(error) }, 'a command could not be sent');
      return refuse(request, reply, {
        status: 503,
        error: 'The engine cannot be reached, so nothing was asked of it. Try again.',
      });
    }
    metrics.commands.inc();
    reply.code(202);
    if (!wantsHtml(request)) return reply.send({ status: 'accepted', id, note: NOTE });
    if (request.headers['hx-request'] !== undefined) return reply.type('text/html').send('');
    return reply.viewAsync('pages/accepted', { note: 'The engine recomputes the plan now.' });
  });
}
