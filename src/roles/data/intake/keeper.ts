import { type AccountBook, emptyBookAt, isKept, type Outcome, receive } from '../../../domain/accounts/book.js';
import type { AccountSnapshot } from '../../../domain/accounts/snapshot.js';
import type { DataBus } from '../../../ports/bus.js';
import { createTurns } from './turns.js';

/** Accounts of one trader's platforms; more is a mistake or an attack on memory. */
export const ACCOUNTS_MAX = 64;
/** Snapshots that may wait for the stream at once. */
const WAITING_MAX = 256;

export type Taken = Outcome | 'other-bridge' | 'too-many-accounts' | 'busy';

/** Holds the book and lets a snapshot into it only after the stream has it. One at a time, in order of arrival. */
export interface Keeper {
  /** Rejects when the stream is away; the book is then as it was. */
  take(snapshot: AccountSnapshot): Promise<Taken>;
  book(): AccountBook;
}

export interface KeeperOptions {
  readonly bus: Pick<DataBus, 'appendSnapshot'>;
  readonly clockSpeed: number;
  /** What was kept before this process began, oldest first: a straggler must not pass for the newest. */
  readonly known: readonly AccountSnapshot[];
}

export function createKeeper({ bus, clockSpeed, known }: KeeperOptions): Keeper {
  const turns = createTurns(WAITING_MAX);
  let book = known.reduce((so, snapshot) => receive(so, snapshot).book, emptyBookAt(clockSpeed));
  const keep = async (snapshot: AccountSnapshot): Promise<Taken> => {
    if (!book.accounts.has(snapshot.account) && book.accounts.size >= ACCOUNTS_MAX) return 'too-many-accounts';
    if (isAnothers(book, snapshot)) return 'other-bridge';
    if (isOfEarlierStart(book, snapshot)) return 'older';
    const next = receive(book, snapshot);
    if (isKept(next.outcome)) await bus.appendSnapshot(snapshot);
    book = next.book;
    return next.outcome;
  };
  return {
    take: async (snapshot) => (await turns.take(() => keep(snapshot))) ?? 'busy',
    book: () => book,
  };
}

/**
 * Two programs that report one account would make it jump between two truths. The one that speaks keeps the account until
 * it has been silent long enough to be STALE. Two runs of one program need no rule here: the newer epoch ends the older.
 */
function isAnothers(
  { accounts, staleAfterMs }: AccountBook,
  { account, bridge, receivedAt }: AccountSnapshot,
): boolean {
  const owner = accounts.get(account)?.snapshot;
  return owner !== undefined && owner.bridge !== bridge && receivedAt - owner.receivedAt <= staleAfterMs;
}

/**
 * A letter of an epoch that was never heard before may be the straggler of a start that came and went unheard. Both were
 * sent by one platform, so its own clock tells which is the earlier, unless that clock was set back: then silence does.
 */
function isOfEarlierStart({ accounts, staleAfterMs }: AccountBook, snapshot: AccountSnapshot): boolean {
  const newest = accounts.get(snapshot.account)?.snapshot;
  if (!newest || newest.epoch === snapshot.epoch) return false;
  return snapshot.sentAt < newest.sentAt && snapshot.receivedAt - newest.receivedAt <= staleAfterMs;
}
