import fastifyView from '@fastify/view';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Mode } from '../../messages/focus-plan.js';
import type { BackfillStore } from '../../ports/backfill-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { DashboardSource } from '../../ports/dashboard-source.js';
import type { DayHistory } from '../../ports/day-history.js';
import type { Log } from '../../ports/log.js';
import type { ResearchStore } from '../../ports/research-store.js';
import { type Charts, createCharts } from './charts/charts.js';
import { keepWarm } from './charts/warm.js';
import type { QualityParts } from './data/reader.js';

import { createLive, type Live } from './live.js';
import { createMetrics, type Metrics } from './metrics.js';
import { BADGES } from './panels/status.js';
import { assets } from './plugins/assets.js';
import { compress } from './plugins/compress.js';
import { docs } from './plugins/docs.js';
import { errors } from './plugins/errors.js';
import { forms } from './plugins/forms.js';
import { ownPage } from './plugins/own-page.js';
import { security } from './plugins/security.js';
import { createRender, createViews, projectFolder, type Render } from './render.js';
import { alertRoutes } from './routes/alerts.js';
import { chartRoutes } from './routes/chart.js';
import { checkRoutes } from './routes/check.js';
import { commandRoutes } from './routes/commands.js';
import { dataRoutes } from './routes/data.js';
import { focusRoutes } from './routes/focus.js';
import { fragmentRoutes } from './routes/fragments.js';
import { healthRoutes } from './routes/health.js';
import { historyRoutes } from './routes/history.js';
import { jobRoutes } from './routes/jobs.js';

import { limitRoutes } from './routes/limits.js';
import { metaRoutes } from './routes/meta.js';
import { pageRoutes } from './routes/page.js';
import { researchRoutes } from './routes/research.js';
import { retireRoutes } from './routes/retire.js';
import { streamRoutes } from './routes/stream.js';
import { systemTimers, type Timers } from './timers.js';

/** What was built and how it is set up, for `/api/version`. */
export interface Version {
  readonly sha: string;
  readonly builtAt: string;
  readonly configHash: string;
}

export type Backfills = Pick<BackfillStore, 'ask' | 'stop' | 'runs'>;

export interface WebOptions {
  readonly source: DashboardSource;
  readonly clock: Clock;
  readonly mode: Mode;
  readonly log: Log;
  readonly version: Version;
  /** Reports of the research commands; without a store there are none. */
  readonly research?: Pick<ResearchStore, 'newest'>;
  /** Jobs that load bars of the past; without a store there are none. */
  readonly backfills?: Backfills;
  /** Symbols a job may be asked for. */
  readonly watchlist?: readonly string[];
  /** Where bars are counted; without it there is no page of their quality. */
  readonly quality?: QualityParts;
  /** Past trading days; without it there are no pages of them. */
  readonly history?: DayHistory;
  /** The stored bars behind the charts; without a store there are none. */
  readonly bars?: Pick<BarStore, 'range'>;
  /** Names besides localhost under which a browser may send commands. */
  readonly hosts?: readonly string[];
  readonly timers?: Timers;
  /** Adds the figures of the Node process to `/metrics`. */
  readonly processMetrics?: boolean;
}

/** What every route file is handed. */
export interface WebContext {
  readonly source: DashboardSource;
  readonly clock: Clock;
  readonly mode: Mode;
  readonly log: Log;
  readonly version: Version;
  readonly research: Pick<ResearchStore, 'newest'> | undefined;
  readonly backfills: Backfills | undefined;
  readonly watchlist: readonly string[];
  readonly quality: QualityParts | undefined;
  readonly history: DayHistory | undefined;
  readonly charts: Charts | undefined;
  readonly hosts: readonly string[];
  readonly live: Live;
  readonly render: Render;
  readonly metrics: Metrics;
}

const BODY_MAX = 16 * 1024;
/** A reverse proxy on this machine or in its private network may name the real client. */
const TRUSTED_PROXIES = 'loopback, linklocal, uniquelocal';

/** The whole web role as one Fastify instance: listens nowhere yet. */
export async function createApp(options: WebOptions): Promise<FastifyInstance> {
  const { source, clock, mode, log, version, hosts = [], timers = systemTimers } = options;
  const app = Fastify({ bodyLimit: BODY_MAX, trustProxy: TRUSTED_PROXIES, forceCloseConnections: true, logger: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  const views = createViews();
  const charts =
    options.bars && createCharts({ bars: options.bars, clock, log, plan: () => live.context().state.plan });
  const render = createRender(views, charts?.range);
  const metrics = createMetrics({ ofProcess: options.processMetrics ?? false });
  const live = createLive({ source, clock, mode, log, metrics, render, timers });
  const { research, history, quality, backfills, watchlist = [] } = options;
  const stores = { research, history, quality, backfills, watchlist };
  const web: WebContext = { source, clock, mode, log, version, hosts, ...stores, charts, live, render, metrics };

  await app.register(fastifyView, {
    engine: { eta: views },
    root: projectFolder('views'),
    viewExt: 'eta',
    defaultContext: { badge: BADGES[mode] },
  });
  await app.register(security);
  await app.register(compress);
  await app.register(errors, web);
  await app.register(ownPage, web);
  await app.register(forms);
  await app.register(assets);
  await app.register(docs, web);
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.requests.observe({ route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
    done();
  });
  for (const routes of [
    pageRoutes,
    focusRoutes,
    chartRoutes,
    fragmentRoutes,
    alertRoutes,
    commandRoutes,
    limitRoutes,
    retireRoutes,
    checkRoutes,
    streamRoutes,
    healthRoutes,
    metaRoutes,
    researchRoutes,
    jobRoutes,
    dataRoutes,
    historyRoutes,
  ]) {
    await app.register(routes, web);
  }
  app.addHook('onReady', live.start);
  if (charts) keepWarm(app, { charts, timers, plan: () => live.context().state.plan });
  app.addHook('preClose', live.close);
  return app;
}
