import type { FastifyInstance, FastifyReply } from 'fastify';
import type { FieldError } from '../../../messages/bridge-fields.js';
import type { Log } from '../../../ports/log.js';

export const BODY_BYTES_MAX = 256 * 1_024;

/** 400: nothing of the body was used. */
export const refuse = (reply: FastifyReply, errors: readonly FieldError[]) =>
  reply.code(400).send({ status: 'error', errors });

/** 503: nothing was stored, and sending the same again may help. */
export const away = (reply: FastifyReply, reason: string) =>
  reply.code(503).header('retry-after', '1').send({ status: 'error', reason });

export const unknown = (reply: FastifyReply, reason: string) => reply.code(404).send({ status: 'error', reason });

export const TOO_MANY_ACCOUNTS: readonly FieldError[] = [
  { field: 'account', problem: 'too many accounts report here' },
];

const SENTENCES: Readonly<Record<number, string>> = {
  413: `the body is larger than ${BODY_BYTES_MAX / 1_024} KB`,
  415: 'only application/json is read here',
};

export function addErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) => unknown(reply, 'there is no such route'));
  app.setErrorHandler((error: unknown, request, reply) => {
    const status = statusOf(error);
    if (status === 400) return refuse(reply, [{ field: 'body', problem: 'is not valid JSON' }]);
    const reason = SENTENCES[status];
    if (reason !== undefined) return reply.code(status).send({ status: 'error', reason });
    log.error({ evt: 'intake.error', url: request.url, error }, 'a request failed');
    return reply.code(500).send({ status: 'error', reason: 'something is wrong here; see the log' });
  });
}

function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  return typeof error.statusCode === 'number' ? error.statusCode : 500;
}
