import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { EpochMs } from '../../../kernel/units.js';
import {
  type FocusAsset,
  type FocusPlanJson,
  focusAssetSchema,
  focusPlanSchema,
} from '../../../messages/focus-plan.js';
import type { WebContext } from '../app.js';
import { etSince, instant } from '../format.js';
import { VARY, wantsHtml } from '../negotiate.js';
import { isFeedLost } from '../panels/believed.js';
import type { ViewContext } from '../panels/panel.js';
import { refuse } from '../plugins/errors.js';
import { remembered } from '../remembered.js';
import { refusal } from './schemas.js';

const NO_PLAN = 'There is no plan yet: the engine has not published one. It follows the first closed 5-minute bar.';

export async function focusRoutes(app: FastifyInstance, { live, render }: WebContext): Promise<void> {
  const planNow = remembered(live.stamp, () => currentPlan(live.context()));
  const planText = remembered(live.stamp, () => JSON.stringify(planNow()));
  const json = (reply: FastifyReply): FastifyReply => reply.type('application/json; charset=utf-8');
  const htmlOf = (symbols: readonly string[]): string =>
    symbols.map((symbol) => render.card(symbol, live.context()) ?? '').join('\n');
  const answer = { tags: ['focus'], response: { 200: focusPlanSchema, 503: refusal } };

  app.get('/api/focus', { schema: { ...answer, summary: 'The focus plan' } }, async (request, reply) => {
    const plan = planNow();
    reply.header('vary', VARY).header('cache-control', 'no-cache');
    if (!plan) return refuse(request, reply, { status: 503, error: NO_PLAN });
    if (!wantsHtml(request)) return json(reply).send(planText());
    return reply.type('text/html; charset=utf-8').send(htmlOf(plan.assets.map((asset) => asset.symbol)));
  });

  const params = z.object({ symbol: z.string().max(12) });
  const one = { tags: ['focus'], params, response: { 200: focusAssetSchema, 404: refusal, 503: refusal } };
  app.get<{ Params: { symbol: string } }>(
    '/api/focus/:symbol',
    { schema: { ...one, summary: 'One card' } },
    async (request: FastifyRequest<{ Params: { symbol: string } }>, reply) => {
      const plan = planNow();
      reply.header('vary', VARY).header('cache-control', 'no-cache');
      if (!plan) return refuse(request, reply, { status: 503, error: NO_PLAN });
      const all = [...plan.assets, ...plan.others];
      const asset = all.find(({ symbol }) => symbol === request.params.symbol.toUpperCase());
      if (!asset) {
        const error = `${request.params.symbol} is not on the watch list. It holds ${all.map(({ symbol }) => symbol).join(', ')}.`;
        return refuse(request, reply, { status: 404, error });
      }
      if (!wantsHtml(request)) return json(reply).send(JSON.stringify(asset));
      return reply.type('text/html; charset=utf-8').send(htmlOf([asset.symbol]));
    },
  );
}

/** The newest plan with ages counted to now. Without news from the engine nothing in it is tradeable. */
function currentPlan(context: ViewContext): FocusPlanJson | undefined {
  const { plan, noTrade } = context.state;
  if (!plan) return undefined;
  const aged = (asset: FocusAsset): FocusAsset => assetNow(asset, context);
  const { active, reasons, warnings } = noTrade ?? plan.no_trade;
  return {
    ...plan,
    no_trade: { active, reasons, warnings },
    assets: plan.assets.map(aged),
    others: plan.others.map(aged),
  };
}

function assetNow(asset: FocusAsset, { now, freshness, state }: ViewContext): FocusAsset {
  const age = asset.price_at === null ? null : Math.max(0, Math.floor((now - instant(asset.price_at)) / 1000));
  const since = (at: EpochMs | string | null | undefined): string => (at ? ` since ${etSince(at, now)} ET` : '');
  const old = (note: string): FocusAsset => ({ ...asset, data_age_s: age, stale: true, tradeable: false, note });
  if (freshness.stale) return old(`stale: no news from the engine${since(freshness.since)}`);
  return isFeedLost(state) ? old(`stale: no price${since(asset.price_at)}`) : { ...asset, data_age_s: age };
}
