import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { WebContext } from '../app.js';
import { wantsHtml } from '../negotiate.js';
import { plugin } from './plugin.js';

/** One shape for every refusal: a sentence, as JSON for programs and as a page for people. */
export async function refuse(request: FastifyRequest, reply: FastifyReply, answer: { status: number; error: string }) {
  const { status, error } = answer;
  reply.code(status);
  if (!wantsHtml(request)) return reply.send({ status: 'error', error });
  return reply.viewAsync(`errors/${status === 404 ? '404' : '500'}`, { status, error });
}

export const errors = plugin(async (app, { log }: WebContext) => {
  app.setNotFoundHandler((request, reply) =>
    refuse(request, reply, { status: 404, error: `There is nothing at ${request.url.split('?')[0]}.` }),
  );
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (hasZodFastifySchemaValidationErrors(error))
      return refuse(request, reply, { status: 400, error: error.message });
    const status = error.statusCode ?? 500;
    if (status < 500) return refuse(request, reply, { status, error: error.message });
    log.error(
      { evt: 'web.request-failed', method: request.method, url: request.url, error: error.stack ?? error.message },
      'a request failed',
    );
    return refuse(request, reply, { status: 500, error: 'The server could not answer. The log says why.' });
  });
});
