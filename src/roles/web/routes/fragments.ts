import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../app.js';
import { alertsPanel } from '../panels/alerts.js';
import type { Panel } from '../panels/panel.js';
import { positionsPanel } from '../panels/positions.js';
import { riskPanel } from '../panels/risk.js';
import { sessionPanel } from '../panels/session.js';

const FRAGMENTS: Readonly<Record<string, Panel>> = {
  '/api/positions/html': positionsPanel,
  '/api/alerts/html': alertsPanel,
  '/api/risk/html': riskPanel,
  '/api/time': sessionPanel,
};

/** Single panels as HTML, the same that the page and the stream show. */
export async function fragmentRoutes(app: FastifyInstance, { live, render }: WebContext): Promise<void> {
  for (const [url, panel] of Object.entries(FRAGMENTS)) {
    app.get(url, async (_request, reply) => {
      reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
      return render.panel(panel, live.context());
    });
  }
}
