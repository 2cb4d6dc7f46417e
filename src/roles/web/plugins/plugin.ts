import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

const SKIP_OVERRIDE = Symbol.for('skip-override');

/** Lets a plugin act on the instance it is registered on instead of a scope of its own (Fastify's documented symbol). */
export function plugin<Options extends object>(
  run: (app: FastifyInstance, options: Options) => Promise<void>,
): FastifyPluginAsync<Options> {
  return Object.assign(run, { [SKIP_OVERRIDE]: true });
}
