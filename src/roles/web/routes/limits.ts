import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { iso } from '../../../kernel/units.js';
import { type LimitsChangeJson, limitsChangeSchema } from '../../../messages/limits.js';
import type { WebContext } from '../app.js';
import { bodyOf, type FieldError, fieldErrors, sentenceOf, typedOf } from '../fields.js';
import { limitEffects, silenceText } from '../limit-effects.js';
import { type LimitFormState, limitFormView, NUMBERS, WANTED, withWholeTimes } from '../limit-form.js';
import { VARY, wantsHtml } from '../negotiate.js';
import type { ViewContext } from '../panels/panel.js';
import { refuse } from '../plugins/errors.js';
import { commandSender } from '../send-command.js';
import { accepted, fieldRefusal, refusal } from './schemas.js';

const BODY_MAX = 4 * 1024;

/** `GET /limits` and `POST /actions/limits`: what is in force, what waits, and the one door to change it. */
export async function limitRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const { live, clock, render } = web;
  const send = commandSender(web);

  const show = (request: FastifyRequest, reply: FastifyReply, form: LimitFormState) => {
    const context = live.context();
    const view = limitFormView(form, context);
    if (request.headers['hx-request'] !== undefined)
      return reply.type('text/html; charset=utf-8').send(render.part('limits-form', view));
    return reply.viewAsync('pages/limits', { panels: render.all(context), form: view });
  };
  const refuseFields = (request: FastifyRequest, reply: FastifyReply, errors: readonly FieldError[]) => {
    reply.code(400);
    if (!wantsHtml(request)) return reply.send({ status: 'error', error: sentenceOf(errors), errors });
    return show(request, reply, { errors, typed: Object.fromEntries(typedOf(request.body)) });
  };

  app.get('/limits', async (request, reply) => {
    reply.header('cache-control', 'no-cache').header('vary', VARY);
    return show(request, reply, {});
  });

  const schema = {
    tags: ['commands'],
    summary: 'Change the risk limits: tighter at once, looser from the next trading day',
    body: limitsChangeSchema,
    response: { 202: accepted, 400: fieldRefusal, 403: refusal, 503: refusal },
  };
  const validatorCompiler = () => () => true;
  app.post('/actions/limits', { schema, validatorCompiler, bodyLimit: BODY_MAX }, async (request, reply) => {
    const body = withWholeTimes(bodyOf(request, NUMBERS));
    const read = limitsChangeSchema.safeParse(body);
    if (!read.success) {
      const errors = fieldErrors(read.error, WANTED);
      return refuseFields(request, reply, [...errors, ...beyond(without(body, errors), live.context())]);
    }
    const effects = limitEffects(read.data, live.context());
    if (!effects.ok) return refuseFields(request, reply, effects.error);
    const at = clock.now();
    const id = idOf(read.data, at);
    const fault = await send({ kind: 'set-limits', id, at: iso(at), change: read.data });
    if (fault) {
      if (request.headers['hx-request'] === undefined) return refuse(request, reply, fault);
      reply.code(fault.status);
      return show(request, reply, { fault: fault.error, typed: Object.fromEntries(typedOf(request.body)) });
    }
    reply.code(202);
    if (wantsHtml(request)) return show(request, reply, { sent: effects.value });
    const silence = silenceText(live.context());
    const then = silence === '' ? 'The result arrives as risk-update.' : `${silence}: the change waits for it.`;
    return reply.send({ status: 'accepted', id, note: `${effects.value.join('; ')}. ${then}` });
  });
}

/** Fields over their ceiling among those that can be read at all, so that one answer names every fault. */
function beyond(readable: unknown, context: ViewContext): readonly FieldError[] {
  const rest = limitsChangeSchema.safeParse(readable);
  const effects = rest.success ? limitEffects(rest.data, context) : undefined;
  return effects === undefined || effects.ok ? [] : effects.error;
}

const without = (body: unknown, errors: readonly FieldError[]): unknown =>
  typeof body === 'object' && body !== null
    ? Object.fromEntries(Object.entries(body).filter(([name]) => !errors.some(({ field }) => field === name)))
    : body;

/** The same change asked twice in one instant is one command. */
const idOf = (change: LimitsChangeJson, at: number): string =>
  `set-limits-${at}-${createHash('sha256').update(JSON.stringify(change)).digest('hex').slice(0, 8)}`;
