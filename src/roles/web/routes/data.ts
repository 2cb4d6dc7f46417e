import { setImmediate as turn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dataQualitySchema } from '../../../messages/data-quality.js';
import type { WebContext } from '../app.js';
import type { ReportedDay } from '../data/day.js';
import { dayJson, reportJson } from '../data/json.js';
import { type Asked, askedOf, query } from '../data/query.js';
import { createQualityReader, type QualityReport } from '../data/reader.js';
import { dataView } from '../data/view.js';
import { type FieldError, sentenceOf } from '../fields.js';
import { wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { fieldRefusal, refusal } from './schemas.js';

const UNREADABLE = 'The bars cannot be counted: the database does not answer or has not been brought up to date.';

/** Which minutes of which days are there, and what was not taken. */
export async function dataRoutes(app: FastifyInstance, { quality, clock, log }: WebContext): Promise<void> {
  if (!quality) return;
  const reader = createQualityReader(quality, clock);
  const tell = async (asked: Asked): Promise<Told> => {
    const { symbol, day, days } = asked;
    const report = await reader.report(days);
    const one = symbol === undefined || day === undefined ? undefined : await reader.day(symbol, day);
    return { asked, report, day: one };
  };
  /** Answers what was asked for when it can be answered at all. */
  const asking = async (request: FastifyRequest, reply: FastifyReply, answer: (told: Told) => unknown) => {
    const asked = askedOf(request.query, clock.now());
    if (!asked.ok) return refuseFields(request, reply, asked.error);
    const { symbol } = asked.value;
    if (symbol !== undefined && !quality.roots.includes(symbol)) {
      const error = `${symbol} is not on the watch list: ${quality.roots.join(', ')}.`;
      return refuse(request, reply, { status: 404, error });
    }
    reply.header('cache-control', 'no-cache');
    let told: Told;
    try {
      told = await tell(asked.value);
    } catch (error) {
      log.warn({ evt: 'web.quality-unreadable', error: String(error) }, 'the bars cannot be counted');
      return refuse(request, reply, { status: 503, error: UNREADABLE });
    }
    return answer(told);
  };

  // Whatever is asked, it is looked at field by field.
  const validatorCompiler = () => () => true;
  app.get('/data', { schema: { hide: true, querystring: query }, validatorCompiler }, (request, reply) =>
    asking(request, reply, async ({ asked, report, day }) => {
      const view = dataView(report, { ...asked, day });
      // A year of cells is made and written in two pieces: the dashboard's stream is served in between.
      await turn();
      return reply.viewAsync('pages/data', view);
    }),
  );

  const schema = {
    tags: ['data'],
    summary: 'Bars expected and present, missing minutes, duplicates, outliers and sources of each trading day',
    querystring: query,
    response: { 200: dataQualitySchema, 400: fieldRefusal, 404: refusal, 503: refusal },
  };
  app.get('/api/data-quality', { schema, validatorCompiler }, (request, reply) =>
    asking(request, reply, ({ asked: { symbol }, report, day }) => {
      const json = reportJson(report);
      const days = day ? [dayJson(day)] : json.days.filter((it) => symbol === undefined || it.symbol === symbol);
      return reply.send({ ...json, days });
    }),
  );
}

interface Told {
  readonly asked: Asked;
  readonly report: QualityReport;
  readonly day: ReportedDay | undefined;
}

async function refuseFields(request: FastifyRequest, reply: FastifyReply, errors: readonly FieldError[]) {
  const error = sentenceOf(errors);
  if (wantsHtml(request)) return refuse(request, reply, { status: 400, error });
  return reply.code(400).send({ status: 'error', error, errors });
}
