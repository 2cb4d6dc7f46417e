import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { emptyBookAt } from '../../../domain/accounts/book.js';
import { instruments } from '../../../domain/instruments/catalogue/index.js';
import {
  answerEntry,
  type EntryAnswer,
  type EntryRequestJson,
  entryAnswerSchema,
  entryRequestSchema,
} from '../../../messages/entry-check.js';
import type { WebContext } from '../app.js';
import { bodyOf, type FieldError, fieldErrors, sentenceOf, typedOf } from '../fields.js';
import { etSince } from '../format.js';
import { VARY, wantsHtml } from '../negotiate.js';
import { checkView } from '../panels/check.js';
import type { ViewContext } from '../panels/panel.js';
import { fieldRefusal } from './schemas.js';

const BODY_MAX = 2 * 1024;
const NUMBERS = ['size', 'entry', 'stop'];
const PRICE = 'must be a price such as 4199.8';
const WANTED = {
  symbol: 'must name an instrument such as MGC, or a contract such as MGC 12-26',
  side: 'must be LONG or SHORT',
  size: 'must be a whole number of contracts from 1 to 1000',
  entry: PRICE,
  stop: PRICE,
  account: 'must be the name of an account',
};
export const CHECK_SYMBOLS = instruments.map(({ root, name }) => ({ root, name }));

/** `POST /risk/check`: may this trade be entered now? It changes nothing, so any origin may ask. */
export async function checkRoutes(app: FastifyInstance, { live, clock, render }: WebContext): Promise<void> {
  const { staleAfterMs } = emptyBookAt(clock.speed);
  const answerTo = (request: EntryRequestJson): EntryAnswer => {
    const context = live.context();
    return unlessSilent(answerEntry(publishedOf(context), request, { now: context.now, staleAfterMs }), context);
  };
  const show = (request: FastifyRequest, reply: FastifyReply, shown: Shown): Promise<unknown> | FastifyReply => {
    const context = live.context();
    const view = checkView(shown, context);
    if (request.headers['hx-request'] !== undefined)
      return reply.type('text/html; charset=utf-8').send(render.part('check-answer', view));
    const typed = Object.fromEntries(typedOf(request.body));
    const form = { symbols: CHECK_SYMBOLS, typed };
    return reply.viewAsync('pages/check', { panels: render.all(context), answer: view, form });
  };

  const schema = {
    tags: ['risk'],
    summary: 'May this trade be entered now?',
    body: entryRequestSchema,
    response: { 200: entryAnswerSchema, 400: fieldRefusal },
  };
  // A form brings texts, which the schema sees only after they were read; it describes the route here.
  const validatorCompiler = () => () => true;
  app.post('/risk/check', { schema, validatorCompiler, bodyLimit: BODY_MAX }, async (request, reply) => {
    reply.header('vary', VARY).header('cache-control', 'no-store');
    const asked = entryRequestSchema.safeParse(bodyOf(request, NUMBERS));
    if (!asked.success) {
      const errors = fieldErrors(asked.error, WANTED);
      reply.code(400);
      if (wantsHtml(request)) return show(request, reply, { errors });
      return reply.send({ status: 'error', error: sentenceOf(errors), errors });
    }
    const answer = answerTo(asked.data);
    return wantsHtml(request) ? show(request, reply, { answer }) : reply.send(answer);
  });
}

export interface Shown {
  readonly answer?: EntryAnswer;
  readonly errors?: readonly FieldError[];
}

/** The engine's state as this process has it; the verdict of the plan is renewed between two plans. */
function publishedOf({ state: { risk, positions, plan, noTrade } }: ViewContext) {
  return {
    ...(risk && { risk }),
    ...(positions && { positions }),
    ...(plan && { plan: noTrade ? { ...plan, no_trade: noTrade } : plan }),
  };
}

/** A dead engine permits no entry, however young its last word is. Closing is never refused. */
function unlessSilent(answer: EntryAnswer, { freshness, now }: ViewContext): EntryAnswer {
  if (!freshness.stale || answer.closes) return answer;
  const since = freshness.since === undefined ? ' yet' : ` since ${etSince(freshness.since, now)} ET`;
  const silent = { rule: 'engine', text: `no news from the engine${since}`, facts: {} };
  return { ...answer, allowed: false, reasons: [silent, ...answer.reasons] };
}
