import type { AccountBook, AccountEntry } from '../../../domain/accounts/book.js';
import { type AccountVerdict, bookVerdict, verdictOf } from '../../../domain/accounts/verdict.js';
import { type EpochMs, iso, SECOND } from '../../../kernel/units.js';
import { snapshotWire } from '../../../messages/account.js';
import type { RiskStatus } from '../../../messages/dashboard.js';
import { liveVerdict } from '../../../messages/entry-check.js';
import type { BridgeRow } from '../board.js';

/** Body of `GET /positions`. Without a bridge the verdict is UNKNOWN, which is not the same as flat. */
export const bookView = (book: AccountBook, now: EpochMs) => ({
  as_of: iso(now),
  verdict: bookVerdict(book, now),
  accounts: [...book.accounts].map(([account, entry]) =>
    accountView(entry, { verdict: verdictOf(book, account, now), now }),
  ),
});

function accountView(entry: AccountEntry, { verdict, now }: { verdict: AccountVerdict; now: EpochMs }) {
  const { snapshot, gaps, lastGapAt } = entry;
  const wire = snapshotWire(snapshot);
  return {
    ...wire,
    verdict,
    received_at: iso(snapshot.receivedAt),
    age_s: ageInSeconds(snapshot.receivedAt, now),
    gaps,
    last_gap_at: lastGapAt === undefined ? null : iso(lastGapAt),
    positions: wire.positions.map((row, i) => {
      const { root, contract } = snapshot.positions[i] ?? {};
      return { ...row, root: root ?? null, contract: contract ?? null, managed: root !== undefined };
    }),
  };
}

export const bridgeRows = (book: AccountBook, now: EpochMs): readonly BridgeRow[] =>
  [...book.accounts].map(([account, { snapshot, gaps }]) => ({
    account,
    bridge: snapshot.bridge,
    bridge_version: snapshot.bridgeVersion,
    verdict: verdictOf(book, account, now),
    seq: snapshot.seq,
    gaps,
    heard_at: iso(snapshot.receivedAt),
  }));

export const ageInSeconds = (then: EpochMs, now: EpochMs): number => Math.max(0, Math.round((now - then) / SECOND));

/**
 * The risk part of an acknowledgement, judged again at this instant: the clock may have passed the cut-off since the engine
 * spoke, or the engine may have fallen silent. Not knowing, or knowing only what was, is a no.
 */
export function riskReply(status: RiskStatus | undefined, at: { now: EpochMs; staleAfterMs: number }) {
  if (!status) return { can_trade: false, block_reason: 'no risk verdict yet', total_risk_pct: null };
  const { canEnter, reasons } = liveVerdict(status, at);
  return {
    can_trade: canEnter,
    block_reason: canEnter ? null : reasons.map(({ text }) => text).join('; '),
    total_risk_pct: status.total_risk_pct,
  };
}
