import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { iso } from '../../../kernel/units.js';
import type { WebContext } from '../app.js';
import { wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { commandSender } from '../send-command.js';
import { accepted, refusal } from './schemas.js';

/** `at` is the market time of the question: the plan that answers it says that it was computed then or later. */
const acceptedAt = accepted.extend({ at: z.string() });
const NOTE = 'The engine recomputes now; the result arrives as focus-update.';

/** `POST /actions/force-refresh`: sends one command and shows nothing of its own. */
export async function commandRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const send = commandSender(web);
  const schema = {
    tags: ['commands'],
    summary: 'Recompute now',
    response: { 202: acceptedAt, 403: refusal, 503: refusal },
  };
  app.post('/actions/force-refresh', { schema }, async (request, reply) => {
    const at = web.clock.now();
    // Two clicks in the same millisecond ask for the same thing.
    const id = `force-refresh-${at}`;
    const command = { kind: 'force-refresh', id, at: iso(at) } as const;
    const fault = await send(command);
    if (fault) return refuse(request, reply, fault);
    reply.code(202);
    if (!wantsHtml(request)) return reply.send({ status: 'accepted', id, at: command.at, note: NOTE });
    if (request.headers['hx-request'] !== undefined) return reply.type('text/html').send('');
    return reply.viewAsync('pages/accepted', { note: 'The engine recomputes the plan now.' });
  });
}
