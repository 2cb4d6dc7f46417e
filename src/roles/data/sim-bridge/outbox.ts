import type { Execution } from '../../../domain/accounts/execution.js';
import type { AccountSnapshot } from '../../../domain/accounts/snapshot.js';
import { type EpochMs, epochMs, iso } from '../../../kernel/units.js';
import { snapshotWire } from '../../../messages/account.js';
import { executionsWire } from '../../../messages/executions.js';

/** What a snapshot says, without the marks of the bridge that carries it. */
export type Content = Pick<
  AccountSnapshot,
  'account' | 'sentAt' | 'cashBalance' | 'realizedPnl' | 'positions' | 'orders'
>;

/** One request to the intake. */
export interface Letter {
  readonly path: '/positions/update' | '/executions' | '/heartbeat';
  readonly body: string;
}

/** A bridge's letters: the sequence number of each account grows by one, an execution is told until it was acknowledged. */
export interface Outbox {
  snapshot(content: Content): Letter;
  /** The oldest reports that were not acknowledged yet, as many as one letter carries. */
  unacknowledged(reports: readonly Execution[]): readonly Execution[];
  executions(account: string, reports: readonly Execution[]): Letter;
  /** A letter with these reports was acknowledged. */
  acknowledged(reports: readonly Execution[]): void;
  heartbeat(at: EpochMs, accounts: readonly string[]): Letter;
  /** The bridge starts anew: another epoch, counting from one. What was acknowledged stays so. */
  restart(epoch: string): void;
}

const VERSION = '1.0.0';
/** Keeps a letter of fills far below the largest body. */
const REPORTS_PER_LETTER_MAX = 200;

export function createOutbox({ bridge, epoch: first }: { bridge: string; epoch: string }): Outbox {
  const told = new Set<Execution>();
  let seqs = new Map<string, number>();
  let epoch = first;
  return {
    snapshot(content) {
      const seq = (seqs.get(content.account) ?? 0) + 1;
      seqs.set(content.account, seq);
      const marks = { bridge, bridgeVersion: VERSION, epoch, seq, ordersConnected: true, pricesConnected: true };
      const wire = snapshotWire({ ...marks, ...content, receivedAt: content.sentAt });
      return { path: '/positions/update', body: JSON.stringify(wire) };
    },
    unacknowledged: (reports) => reports.filter((report) => !told.has(report)).slice(0, REPORTS_PER_LETTER_MAX),
    executions(account, executions) {
      const receivedAt = executions.at(-1)?.at ?? epochMs(0);
      return { path: '/executions', body: JSON.stringify(executionsWire({ account, receivedAt, executions })) };
    },
    acknowledged(reports) {
      for (const report of reports) told.add(report);
    },
    heartbeat(at, accounts) {
      const beat = { bridge, bridge_version: VERSION, epoch, sent_at: iso(at), accounts };
      return { path: '/heartbeat', body: JSON.stringify(beat) };
    },
    restart(next) {
      epoch = next;
      seqs = new Map();
    },
  };
}
