import type { FastifyInstance, FastifyReply } from 'fastify';
import { decodePlatformBars } from '../../../../messages/platform-bars.js';
import type { Desk, Guard } from '../desk.js';
import { away, refuse } from '../replies.js';

export function addBars(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  app.post('/bars', { onRequest }, ({ body }, reply) => takeBars(body, reply, desk));
}

/** Two sources of bars would make two markets of one: only the feed of this run may bring them. */
function takeBars(body: unknown, reply: FastifyReply, { feed, clock }: Desk): unknown {
  if (!feed?.push) {
    const inCharge = feed ? `the feed "${feed.name}" brings the bars of this run` : 'this run has no feed';
    const reason = `${inCharge}; with FEED=ninjatrader the platform does`;
    return reply.code(409).send({ status: 'refused', feed: feed?.name ?? null, reason });
  }
  const read = decodePlatformBars(body, clock.now());
  if (!read.ok) return refuse(reply, read.error);
  const { root, bars } = read.value;
  const { isTaken, accepted, ignored, inCharge } = feed.push(bars);
  if (inCharge !== undefined) {
    const reason = `${inCharge} is in charge of ${root}; another delivery month is taken from the next trading day on`;
    return reply.code(409).send({ status: 'refused', feed: feed.name, reason });
  }
  if (!isTaken) return away(reply, 'too many bars are waiting to be passed on; send again');
  return { status: 'ok', root, accepted, ignored };
}
