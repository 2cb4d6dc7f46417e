import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { AccountBook } from '../../../domain/accounts/book.js';
import { bookVerdict, verdictOf } from '../../../domain/accounts/verdict.js';
import { OperationalError } from '../../../kernel/errors.js';
import { iso } from '../../../kernel/units.js';
import { decodeSnapshot, type FieldError } from '../../../messages/account.js';
import type { RiskStatus } from '../../../messages/dashboard.js';
import type { DataBus } from '../../../ports/bus.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { createKeeper, type Keeper } from './keeper.js';
import { keyChecker } from './key.js';
import { bookView, riskReply } from './views.js';

export interface IntakeOptions {
  readonly bus: Pick<DataBus, 'appendSnapshot' | 'riskStatus'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly apiKey: string;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface Intake {
  readonly port: number;
  book(): AccountBook;
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 256 * 1_024;
const REQUEST_MS_MAX = 10_000;

/** The door for platform bridges: an acknowledged snapshot is in the stream, whatever happens next. */
export async function startIntake(options: IntakeOptions): Promise<Intake> {
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  // JSON only: Fastify would also read plain text.
  app.removeContentTypeParser('text/plain');
  const keeper = createKeeper(options.bus, options.clock.speed);
  addErrors(app, options.log);
  addRoutes(app, keeper, options);
  const port = await listen(app, options);
  options.log.info({ evt: 'intake.listening', host: options.host, port }, 'bridges may report');
  return { port, book: keeper.book, close: () => app.close() };
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

function addRoutes(app: FastifyInstance, keeper: Keeper, options: IntakeOptions): void {
  const { clock } = options;
  const isRight = keyChecker(options.apiKey);
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    if (isRight(request.headers['x-api-key'])) return;
    return reply.code(401).send({ status: 'error', reason: 'the X-API-Key header is missing or wrong' });
  };
  app.post('/positions/update', { onRequest }, (request, reply) => takeSnapshot({ request, reply, keeper, options }));
  app.get('/positions', { onRequest }, () => bookView(keeper.book(), clock.now()));
  app.get('/health', () => ({
    status: 'ok',
    at: iso(clock.now()),
    verdict: bookVerdict(keeper.book(), clock.now()),
    accounts: keeper.book().accounts.size,
  }));
}

interface Update {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly keeper: Keeper;
  readonly options: IntakeOptions;
}

async function takeSnapshot({ request, reply, keeper, options }: Update): Promise<unknown> {
  const { bus, clock, log } = options;
  const read = decodeSnapshot(request.body, clock.now());
  if (!read.ok) return refuse(reply, read.error);
  const snapshot = read.value;
  const { account, seq, epoch } = snapshot;
  const before = keeper.book().accounts.get(account);
  let taken: Awaited<ReturnType<Keeper['take']>>;
  try {
    taken = await keeper.take(snapshot);
  } catch (error) {
    log.error({ evt: 'bridge.not_stored', account, seq, error }, 'a snapshot could not be stored');
    return away(reply, 'the snapshot could not be stored and is not acknowledged; send it again');
  }
  if (taken === 'busy') return away(reply, 'too many snapshots are waiting to be stored; send again');
  if (taken === 'too-many-accounts')
    return refuse(reply, [{ field: 'account', problem: 'too many accounts report here' }]);
  if (taken === 'older') return older(reply, { account, seq, keeper });
  if (taken === 'gap') {
    log.warn({ evt: 'bridge.gap', account, epoch, from: before?.snapshot.seq, to: seq }, 'snapshots are missing');
  }
  if (taken === 'new-epoch') log.info({ evt: 'bridge.restarted', account, epoch }, 'the bridge has started anew');
  const verdict = verdictOf(keeper.book(), account, clock.now());
  const risk = riskReply(await riskOrNone(bus, log), { now: clock.now(), speed: clock.speed });
  return { status: 'ok', account, seq, verdict, risk };
}

async function riskOrNone(bus: IntakeOptions['bus'], log: Log): Promise<RiskStatus | undefined> {
  try {
    return await bus.riskStatus();
  } catch (error) {
    log.warn({ evt: 'risk.read.failed', error }, 'the acknowledgement goes out without a risk verdict');
    return undefined;
  }
}

const refuse = (reply: FastifyReply, errors: readonly FieldError[]) =>
  reply.code(400).send({ status: 'error', errors });
const away = (reply: FastifyReply, reason: string) =>
  reply.code(503).header('retry-after', '1').send({ status: 'error', reason });

function older(reply: FastifyReply, of: { account: string; seq: number; keeper: Keeper }): FastifyReply {
  const newest = of.keeper.book().accounts.get(of.account)?.snapshot;
  const reason = 'a newer snapshot of this account is already kept';
  return reply.code(409).send({
    status: 'refused',
    account: of.account,
    seq: of.seq,
    newest: { epoch: newest?.epoch, seq: newest?.seq },
    reason,
  });
}

const SENTENCES: Readonly<Record<number, string>> = {
  413: `the body is larger than ${BODY_BYTES_MAX / 1_024} KB`,
  415: 'only application/json is read here',
};

function addErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ status: 'error', reason: 'there is no such route' }),
  );
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
