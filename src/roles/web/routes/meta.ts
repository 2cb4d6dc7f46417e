import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { modeSchema } from '../../../messages/focus-plan.js';
import type { WebContext } from '../app.js';

const version = z.object({ sha: z.string(), built_at: z.string(), config_hash: z.string(), mode: modeSchema });

export async function metaRoutes(app: FastifyInstance, { version: built, mode, metrics }: WebContext): Promise<void> {
  const schema = { tags: ['system'], summary: 'What is running', response: { 200: version } };
  app.get('/api/version', { schema }, async () => ({
    sha: built.sha,
    built_at: built.builtAt,
    config_hash: built.configHash,
    mode,
  }));
  app.get('/metrics', async (_request, reply) => {
    reply.type(metrics.registry.contentType).header('cache-control', 'no-store');
    return metrics.registry.metrics();
  });
}
