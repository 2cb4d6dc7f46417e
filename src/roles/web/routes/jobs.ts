import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { askOf } from '../../../domain/bars/backfill-wish.js';
import { standingOf } from '../../../domain/bars/standing.js';
import { instruments, spots } from '../../../domain/instruments/catalogue/index.js';
import { iso } from '../../../kernel/units.js';
import type { BackfillRun } from '../../../ports/backfill-store.js';
import type { WebContext } from '../app.js';
import { bodyOf, fieldErrors, sentenceOf } from '../fields.js';
import { formView, jobsView } from '../jobs/view.js';
import { VARY, wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { accepted, fieldRefusal, refusal } from './schemas.js';

const RUNS_SHOWN = 20;
const BODY_MAX = 1024;
const UNREADABLE = 'The jobs cannot be read: the database does not answer or has not been brought up to date.';
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const startSchema = z.object({
  symbol: z.string().min(1).max(6).optional(),
  from: date.optional(),
  to: date.optional(),
  force: z.enum(['yes']).optional(),
});
const stopSchema = z.object({ run: z.string().min(1).max(100) });
const WANTED = {
  symbol: 'must be a symbol or left out for all',
  from: 'must be a date like 2025-03-01',
  to: 'must be a date like 2026-02-26',
  force: 'must be yes or left out',
  run: 'must be the id of a job',
};
const jobJson = z.object({
  id: z.string(),
  by: z.string(),
  state: z.string(),
  symbols: z.array(z.string()),
  from: z.string(),
  to: z.string(),
  asked_at: z.string(),
  share: z.number(),
  bars: z.int(),
  reason: z.string().nullable(),
  parts: z.array(
    z.object({
      symbol: z.string(),
      state: z.string(),
      minutes: z.int(),
      minutes_done: z.int(),
      bars: z.int(),
      missing: z.array(z.string()),
    }),
  ),
});

/** `GET /jobs` with its list alone at `/jobs/list`; start and stop are commands of our own page. */
export async function jobRoutes(app: FastifyInstance, web: WebContext): Promise<void> {
  const { backfills, clock, log, mode } = web;
  const symbols = web.watchlist.length > 0 ? web.watchlist : [...instruments, ...spots].map(({ root }) => root);
  /** The newest runs; undefined, and the answer sent, when they cannot be read. */
  const read = async (): Promise<readonly BackfillRun[] | undefined> => {
    try {
      return (await backfills?.runs(RUNS_SHOWN)) ?? [];
    } catch (error) {
      log.warn({ evt: 'web.jobs-unreadable', error: String(error) }, 'the jobs cannot be read');
      return undefined;
    }
  };
  const page = async (reply: FastifyReply, runs: readonly BackfillRun[], notice?: string) =>
    reply.viewAsync('pages/jobs', { ...jobsView(runs), form: formView(symbols, clock.now()), mode, notice });
  /** A refusal stands on the page itself, above the form that was sent. */
  const sayNo = async (request: FastifyRequest, reply: FastifyReply, no: { status: number; error: string }) => {
    const runs = wantsHtml(request) ? await read() : undefined;
    return runs ? page(reply.code(no.status), runs, no.error) : refuse(request, reply, no);
  };
  const say = (request: FastifyRequest, reply: FastifyReply, { id, note }: { id: string; note: string }) =>
    wantsHtml(request) ? reply.redirect('/jobs', 303) : reply.code(202).send({ status: 'accepted', id, note });

  const schema = { tags: ['jobs'], summary: 'Backfills', response: { 200: z.array(jobJson), 503: refusal } };
  app.get('/jobs', { schema }, async (request, reply) => {
    reply.header('vary', VARY).header('cache-control', 'no-cache');
    const runs = await read();
    if (!runs) return refuse(request, reply, { status: 503, error: UNREADABLE });
    return wantsHtml(request) ? page(reply, runs) : reply.send(runs.map(toJson));
  });
  app.get('/jobs/list', async (request, reply) => {
    reply.header('cache-control', 'no-cache');
    const runs = await read();
    return runs
      ? reply.viewAsync('parts/jobs', jobsView(runs))
      : refuse(request, reply, { status: 503, error: UNREADABLE });
  });

  const command = {
    tags: ['jobs'],
    response: { 202: accepted, 400: fieldRefusal, 403: refusal, 409: refusal, 503: refusal },
  };
  const validatorCompiler = () => () => true;
  const start = { ...command, summary: 'Load bars of the past', body: startSchema };
  app.post('/actions/backfill', { schema: start, validatorCompiler, bodyLimit: BODY_MAX }, async (request, reply) => {
    const asked = startSchema.safeParse(bodyOf(request, []));
    if (!asked.success)
      return sayNo(request, reply, { status: 400, error: sentenceOf(fieldErrors(asked.error, WANTED)) });
    if (!backfills || mode === 'replay') return sayNo(request, reply, { status: 409, error: NO_PAST });
    const { symbol, from, to, force } = asked.data;
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const roots = symbol === undefined ? symbols : [symbol.toUpperCase()];
    const ask = askOf({ by: 'page', roots, range, source: undefined, isForced: force === 'yes' }, clock.now());
    if (!ask.ok) return sayNo(request, reply, { status: 409, error: `Nothing was started: ${ask.error}.` });
    await backfills.ask(ask.value);
    return say(request, reply, {
      id: ask.value.id,
      note: 'A worker takes it up within seconds; /jobs shows how far it is.',
    });
  });
  const stop = { ...command, summary: 'Stop a backfill; what it has loaded stays', body: stopSchema };
  app.post(
    '/actions/backfill-stop',
    { schema: stop, validatorCompiler, bodyLimit: BODY_MAX },
    async (request, reply) => {
      const asked = stopSchema.safeParse(bodyOf(request, []));
      if (!asked.success)
        return sayNo(request, reply, { status: 400, error: sentenceOf(fieldErrors(asked.error, WANTED)) });
      const { run } = asked.data;
      const isStopped = (await backfills?.stop(run)) ?? false;
      if (!isStopped)
        return sayNo(request, reply, { status: 409, error: 'That job is over, or there is none of that name.' });
      return say(request, reply, { id: run, note: 'It stops within seconds; what it has loaded stays.' });
    },
  );
}

const NO_PAST = 'Nothing was started: a replay has its bars from files.';

const toJson = (run: BackfillRun): z.input<typeof jobJson> => ({
  id: run.id,
  by: run.by,
  state: run.state,
  symbols: [...run.roots],
  from: run.range.from,
  to: run.range.to,
  asked_at: iso(run.at),
  share: standingOf(run).share,
  bars: standingOf(run).bars,
  reason: run.reason ?? null,
  parts: run.parts.map(({ root, state, minutes, minutesDone, bars, reasons }) => ({
    symbol: root,
    state,
    minutes,
    minutes_done: minutesDone,
    bars,
    missing: [...reasons],
  })),
});
