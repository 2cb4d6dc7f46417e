import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Alert } from '../../../messages/dashboard.js';
import type { WebContext } from '../app.js';
import { plural } from '../format.js';
import { ALERT_KINDS, alertRow, alertSymbols, ROWS_PUSHED_MAX } from '../panels/alerts.js';

/** An empty field of the form was not filled in. */
const filledIn = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());
const query = z.object({
  kind: filledIn(z.enum(ALERT_KINDS)),
  symbol: filledIn(z.string().max(12)),
  q: filledIn(z.string().trim().max(80)),
});
type Asked = z.infer<typeof query>;

/** Every alert that is kept: as a page of its own, and the ones behind the newest for the list on the dashboard. */
export async function alertRoutes(app: FastifyInstance, { live, render }: WebContext): Promise<void> {
  app.get<{ Querystring: Asked }>('/alerts', { schema: { querystring: query } }, async (request, reply) => {
    const { state } = live.context();
    const asked = request.query;
    const found = state.alerts.filter((alert) => isAskedFor(alert, asked));
    const isFiltered = Object.values(asked).some((value) => value !== undefined);
    reply.header('cache-control', 'no-cache');
    return reply.viewAsync('pages/alerts', {
      asked,
      isFiltered,
      says: isFiltered
        ? `${found.length} of ${state.alerts.length}, newest first`
        : `${plural(found.length, 'alert')}, newest first`,
      empty: isFiltered
        ? 'None of the alerts fits.'
        : 'No alerts today. Session changes, new plans and every block are listed here.',
      kinds: ALERT_KINDS,
      symbols: alertSymbols(state),
      rows: found.map(alertRow),
    });
  });
  app.get('/api/alerts/earlier', async (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
    const rows = live.context().state.alerts.slice(ROWS_PUSHED_MAX).map(alertRow);
    return render.part('alerts-earlier', { rows });
  });
}

function isAskedFor({ kind, symbol, text, severity }: Alert, asked: Asked): boolean {
  if (asked.kind !== undefined && kind !== asked.kind) return false;
  if (asked.symbol !== undefined && symbol !== asked.symbol) return false;
  const words = asked.q?.toLowerCase();
  return words === undefined || `${symbol ?? ''} ${severity} ${text}`.toLowerCase().includes(words);
}
