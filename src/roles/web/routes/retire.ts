import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { etDate } from '../../../domain/sessions/session.js';
import { iso } from '../../../kernel/units.js';
import { name } from '../../../messages/bridge-fields.js';
import type { WebContext } from '../app.js';
import { bodyOf, type FieldError, fieldErrors, sentenceOf } from '../fields.js';
import { etTime, instant, weekdayLabel } from '../format.js';
import { VARY, wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { whyNotNow } from '../retiring.js';
import { commandSender } from '../send-command.js';
import { accepted, fieldRefusal, refusal } from './schemas.js';

const BODY_MAX = 1024;
const askedSchema = z.object({ account: name });
const WANTED = { account: 'must be the name of an account', body: 'must name an account' };

/** `GET /retire-account` says what would come of it; `POST /actions/retire-account` asks the engine for it. */
export async function retireRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const { live, clock } = web;
  const send = commandSender(web);
  const refuseFields = (request: FastifyRequest, reply: FastifyReply, errors: readonly FieldError[]) => {
    const error = sentenceOf(errors);
    if (wantsHtml(request)) return refuse(request, reply, { status: 400, error });
    return reply.code(400).send({ status: 'error', error, errors });
  };

  app.get('/retire-account', async (request, reply) => {
    reply.header('cache-control', 'no-cache').header('vary', VARY);
    const asked = askedSchema.safeParse(request.query);
    if (!asked.success) return refuseFields(request, reply, fieldErrors(asked.error, WANTED));
    const { account } = asked.data;
    const context = live.context();
    const row = context.state.positions?.accounts.find((it) => it.account === account);
    const heard = row ? `${weekdayLabel(etDate(instant(row.heard_at)))}, ${etTime(row.heard_at)} ET` : '';
    return reply.viewAsync('pages/retire', { account, heard, refusal: whyNotNow(account, context) });
  });

  const schema = {
    tags: ['commands'],
    summary: 'Take an account that is not used any more out of the book, until it reports again',
    body: askedSchema,
    response: { 202: accepted, 400: fieldRefusal, 403: refusal, 409: refusal, 503: refusal },
  };
  const validatorCompiler = () => () => true;
  app.post('/actions/retire-account', { schema, validatorCompiler, bodyLimit: BODY_MAX }, async (request, reply) => {
    const asked = askedSchema.safeParse(bodyOf(request, []));
    if (!asked.success) return refuseFields(request, reply, fieldErrors(asked.error, WANTED));
    const { account } = asked.data;
    const reason = whyNotNow(account, live.context());
    if (reason !== undefined) return refuse(request, reply, { status: 409, error: `Nothing was retired: ${reason}.` });
    const at = clock.now();
    const id = idOf(account, at);
    const fault = await send({ kind: 'retire-account', id, at: iso(at), account });
    if (fault) return refuse(request, reply, fault);
    reply.code(202);
    const note = `The engine takes ${account} out of the book now; it is back as soon as it reports again.`;
    if (wantsHtml(request)) return reply.viewAsync('pages/accepted', { note });
    return reply.send({ status: 'accepted', id, note: `${note} The result arrives as positions-update.` });
  });
}

/** Names may hold anything a platform allows; two clicks in the same millisecond ask for the same thing. */
const idOf = (account: string, at: number): string =>
  `retire-account-${at}-${createHash('sha256').update(account).digest('hex').slice(0, 8)}`;
