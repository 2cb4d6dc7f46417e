import { emptyBook } from '../../domain/accounts/book.js';
import type { Execution } from '../../domain/accounts/execution.js';
import { type AccountResult, emptyJournal, type Trade, tradesOn } from '../../domain/accounts/journal.js';
import type { AccountSnapshot } from '../../domain/accounts/snapshot.js';
import { decide } from '../../domain/copilot/decide.js';
import type { CopilotEvent } from '../../domain/copilot/event.js';
import { positionsReport } from '../../domain/copilot/risk-facts.js';
import { type CopilotState, createCopilot } from '../../domain/copilot/state.js';
import { defaultLimits } from '../../domain/risk/limits.js';
import { tradingDayEnd } from '../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, fromUsd } from '../../kernel/units.js';
import type { RawReport } from '../../ports/raw-reader.js';

/** What the raw reports say of one account, whatever its verdict is by now. */
export interface AccountFacts {
  readonly account: string;
  /** The newest one; undefined for an account of which only fills came. */
  readonly snapshot: AccountSnapshot | undefined;
  readonly result: AccountResult | undefined;
  /** Closed in the trading day asked about. */
  readonly trades: readonly Trade[];
}

export interface Unreadable {
  readonly account: string;
  readonly epoch: string;
  readonly seq: number;
  readonly reason: string;
}

export interface Fold {
  take(report: RawReport): void;
  /** The accounts as they are at an instant, or at the newest report if that is later. */
  accountsAt(at: EpochMs): readonly AccountFacts[];
  counts(): { readonly snapshots: number; readonly fills: number };
  unreadable(): readonly Unreadable[];
}

const SIZE = fromUsd(50_000);
/** Limits and account size judge risk; positions and results, which are all that is looked at here, know neither. */
const BARE = { roots: [], accountSize: SIZE, limits: defaultLimits(SIZE), book: emptyBook };

/** The engine's own decisions over the raw reports alone: no market, no plan, no clock but the reports' own. */
export function createFold(): Fold {
  let state: CopilotState | undefined;
  let [snapshots, fills] = [0, 0];
  let request: Execution[] = [];
  const unreadable: Unreadable[] = [];
  const accounts = new Set<string>();

  function tell(event: CopilotEvent): void {
    state ??= createCopilot({ ...BARE, start: event.at });
    passDays(state, event.at);
    decide(state, event);
  }

  /** Fills that came with one request are told together, as the engine was told. */
  function endRequest(next?: Execution): void {
    const [first] = request;
    if (!first || (first.account === next?.account && first.receivedAt === next.receivedAt)) return;
    tell({ kind: 'executions', at: first.receivedAt, account: first.account, executions: request });
    request = [];
  }

  function takeSnapshot({ account, epoch, seq, receivedAt, snapshot }: StoredSnapshot): void {
    snapshots += 1;
    if (snapshot.ok) tell({ kind: 'account', at: receivedAt, snapshot: snapshot.value });
    else unreadable.push({ account, epoch, seq, reason: snapshot.error });
  }

  return {
    take(report) {
      accounts.add(report.account);
      endRequest(report.kind === 'execution' ? report.execution : undefined);
      if (report.kind === 'snapshot') return takeSnapshot(report);
      fills += 1;
      request.push(report.execution);
    },
    accountsAt(at) {
      endRequest();
      if (state) return factsOf(state, at, [...accounts].sort());
      return [...accounts].sort().map((account) => ({ account, snapshot: undefined, result: undefined, trades: [] }));
    },
    counts: () => ({ snapshots, fills }),
    unreadable: () => unreadable,
  };
}

type StoredSnapshot = Extract<RawReport, { kind: 'snapshot' }>;

function factsOf(state: CopilotState, at: EpochMs, accounts: readonly string[]): readonly AccountFacts[] {
  const now = epochMs(Math.max(at, state.newestAt));
  passDays(state, now);
  const results = new Map(positionsReport(state, now).results.map((result) => [result.account, result]));
  return accounts.map((account) => ({
    account,
    snapshot: state.book.accounts.get(account)?.snapshot,
    result: results.get(account),
    trades: tradesOn(state.journals.get(account) ?? emptyJournal, state.tradingDay),
  }));
}

/** A living engine hears its clock at the end of every trading day, also when no report comes. */
function passDays(state: CopilotState, until: EpochMs): void {
  for (let end = tradingDayEnd(state.tradingDay); until >= end; end = tradingDayEnd(state.tradingDay)) {
    decide(state, { kind: 'clock', at: after(end, -1) });
    decide(state, { kind: 'clock', at: end });
  }
}
