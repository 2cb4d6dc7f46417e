import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { instrument, instruments } from '../../../domain/instruments/catalogue/index.js';
import type { WebContext } from '../app.js';
import { chartSchema } from '../charts/day-chart.js';
import { refuse } from '../plugins/errors.js';
import { refusal } from './schemas.js';

const AWAY = 'The bars cannot be read: the database does not answer.';
const ROOTS = instruments.map(({ root }) => root).join(', ');
const params = z.object({ symbol: z.string().max(12) });
const schema = {
  tags: ['chart'],
  summary: 'The 5-minute bars of the current trading day, with VWAP',
  params,
  response: { 200: chartSchema, 404: refusal, 503: refusal },
};

export async function chartRoutes(app: FastifyInstance, { charts }: WebContext): Promise<void> {
  app.get<{ Params: { symbol: string } }>(
    '/api/chart/:symbol',
    { schema },
    async (request: FastifyRequest<{ Params: { symbol: string } }>, reply) => {
      const spec = instrument(request.params.symbol.toUpperCase());
      if (!spec) {
        const error = `${request.params.symbol} is not an instrument of this page. There are ${ROOTS}.`;
        return refuse(request, reply, { status: 404, error });
      }
      const chart = await charts?.chart(spec).catch(() => undefined);
      reply.header('cache-control', 'no-cache');
      if (!chart) return refuse(request, reply, { status: 503, error: AWAY });
      reply.header('etag', chart.tag);
      if (holds(request.headers['if-none-match'], chart.tag)) return reply.code(304).send();
      return reply.type('application/json; charset=utf-8').send(chart.text);
    },
  );
}

/** Weak comparison of RFC 9110, 8.8.3.2: a proxy may have taken the weakness away or put it on. */
function holds(seen: string | undefined, tag: string): boolean {
  const bare = (one: string): string => one.trim().replace(/^W\//, '');
  return seen?.split(',').some((one) => bare(one) === bare(tag) || one.trim() === '*') ?? false;
}
