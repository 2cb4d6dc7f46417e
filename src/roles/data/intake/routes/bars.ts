import type { FastifyInstance, FastifyReply } from 'fastify';
import { iso } from '../../../../kernel/units.js';
import { decodePlatformBars } from '../../../../messages/platform-bars.js';
import type { Desk, Guard } from '../desk.js';
import { away } from '../replies.js';

export function addBars(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  app.post('/bars', { onRequest }, ({ body }, reply) => takeBars(body, reply, desk));
}

/** Two sources of bars would make two markets of one: only the feed of this run may bring them. */
function takeBars(body: unknown, reply: FastifyReply, { feed, clock, intake }: Desk): unknown {
  if (!feed?.push) {
    const inCharge = feed ? `the feed "${feed.name}" brings the bars of this run` : 'this run has no feed';
    const reason = `${inCharge}; with FEED=ninjatrader the platform does`;
    return reply.code(409).send({ status: 'refused', feed: feed?.name ?? null, reason });
  }
  const now = clock.now();
  const read = decodePlatformBars(body, now);
  // With our clock a sender can tell a bar that it brings too early from one that is wrong.
  if (!read.ok) return reply.code(400).send({ status: 'error', errors: read.error, at: iso(now) });
  const { root, bars, meantFor } = read.value;
  if (meantFor !== undefined && meantFor !== intake) {
    // Before anything is taken: a newer minute that was passed on would shut out the older ones this start lacks.
    const reason =
      'this co-pilot was started anew and lacks what the one before it took; send the older bars with these';
    return reply.code(409).send({ status: 'refused', feed: feed.name, reason, intake });
  }
  const { isTaken, accepted, ignored, inCharge } = feed.push(bars);
  if (inCharge !== undefined) {
    const reason = `${inCharge} is in charge of ${root}; another delivery month is taken from the next trading day on`;
    return reply.code(409).send({ status: 'refused', feed: feed.name, reason });
  }
  if (!isTaken) return away(reply, 'too many bars are waiting to be passed on; send again');
  return { status: 'ok', root, accepted, ignored, intake, at: iso(now) };
}
