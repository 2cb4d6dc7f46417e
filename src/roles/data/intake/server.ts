import { randomUUID } from 'node:crypto';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { AccountBook } from '../../../domain/accounts/book.js';
import type { AccountSnapshot } from '../../../domain/accounts/snapshot.js';
import { OperationalError } from '../../../kernel/errors.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { BridgeCommands } from '../../../ports/bridge-commands.js';
import type { DataBus } from '../../../ports/bus.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import type { ProgramRow } from '../board.js';
import type { Desk, Guard } from './desk.js';
import { createFills } from './fills.js';
import { createKeeper } from './keeper.js';
import { keyChecker } from './key.js';
import { createPrograms } from './programs.js';
import { addErrors, BODY_BYTES_MAX } from './replies.js';
import { addBars } from './routes/bars.js';
import { addCommands } from './routes/commands.js';
import { addExecutions } from './routes/executions.js';
import { addHeartbeat } from './routes/heartbeat.js';
import { addPositions } from './routes/positions.js';
import { addRiskCheck } from './routes/risk-check.js';

export interface IntakeOptions {
  readonly bus: Desk['bus'] & Pick<DataBus, 'recentSnapshots'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly apiKey: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** The feed of this run; bars are taken only for one that is brought them. */
  readonly feed?: Desk['feed'];
  readonly onSnapshot?: Desk['onSnapshot'];
  /** Given only where execution is enabled. */
  readonly commands?: BridgeCommands | undefined;
}

export interface Intake {
  readonly port: number;
  book(): AccountBook;
  /** Bridge programs by their own heartbeat. */
  programs(now: EpochMs): readonly ProgramRow[];
  close(): Promise<void>;
}

const REQUEST_MS_MAX = 10_000;

/** The door for platform bridges: what is acknowledged is in the stream, whatever happens next. */
export async function startIntake(options: IntakeOptions): Promise<Intake> {
  const { bus, clock, log, apiKey, feed, commands, onSnapshot } = options;
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  // JSON only: Fastify would also read plain text.
  app.removeContentTypeParser('text/plain');
  const keeper = createKeeper({ bus, clockSpeed: clock.speed, known: await knownSnapshots(options) });
  const programs = createPrograms(keeper.book().staleAfterMs);
  const closing = new AbortController();
  app.addHook('preClose', async () => closing.abort());
  const fills = createFills(bus);
  addErrors(app, log);
  const { signal } = closing;
  const intake = randomUUID();
  const desk = { bus, clock, log, keeper, fills, programs, intake, feed, commands, onSnapshot, closing: signal };
  addRoutes(app, desk, apiKey);
  const port = await listen(app, options);
  log.info({ evt: 'intake.listening', host: options.host, port }, 'bridges may report');
  return { port, book: keeper.book, programs: programs.rows, close: () => app.close() };
}

async function knownSnapshots({ bus, log }: IntakeOptions): Promise<readonly AccountSnapshot[]> {
  try {
    return await bus.recentSnapshots();
  } catch (error) {
    // The door opens all the same: every bridge sends its whole account within seconds of Redis coming back.
    log.warn({ evt: 'intake.book', error }, 'the book begins empty: the stream of accounts cannot be read');
    return [];
  }
}

function addRoutes(app: FastifyInstance, desk: Desk, apiKey: string): void {
  const isRight = keyChecker(apiKey);
  const guard: Guard = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isRight(request.headers['x-api-key'])) return;
    return reply.code(401).send({ status: 'error', reason: 'the X-API-Key header is missing or wrong' });
  };
  for (const add of [addPositions, addExecutions, addBars, addHeartbeat, addCommands, addRiskCheck]) {
    add(app, desk, guard);
  }
}

async function listen(app: FastifyInstance, { host, port }: IntakeOptions): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new OperationalError('PORT_IN_USE', `another program listens on port ${port} (BRIDGE_PORT)`, {
      cause: error,
    });
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
