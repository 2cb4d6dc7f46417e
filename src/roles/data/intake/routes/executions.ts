import type { FastifyInstance, FastifyReply } from 'fastify';
import { decodeExecutions } from '../../../../messages/executions.js';
import type { Desk, Guard } from '../desk.js';
import type { FillsTaken } from '../fills.js';
import { away, refuse, TOO_MANY_ACCOUNTS } from '../replies.js';

export function addExecutions(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  app.post('/executions', { onRequest }, ({ body }, reply) => takeFills(body, reply, desk));
}

async function takeFills(body: unknown, reply: FastifyReply, { clock, fills, log }: Desk): Promise<unknown> {
  const read = decodeExecutions(body, clock.now());
  if (!read.ok) return refuse(reply, read.error);
  const { account } = read.value;
  let taken: FillsTaken;
  try {
    taken = await fills.take(read.value);
  } catch (error) {
    log.error({ evt: 'executions.not_stored', account, error }, 'fills could not be stored');
    return away(reply, 'the fills could not be stored and are not acknowledged; send them again');
  }
  if (taken.kind === 'busy') return away(reply, 'too many fills are waiting to be stored; send again');
  if (taken.kind === 'too-many-accounts') return refuse(reply, TOO_MANY_ACCOUNTS);
  return { status: 'ok', account, accepted: taken.accepted, repeated: taken.repeated };
}
