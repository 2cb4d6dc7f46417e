import type { EpochMs } from '../../kernel/units.js';
import type { AccountBook } from './book.js';

/** How far the book can be trusted for one account. UNKNOWN and STALE are never the same as flat. */
export type AccountVerdict = 'IN_SYNC' | 'GAP' | 'STALE' | 'UNKNOWN';

const BADNESS: Record<AccountVerdict, number> = { IN_SYNC: 0, GAP: 1, STALE: 2, UNKNOWN: 3 };

export function verdictOf(book: AccountBook, account: string, now: EpochMs): AccountVerdict {
  const entry = book.accounts.get(account);
  if (!entry) return 'UNKNOWN';
  // A platform that has lost its broker repeats what it knew: that is old however often it is said.
  if (!entry.snapshot.ordersConnected) return 'STALE';
  if (now - entry.snapshot.receivedAt > book.staleAfterMs) return 'STALE';
  return entry.isAfterGap ? 'GAP' : 'IN_SYNC';
}

/** The verdict over all accounts: the worst of them, and UNKNOWN while none was heard. */
export function bookVerdict(book: AccountBook, now: EpochMs): AccountVerdict {
  const verdicts = [...book.accounts.keys()].map((account) => verdictOf(book, account, now));
  if (verdicts.length === 0) return 'UNKNOWN';
  return verdicts.reduce((worst, verdict) => (BADNESS[verdict] > BADNESS[worst] ? verdict : worst));
}
