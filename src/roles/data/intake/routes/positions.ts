import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { AccountEntry } from '../../../../domain/accounts/book.js';
import type { AccountSnapshot } from '../../../../domain/accounts/snapshot.js';
import { bookVerdict, verdictOf } from '../../../../domain/accounts/verdict.js';
import { iso, SECOND } from '../../../../kernel/units.js';
import { decodeSnapshot } from '../../../../messages/account.js';
import type { RiskStatus } from '../../../../messages/dashboard.js';
import type { Desk, Guard } from '../desk.js';
import type { Taken } from '../keeper.js';
import { away, refuse, TOO_MANY_ACCOUNTS } from '../replies.js';
import { bookView, riskReply } from '../views.js';

export function addPositions(app: FastifyInstance, desk: Desk, onRequest: Guard): void {
  const { keeper, clock, programs } = desk;
  app.post('/positions/update', { onRequest }, ({ body }, reply) => takeSnapshot(body, reply, desk));
  app.get('/positions', { onRequest }, () => ({
    ...bookView(keeper.book(), clock.now()),
    programs: programs.view(clock.now()),
  }));
  app.get('/health', () => ({
    status: 'ok',
    at: iso(clock.now()),
    verdict: bookVerdict(keeper.book(), clock.now()),
    accounts: keeper.book().accounts.size,
  }));
}

async function takeSnapshot(body: unknown, reply: FastifyReply, desk: Desk): Promise<unknown> {
  const { clock, keeper, log } = desk;
  const read = decodeSnapshot(body, clock.now());
  if (!read.ok) return refuse(reply, read.error);
  const snapshot = read.value;
  const { account, seq, epoch } = snapshot;
  const before = keeper.book().accounts.get(account);
  let taken: Taken;
  try {
    taken = await keeper.take(snapshot);
  } catch (error) {
    log.error({ evt: 'bridge.not_stored', account, seq, error }, 'a snapshot could not be stored');
    return away(reply, 'the snapshot could not be stored and is not acknowledged; send it again');
  }
  if (taken === 'busy') return away(reply, 'too many snapshots are waiting to be stored; send again');
  if (taken === 'too-many-accounts') return refuse(reply, TOO_MANY_ACCOUNTS);
  if (taken === 'older' || taken === 'other-bridge') return superseded(reply, { snapshot, taken, desk });
  if (taken !== 'repeat') desk.onSnapshot?.(snapshot);
  if (taken === 'gap') {
    log.warn({ evt: 'bridge.gap', account, epoch, from: before?.snapshot.seq, to: seq }, 'snapshots are missing');
  }
  if (taken === 'new-epoch') log.info({ evt: 'bridge.restarted', account, epoch }, 'the bridge has started anew');
  const book = keeper.book();
  const at = { now: clock.now(), staleAfterMs: book.staleAfterMs };
  return {
    status: 'ok',
    account,
    seq,
    verdict: verdictOf(book, account, at.now),
    risk: riskReply(await riskFor(snapshot, isNews(before, snapshot), desk), at),
  };
}

/** A report that only moves prices changes no verdict by itself; one that holds something else, or ends a silence, may. */
function isNews(before: AccountEntry | undefined, { positions, orders, receivedAt }: AccountSnapshot): boolean {
  if (!before || before.isAfterGap) return true;
  const { snapshot } = before;
  const held = (rows: AccountSnapshot['positions']) =>
    rows.map(({ symbol, side, quantity }) => [symbol, side, quantity]);
  return (
    receivedAt - snapshot.receivedAt > SILENCE_MS ||
    JSON.stringify([held(positions), orders]) !== JSON.stringify([held(snapshot.positions), snapshot.orders])
  );
}

/** A bridge speaks every 5 s; after a longer pause the published verdict may still be about the silence. */
const SILENCE_MS = 8 * SECOND;
/** How long an answer waits for the engine's judgement of what it acknowledges. Wall time. */
const JUDGEMENT_WITHIN_MS = 150;
const LOOK_EVERY_MS = 5;

/** The newest verdict, or for news the one that has seen it; undefined, which is a no, where neither can be had. */
async function riskFor(snapshot: AccountSnapshot, isNew: boolean, desk: Desk): Promise<RiskStatus | undefined> {
  try {
    return isNew ? await judged(snapshot, desk) : await desk.bus.riskStatus();
  } catch (error) {
    desk.log.warn({ evt: 'risk.read.failed', error }, 'the acknowledgement goes out without a risk verdict');
    return undefined;
  }
}

async function judged({ account, receivedAt }: AccountSnapshot, { bus, clock }: Desk): Promise<RiskStatus | undefined> {
  const until = clock.elapsed() + JUDGEMENT_WITHIN_MS;
  for (;;) {
    const { risk, positions } = await bus.judgement();
    // An engine that has published nothing of accounts is not about to judge.
    if (!risk || !positions) return undefined;
    const heardAt = positions.accounts.find((row) => row.account === account)?.heard_at;
    const hasSeen = heardAt !== undefined && Date.parse(heardAt) >= receivedAt;
    if (hasSeen && Date.parse(risk.as_of) >= receivedAt) return risk;
    if (clock.elapsed() >= until) return undefined;
    await setTimeout(LOOK_EVERY_MS);
  }
}

interface Superseded {
  readonly snapshot: AccountSnapshot;
  readonly taken: 'older' | 'other-bridge';
  readonly desk: Desk;
}

function superseded(reply: FastifyReply, { snapshot, taken, desk }: Superseded): FastifyReply {
  const { account, seq } = snapshot;
  const newest = desk.keeper.book().accounts.get(account)?.snapshot;
  const isEnded = taken === 'older' && newest?.epoch !== snapshot.epoch;
  const reason =
    taken === 'other-bridge'
      ? `the bridge "${newest?.bridge}" reports this account; it must be silent before another may`
      : isEnded
        ? 'a newer start of this bridge reports this account'
        : 'a newer snapshot of this account is already kept';
  return reply.code(409).send({
    status: 'refused',
    account,
    seq,
    newest: { bridge: newest?.bridge, epoch: newest?.epoch, seq: newest?.seq },
    reason,
  });
}
