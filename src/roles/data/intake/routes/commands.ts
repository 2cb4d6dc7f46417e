import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { rest } from '../../../../kernel/rest.js';
import { after, iso, SECOND } from '../../../../kernel/units.js';
import { commandWire, decodeAck, type NumberedCommand } from '../../../../messages/bridge.js';
import { name, readBody } from '../../../../messages/bridge-fields.js';
import { isStreamId } from '../../../../messages/stream-id.js';
import type { Desk, Guard } from '../desk.js';
import { away, refuse, unknown } from '../replies.js';

/** Below the 30 s after which proxies and platform clients give up a silent request. Wall time. */
const WAIT_MS = 25 * SECOND;
const LOOK_EVERY_MS = 250;
const COMMANDS_MAX = 50;
/** Bridges that may wait at once; each account needs one. */
const POLLS_MAX = 64;
/** An old command is not carried out: the market it was meant for is gone. Market time, and at least so much wall time. */
const VALID_MS = 60 * SECOND;
const VALID_WALL_MS = 10 * SECOND;

const querySchema = z.object({
  account: name,
  after: z
    .string()
    .refine((text) => text === '' || isStreamId(text), 'must be the id of a command')
    .default(''),
});

export function addCommands(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  const waiting = new Set<Promise<unknown>>();
  app.get('/bridge/commands', { onRequest }, (request, reply) => {
    if (waiting.size >= POLLS_MAX) return away(reply, 'too many bridges wait for commands');
    const poll = handOut(request, reply, desk).finally(() => waiting.delete(poll));
    waiting.add(poll);
    return poll;
  });
  app.post<{ Params: { id: string } }>('/bridge/commands/:id/ack', { onRequest }, ({ params, body }, reply) =>
    acknowledge({ id: params.id, body }, reply, desk),
  );
  // Those who wait are answered before the connections are cut.
  app.addHook('preClose', async () => {
    await Promise.allSettled(waiting);
  });
}

async function handOut(request: FastifyRequest, reply: FastifyReply, desk: Desk): Promise<unknown> {
  const read = readBody(querySchema, request.query);
  if (!read.ok) return refuse(reply, read.error);
  const { account, after: cursor } = read.value;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([desk.closing, gone.signal]);
  try {
    const commands = await newCommands({ account, after: cursor }, desk, signal);
    return { commands: commands.map(commandWire), after: commands.at(-1)?.id ?? cursor };
  } catch (error) {
    desk.log.warn({ evt: 'bridge.commands.failed', account, error }, 'commands cannot be read');
    return away(reply, 'commands cannot be read; ask again');
  }
}

async function newCommands(
  of: { readonly account: string; readonly after: string },
  { commands, clock }: Desk,
  signal: AbortSignal,
): Promise<readonly NumberedCommand[]> {
  const until = clock.elapsed() + WAIT_MS;
  const validMs = Number.isFinite(clock.speed) ? Math.max(VALID_MS, VALID_WALL_MS * clock.speed) : VALID_MS;
  while (!signal.aborted) {
    // Where execution is not enabled there are none; the wait stays, or a bridge would ask without end.
    const found = (await commands?.pending({ ...of, max: COMMANDS_MAX })) ?? [];
    const valid = found.filter(({ at }) => after(at, validMs) >= clock.now());
    if (valid.length > 0) return valid;
    const left = until - clock.elapsed();
    if (left <= 0) break;
    await rest(Math.min(LOOK_EVERY_MS, left), signal);
  }
  return [];
}

async function acknowledge(
  { id, body }: { readonly id: string; readonly body: unknown },
  reply: FastifyReply,
  { commands, clock, log }: Desk,
): Promise<unknown> {
  const read = decodeAck(body);
  if (!read.ok) return refuse(reply, read.error);
  const noSuch = `there is no command ${id.slice(0, 40)}`;
  if (!commands || !isStreamId(id)) return unknown(reply, noSuch);
  try {
    const outcome = await commands.acknowledge(id, { ...read.value, at: iso(clock.now()) });
    if (outcome === 'unknown') return unknown(reply, noSuch);
    if (outcome === 'kept') log.info({ evt: 'bridge.command.ack', id, ...read.value }, 'a command was acknowledged');
    return { status: 'ok', id, repeated: outcome === 'repeat' };
  } catch (error) {
    log.error({ evt: 'bridge.ack.not_stored', id, error }, 'an acknowledgement could not be stored');
    return away(reply, 'the acknowledgement could not be stored; send it again');
  }
}
