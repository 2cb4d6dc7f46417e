import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseTradingDay } from '../../../domain/sessions/trading-day.js';
import { ok } from '../../../kernel/result.js';
import type { EpochMs, TradingDay } from '../../../kernel/units.js';
import type { DayHistory, DaySummary } from '../../../ports/day-history.js';
import type { WebContext } from '../app.js';
import { csvOf, tables } from '../history/csv.js';
import { atMinute, instantOf, MINUTES_OF_DAY } from '../history/day-time.js';
import { dayRow, momentView } from '../history/moment.js';
import { refuse } from '../plugins/errors.js';

const DAYS_LISTED_MAX = 120;
const UNREADABLE = 'The history cannot be read: the database does not answer or has not been brought up to date.';
const MINUTE_RANGE = `minute must be a whole number from 0 to ${MINUTES_OF_DAY}, counted from 18:00 ET of the evening before`;

const params = z.object({ trading_day: z.string().max(20) });
const query = z.object({
  at: z.string().max(40).optional(),
  minute: z
    .string()
    .regex(/^\d{1,4}$/, MINUTE_RANGE)
    .transform(Number)
    .pipe(z.number().max(MINUTES_OF_DAY, MINUTE_RANGE))
    .optional(),
});
type DayRequest = FastifyRequest<{ Params: { trading_day: string }; Querystring: z.infer<typeof query> }>;

/** Past trading days: the plan as it stood at any minute, and everything of a day as files. */
export async function historyRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const { history, log } = web;
  if (!history) return;
  const guarded = async (request: FastifyRequest, reply: FastifyReply, answer: () => Promise<unknown>) => {
    try {
      return await answer();
    } catch (error) {
      log.warn({ evt: 'web.history-unreadable', error: String(error) }, 'the history cannot be read');
      return refuse(request, reply, { status: 503, error: UNREADABLE });
    }
  };

  app.get('/history', (request, reply) =>
    guarded(request, reply, async () => {
      reply.header('cache-control', 'no-cache');
      const days = await history.days(DAYS_LISTED_MAX);
      return reply.viewAsync('pages/history', { rows: days.map(dayRow), files: Object.keys(tables) });
    }),
  );

  app.get('/history/:trading_day', { schema: { params, querystring: query } }, (request: DayRequest, reply) =>
    guarded(request, reply, async () => {
      const found = await dayOf(history, request.params.trading_day);
      if (!found.summary) return refuse(request, reply, found);
      const asked = instantAsked(found.summary, request.query);
      if (!asked.ok) return refuse(request, reply, { status: 400, error: asked.error });
      return show(web, history, { reply, summary: found.summary, at: asked.value, isPart: isPart(request) });
    }),
  );

  for (const [name, table] of Object.entries(tables)) {
    app.get(`/history/:trading_day/${name}.csv`, { schema: { params } }, (request: DayRequest, reply) =>
      guarded(request, reply, async () => {
        const found = await dayOf(history, request.params.trading_day);
        if (!found.summary) return refuse(request, reply, found);
        const { day } = found.summary;
        reply
          .header('content-disposition', `attachment; filename="${day}-${name}.csv"`)
          .type('text/csv; charset=utf-8');
        return reply.send(csvOf(table, history, day));
      }),
    );
  }
}

/** The slider swaps the part below itself; everybody else gets the page. */
const isPart = ({ headers }: FastifyRequest): boolean => headers['hx-request'] !== undefined;

type Found =
  | { readonly summary: DaySummary }
  | { readonly summary: undefined; readonly status: number; readonly error: string };

async function dayOf(history: DayHistory, text: string): Promise<Found> {
  const day = parseTradingDay(text);
  if (!day)
    return {
      summary: undefined,
      status: 400,
      error: `trading_day is "${text}"; expected a weekday such as 2026-11-20`,
    };
  const summary = await history.day(day);
  return summary ? { summary } : { summary: undefined, status: 404, error: await absent(history, day) };
}

async function absent(history: DayHistory, day: TradingDay): Promise<string> {
  const days = await history.days(DAYS_LISTED_MAX);
  const [newest, oldest] = [days[0], days.at(-1)];
  if (!newest || !oldest) return 'No trading day is kept yet. The first one appears with the first plan.';
  return `Nothing is kept of ${day}. There is ${oldest.day} to ${newest.day}; /history lists them.`;
}

/** The end of what there is, unless a minute was asked for. */
function instantAsked({ day, lastPlanAt }: DaySummary, { at, minute }: z.infer<typeof query>) {
  if (at !== undefined) return instantOf(at, day);
  return ok(minute === undefined ? lastPlanAt : atMinute(day, minute));
}

interface Shown {
  readonly reply: FastifyReply;
  readonly summary: DaySummary;
  readonly at: EpochMs;
  readonly isPart: boolean;
}

async function show({ render, mode }: WebContext, history: DayHistory, { reply, summary, at, isPart }: Shown) {
  const [moment, planTimes] = await Promise.all([history.moment(summary.day, at), history.planTimes(summary.day)]);
  const view = momentView({ summary, moment, planTimes, at, mode, render });
  reply.header('vary', 'HX-Request').header('cache-control', 'no-cache').type('text/html; charset=utf-8');
  if (isPart) return reply.send(render.part('history-moment', view));
  return reply.viewAsync('pages/history-day', { ...view, row: dayRow(summary), files: Object.keys(tables) });
}
