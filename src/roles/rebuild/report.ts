import { iso, type MicroUsd, toUsd } from '../../kernel/units.js';
import type { Difference } from './compare.js';
import type { AccountFacts } from './fold.js';
import type { Outcome } from './outcome.js';
import { differencesIn, type Rebuilt } from './rebuild.js';

/** What is printed: a table for people or a JSON line an account, then the verdict, then each difference in words. */
export function report(rebuilt: Rebuilt, isForPeople: boolean): readonly string[] {
  const { accounts, snapshots, fills, isCompared } = rebuilt;
  const differences = differencesIn(rebuilt);
  const count = `${counted(accounts.length, 'account')} rebuilt from ${counted(snapshots, 'snapshot')} and ${counted(fills, 'fill')}`;
  const verdict = isCompared ? verdictOf(differences) : 'the engine has published nothing to compare with';
  return [
    ...(isForPeople ? table(accounts) : accounts.map((outcome) => JSON.stringify(lineOf(outcome, isCompared)))),
    `${count}: ${verdict}`,
    ...differences.map(inWords),
  ];
}

export const isEqual = (rebuilt: Rebuilt): boolean => rebuilt.isCompared && differencesIn(rebuilt).length === 0;

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const verdictOf = ({ length }: readonly Difference[]): string =>
  length === 0 ? 'equal' : counted(length, 'difference');

const inWords = ({ account, field, rebuilt, running }: Difference): string =>
  `${account}: ${field}: ${rebuilt ?? 'nothing'} by the raw reports, ${running ?? 'nothing'} in the running system`;

const usd = (amount: MicroUsd | undefined): number | null => (amount === undefined ? null : toUsd(amount));

function lineOf({ facts, differences, note }: Outcome, isCompared: boolean) {
  const { account, snapshot, result, trades } = facts;
  return {
    account,
    equal: isCompared && note === undefined ? differences.length === 0 : null,
    ...(note !== undefined && { note }),
    snapshot: snapshot ? { epoch: snapshot.epoch, seq: snapshot.seq, received_at: iso(snapshot.receivedAt) } : null,
    cash_balance: usd(snapshot?.cashBalance),
    positions: (snapshot?.positions ?? []).map((it) => ({
      symbol: it.symbol,
      side: it.side,
      quantity: it.quantity,
      avg_price: it.avgPrice,
    })),
    day_realized: usd(result?.realized),
    result_source: result?.source ?? null,
    fees: usd(result?.fees),
    trades: trades.length,
    consecutive_losses: result?.consecutiveLosses ?? null,
    differences: differences.map(({ field, rebuilt, running }) => ({ field, rebuilt, running })),
  };
}

const HEAD = ['account', 'newest snapshot', 'cash', 'positions', 'realised', 'losses', 'trades', 'compared'] as const;

function table(accounts: readonly Outcome[]): readonly string[] {
  if (accounts.length === 0) return [];
  const rows = [HEAD, ...accounts.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf({ facts, differences, note }: Outcome): readonly string[] {
  const { account, snapshot, result, trades } = facts;
  return [
    account,
    snapshot ? `${snapshot.epoch.slice(0, 8)}/${snapshot.seq}` : 'none',
    dollars(snapshot?.cashBalance),
    positionsText(facts),
    result && result.source !== 'none' ? `${dollars(result.realized)} (${result.source})` : 'not known',
    String(result?.consecutiveLosses ?? 'not known'),
    String(trades.length),
    note ?? verdictOf(differences),
  ];
}

const dollars = (amount: MicroUsd | undefined): string =>
  amount === undefined ? 'not known' : toUsd(amount).toLocaleString('en-US', { style: 'currency', currency: 'USD' });

const positionsText = ({ snapshot }: AccountFacts): string =>
  snapshot
    ? snapshot.positions.map((it) => `${it.side} ${it.quantity} ${it.symbol} @ ${it.avgPrice}`).join(', ') || 'flat'
    : 'not known';
