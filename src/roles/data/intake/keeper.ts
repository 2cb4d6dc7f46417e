import { type AccountBook, emptyBookAt, isKept, type Outcome, receive } from '../../../domain/accounts/book.js';
import type { AccountSnapshot } from '../../../domain/accounts/snapshot.js';
import type { DataBus } from '../../../ports/bus.js';

/** Accounts of one trader's platforms; more is a mistake or an attack on memory. */
const ACCOUNTS_MAX = 64;
/** Snapshots that may wait for the stream at once. */
const WAITING_MAX = 256;

export type Taken = Outcome | 'too-many-accounts' | 'busy';

/** Holds the book and lets a snapshot into it only after the stream has it. One at a time, in order of arrival. */
export interface Keeper {
  /** Rejects when the stream is away; the book is then as it was. */
  take(snapshot: AccountSnapshot): Promise<Taken>;
  book(): AccountBook;
}

export function createKeeper(bus: Pick<DataBus, 'appendSnapshot'>, clockSpeed: number): Keeper {
  let book = emptyBookAt(clockSpeed);
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  const keep = async (snapshot: AccountSnapshot): Promise<Taken> => {
    if (!book.accounts.has(snapshot.account) && book.accounts.size >= ACCOUNTS_MAX) return 'too-many-accounts';
    const next = receive(book, snapshot);
    if (isKept(next.outcome)) await bus.appendSnapshot(snapshot);
    book = next.book;
    return next.outcome;
  };
  return {
    async take(snapshot) {
      if (waiting >= WAITING_MAX) return 'busy';
      waiting += 1;
      const mine = turn.then(() => keep(snapshot));
      turn = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        waiting -= 1;
      }
    },
    book: () => book,
  };
}
