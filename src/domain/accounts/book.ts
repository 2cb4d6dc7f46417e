import { type EpochMs, SECOND } from '../../kernel/units.js';
import type { AccountSnapshot } from './snapshot.js';

/** What is known of one account: its newest snapshot, and how it came. */
export interface AccountEntry {
  readonly snapshot: AccountSnapshot;
  /** True when snapshots are missing just before the newest one. The next in order clears it. */
  readonly isAfterGap: boolean;
  /** Gaps seen since the account was first heard. */
  readonly gaps: number;
  readonly lastGapAt: EpochMs | undefined;
  /** Epochs this account has left, newest last: a late message of one of them is older than anything kept. */
  readonly pastEpochs: readonly string[];
}

export interface AccountBook {
  readonly accounts: ReadonlyMap<string, AccountEntry>;
  /** The silence, in market time, that makes an account STALE. */
  readonly staleAfterMs: number;
}

export type Outcome = 'accepted' | 'repeat' | 'older' | 'gap' | 'new-epoch';

/** Restarts of one bridge whose stragglers are still recognised. */
const PAST_EPOCHS_MAX = 16;

/** A bridge speaks at least every 5 s; twice that is silence. */
const STALE_AFTER_MS = 10 * SECOND;
/** Bridges speak in wall time: on a fast clock one is silent after this many wall milliseconds, if that is longer. */
const SILENT_WALL_MS = 2 * SECOND;
/** Where the data drive the clock it moves in whole minutes, so silence shorter than two of them says nothing. */
const STALE_AFTER_DRIVEN_MS = 150 * SECOND;

/** The book of a live run, or of any run up to five times real time. */
export const emptyBook: AccountBook = { accounts: new Map(), staleAfterMs: STALE_AFTER_MS };

/** The book of a run whose clock has this speed. */
export const emptyBookAt = (speed: number): AccountBook => ({
  accounts: new Map(),
  staleAfterMs: Number.isFinite(speed) ? Math.max(STALE_AFTER_MS, SILENT_WALL_MS * speed) : STALE_AFTER_DRIVEN_MS,
});

/** True when the snapshot became the account's newest; a repeat or an older one leaves the book as it was. */
export const isKept = (outcome: Outcome): boolean => outcome !== 'repeat' && outcome !== 'older';

/** Takes one snapshot by its epoch and sequence number. Arrival times play no part in the order. */
export function receive(book: AccountBook, snapshot: AccountSnapshot): { book: AccountBook; outcome: Outcome } {
  const known = book.accounts.get(snapshot.account);
  const outcome = outcomeOf(known, snapshot);
  if (!isKept(outcome)) return { book, outcome };
  const accounts = new Map(book.accounts);
  accounts.set(snapshot.account, entryAfter(known, snapshot, outcome));
  return { book: { ...book, accounts }, outcome };
}

function outcomeOf(known: AccountEntry | undefined, { epoch, seq }: AccountSnapshot): Outcome {
  if (!known) return 'accepted';
  if (epoch !== known.snapshot.epoch) return known.pastEpochs.includes(epoch) ? 'older' : 'new-epoch';
  const step = seq - known.snapshot.seq;
  if (step === 0) return 'repeat';
  if (step < 0) return 'older';
  return step === 1 ? 'accepted' : 'gap';
}

function entryAfter(known: AccountEntry | undefined, snapshot: AccountSnapshot, outcome: Outcome): AccountEntry {
  const isAfterGap = outcome === 'gap';
  const left = outcome === 'new-epoch' && known ? [known.snapshot.epoch] : [];
  return {
    snapshot,
    isAfterGap,
    gaps: (known?.gaps ?? 0) + (isAfterGap ? 1 : 0),
    lastGapAt: isAfterGap ? snapshot.receivedAt : known?.lastGapAt,
    pastEpochs: [...(known?.pastEpochs ?? []), ...left].slice(-PAST_EPOCHS_MAX),
  };
}
