import type { FastifyInstance, FastifyReply } from 'fastify';
import { readBody } from '../../../../messages/bridge-fields.js';
import { answerEntry, entryRequestSchema } from '../../../../messages/entry-check.js';
import type { PublishedState } from '../../../../ports/bus.js';
import type { Desk, Guard } from '../desk.js';
import { away, refuse } from '../replies.js';

export function addRiskCheck(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  app.post('/risk/check', { onRequest }, ({ body }, reply) => check(body, reply, desk));
}

/** May this trade be entered now? Judged on what the engine published, at this instant. Changes nothing. */
async function check(body: unknown, reply: FastifyReply, { bus, clock, keeper, log }: Desk): Promise<unknown> {
  const read = readBody(entryRequestSchema, body);
  if (!read.ok) return refuse(reply, read.error);
  let published: PublishedState;
  try {
    published = await bus.published();
  } catch (error) {
    log.warn({ evt: 'risk.read.failed', error }, 'an entry check could not be answered');
    return away(reply, "the engine's status cannot be read; until it can, the answer is no");
  }
  return answerEntry(published, read.value, { now: clock.now(), staleAfterMs: keeper.book().staleAfterMs });
}
