import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { iso } from '../../../kernel/units.js';
import { qualityReportSchema } from '../../../messages/research.js';
import type { WebContext } from '../app.js';
import { VARY, wantsHtml } from '../negotiate.js';
import { refuse } from '../plugins/errors.js';
import { researchView } from '../research-view.js';
import { refusal } from './schemas.js';

const NONE = 'No quality report has been made yet. Make one with: node dist/main.js research-quality';
const UNREADABLE = 'The report cannot be read: the database does not answer or has not been brought up to date.';

/** Reports of the research commands, newest only; nothing is computed here. */
export async function researchRoutes(app: FastifyInstance, { research, log }: WebContext): Promise<void> {
  const schema = {
    tags: ['research'],
    summary: 'Does quality sort outcomes? The newest report',
    response: { 200: qualityReportSchema.extend({ made_at: z.string() }), 404: refusal, 503: refusal },
  };
  app.get('/research/quality', { schema }, async (request, reply) => {
    reply.header('vary', VARY).header('cache-control', 'no-cache');
    const kept = await research?.newest('quality').catch((error: unknown) => {
      log.warn({ evt: 'web.research-unreadable', error: String(error) }, 'the quality report cannot be read');
      return 'unreadable' as const;
    });
    if (kept === 'unreadable') return refuse(request, reply, { status: 503, error: UNREADABLE });
    if (wantsHtml(request)) return reply.viewAsync('pages/research-quality', researchView(kept));
    if (!kept) return refuse(request, reply, { status: 404, error: NONE });
    return reply.send({ ...kept.report, made_at: iso(kept.madeAt) });
  });
}
