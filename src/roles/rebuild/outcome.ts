import type { Trade } from '../../domain/accounts/journal.js';
import { type EpochMs, epochMs, iso } from '../../kernel/units.js';
import type { PositionsState } from '../../messages/dashboard.js';
import { type Difference, differencesOf } from './compare.js';
import type { AccountFacts, Fold } from './fold.js';

/** One account after the comparison. */
export interface Outcome {
  readonly facts: AccountFacts;
  readonly differences: readonly Difference[];
  /** Why it was not compared. */
  readonly note?: string;
}

export interface Beside {
  readonly published: PositionsState | undefined;
  /** The stored trades of the engine's trading day, of all accounts. */
  readonly stored: readonly Trade[];
  /** When accounts were last retired. */
  readonly retired: ReadonlyMap<string, EpochMs>;
  /** Where the reading of snapshots began; undefined for the very first. */
  readonly from: EpochMs | undefined;
  /** The only one to look at. */
  readonly account: string | undefined;
}

/** Every account either side knows, with what they do not agree on. */
export function outcomes(fold: Fold, beside: Beside): readonly Outcome[] {
  const { published, stored } = beside;
  const at = epochMs(published ? Date.parse(published.as_of) : 0);
  const rebuilt = fold.accountsAt(at);
  const known = new Set(rebuilt.map(({ account }) => account));
  const elsewhere = [...(published?.accounts ?? []), ...stored].map(({ account }) => account);
  const missing = [...new Set(elsewhere)].filter((account) => !known.has(account) && isWanted(account, beside));
  const all = [...rebuilt, ...missing.map(nothingOf)].sort((a, b) => (a.account < b.account ? -1 : 1));
  return all.map((facts) => {
    const note = noteOf(facts, beside);
    if (!published || note !== undefined) return { facts, differences: [], ...(note !== undefined && { note }) };
    const trades = stored.filter(({ account }) => account === facts.account);
    return { facts, differences: [...unreadable(fold, facts.account), ...differencesOf(facts, { published, trades })] };
  });
}

const nothingOf = (account: string): AccountFacts => ({ account, snapshot: undefined, result: undefined, trades: [] });

/** With `since`, an account last heard earlier is not part of the question. */
function isWanted(name: string, { account, from, published }: Beside): boolean {
  if (account !== undefined && account !== name) return false;
  const row = published?.accounts.find((it) => it.account === name);
  return from === undefined || !row || Date.parse(row.heard_at) >= from;
}

/** An account leaves the engine's book by being retired and by nothing else, however long it was silent. */
function noteOf({ account, snapshot }: AccountFacts, { published, retired, from }: Beside): string | undefined {
  if (!published) return 'the engine has published nothing';
  const row = published.accounts.find((it) => it.account === account);
  if (row && !snapshot && from !== undefined && Date.parse(row.heard_at) < from)
    return `last heard ${row.heard_at}, before the days asked about`;
  const retiredAt = retired.get(account);
  const isRetired = !row && snapshot && retiredAt !== undefined && retiredAt >= snapshot.receivedAt;
  return isRetired ? `retired ${iso(retiredAt)}` : undefined;
}

const unreadable = (fold: Fold, wanted: string): readonly Difference[] =>
  fold
    .unreadable()
    .filter(({ account }) => account === wanted)
    .map(({ account, epoch, seq, reason }) => ({
      account,
      field: `stored snapshot ${epoch}/${seq}`,
      rebuilt: `cannot be read: ${reason}`,
      running: 'was taken',
    }));
