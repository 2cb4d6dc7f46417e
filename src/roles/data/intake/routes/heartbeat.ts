import type { FastifyInstance, FastifyReply } from 'fastify';
import { verdictOf } from '../../../../domain/accounts/verdict.js';
import { iso } from '../../../../kernel/units.js';
import { decodeHeartbeat } from '../../../../messages/bridge.js';
import type { Desk, Guard } from '../desk.js';
import { refuse } from '../replies.js';

export function addHeartbeat(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  app.post('/heartbeat', { onRequest }, ({ body }, reply) => takeHeartbeat(body, reply, desk));
}

/** Answers what is thought of the program's accounts, so that it can say so on the platform's own screen. */
function takeHeartbeat(body: unknown, reply: FastifyReply, { clock, keeper, programs }: Desk): unknown {
  const now = clock.now();
  const read = decodeHeartbeat(body, now);
  if (!read.ok) return refuse(reply, read.error);
  if (!programs.heard(read.value)) {
    return refuse(reply, [{ field: 'bridge', problem: 'too many different bridges report here' }]);
  }
  const accounts = read.value.accounts.map((account) => ({ account, verdict: verdictOf(keeper.book(), account, now) }));
  return { status: 'ok', at: iso(now), accounts };
}
