import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseTradingDay } from '../../../domain/sessions/trading-day.js';
import { dataQualitySchema } from '../../../messages/data-quality.js';
import type { WebContext } from '../app.js';
import { dayJson, reportJson } from '../data/json.js';
import { createQualityReader, type QualityReader } from '../data/reader.js';
import { dataView } from '../data/view.js';
import { refuse } from '../plugins/errors.js';
import { refusal } from './schemas.js';

const DAYS = 60;
/** A year of trading days. */
const DAYS_MAX = 260;
const UNREADABLE = 'The bars cannot be counted: the database does not answer or has not been brought up to date.';

const query = z.object({
  days: z.coerce.number().int().min(1).max(DAYS_MAX).default(DAYS).describe('Trading days, the newest last'),
  symbol: z.string().max(12).optional().describe('One symbol of the watch list'),
  day: z.string().max(10).optional().describe('With a symbol: that trading day alone, from the archive too'),
});
type Query = z.infer<typeof query>;

/** Which minutes of which days are there, and what was not taken. */
export async function dataRoutes(app: FastifyInstance, { quality, clock, log }: WebContext): Promise<void> {
  if (!quality) return;
  const reader = createQualityReader(quality, clock);
  const orRefuse = async (request: FastifyRequest, reply: FastifyReply, work: () => Promise<unknown>) => {
    reply.header('cache-control', 'no-cache');
    try {
      return await work();
    } catch (error) {
      log.warn({ evt: 'web.quality-unreadable', error: String(error) }, 'the bars cannot be counted');
      return refuse(request, reply, { status: 503, error: UNREADABLE });
    }
  };
  const isKnown = ({ symbol }: Query): boolean => symbol === undefined || quality.roots.includes(symbol);
  const unknown = ({ symbol }: Query) => ({
    status: 404 as const,
    error: `${symbol} is not on the watch list: ${quality.roots.join(', ')}.`,
  });

  app.get('/data', { schema: { hide: true, querystring: query } }, (request, reply) =>
    orRefuse(request, reply, async () => {
      const asked = query.parse(request.query);
      if (!isKnown(asked)) return refuse(request, reply, unknown(asked));
      const { days, symbol } = asked;
      const report = await reader.report(days);
      return reply.viewAsync('pages/data', dataView(report, { days, symbol, day: await dayOf(reader, asked) }));
    }),
  );

  const schema = {
    tags: ['data'],
    summary: 'Bars expected and present, missing minutes, duplicates, outliers and sources of each trading day',
    querystring: query,
    response: { 200: dataQualitySchema, 404: refusal, 503: refusal },
  };
  app.get('/api/data-quality', { schema }, (request, reply) =>
    orRefuse(request, reply, async () => {
      const asked = query.parse(request.query);
      if (!isKnown(asked)) return refuse(request, reply, unknown(asked));
      const { days, symbol } = asked;
      const one = await dayOf(reader, asked);
      const json = reportJson(await reader.report(days));
      if (one) return reply.send({ ...json, days: [dayJson(one)] });
      return reply.send({ ...json, days: json.days.filter((it) => symbol === undefined || it.symbol === symbol) });
    }),
  );
}

async function dayOf(reader: QualityReader, { symbol, day }: Query) {
  const wanted = day === undefined ? undefined : parseTradingDay(day);
  return symbol === undefined || wanted === undefined ? undefined : reader.day(symbol, wanted);
}
