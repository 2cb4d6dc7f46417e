import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AccountBook, emptyBook, emptyBookAt, isKept, receive } from '../../../../src/domain/accounts/book.js';
import type { AccountSnapshot } from '../../../../src/domain/accounts/snapshot.js';
import { bookVerdict, verdictOf } from '../../../../src/domain/accounts/verdict.js';
import { after, epochMs, SECOND } from '../../../../src/kernel/units.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:07Z'));

const snapshot = (changes: Partial<AccountSnapshot> = {}): AccountSnapshot => ({
  bridge: 'ninjatrader',
  bridgeVersion: '1.0.0',
  epoch: 'first',
  seq: 1,
  sentAt: NOW,
  receivedAt: NOW,
  account: 'Sim101',
  ordersConnected: true,
  pricesConnected: true,
  cashBalance: undefined,
  realizedPnl: undefined,
  positions: [],
  orders: [],
  ...changes,
});

const heard = (...snapshots: readonly Partial<AccountSnapshot>[]): { book: AccountBook; outcomes: string[] } => {
  const outcomes: string[] = [];
  const book = snapshots.reduce<AccountBook>((known, changes) => {
    const next = receive(known, snapshot(changes));
    outcomes.push(next.outcome);
    return next.book;
  }, emptyBook);
  return { book, outcomes };
};

describe('the order of snapshots', () => {
  test('snapshots that count up by one are accepted', () => {
    expect(heard({ seq: 7 }, { seq: 8 }, { seq: 9 }).outcomes).toEqual(['accepted', 'accepted', 'accepted']);
  });

  test('a repeat changes nothing, even when its content differs', () => {
    const once = heard({ seq: 7, bridgeVersion: 'a' }).book;
    const twice = receive(once, snapshot({ seq: 7, bridgeVersion: 'b' }));
    expect(twice.outcome).toBe('repeat');
    expect(twice.book).toBe(once);
  });

  test('an older one is refused and changes nothing', () => {
    const { book, outcomes } = heard({ seq: 7 }, { seq: 8 }, { seq: 7 });
    expect(outcomes.at(-1)).toBe('older');
    expect(book.accounts.get('Sim101')?.snapshot.seq).toBe(8);
  });

  test('a jump ahead is kept and counted as a gap, with its time', () => {
    const { book, outcomes } = heard({ seq: 7 }, { seq: 10 });
    expect(outcomes.at(-1)).toBe('gap');
    expect(book.accounts.get('Sim101')).toMatchObject({ gaps: 1, lastGapAt: NOW, snapshot: { seq: 10 } });
  });

  test('a restarted bridge counts from anywhere', () => {
    const { book, outcomes } = heard({ seq: 700 }, { epoch: 'second', seq: 1 }, { epoch: 'second', seq: 2 });
    expect(outcomes).toEqual(['accepted', 'new-epoch', 'accepted']);
    expect(book.accounts.get('Sim101')?.gaps).toBe(0);
  });

  test('a straggler of the time before the restart is older', () => {
    const { book, outcomes } = heard({ seq: 7 }, { epoch: 'second', seq: 1 }, { seq: 8 });
    expect(outcomes.at(-1)).toBe('older');
    expect(book.accounts.get('Sim101')?.snapshot.epoch).toBe('second');
  });

  test('accounts are ordered apart from each other', () => {
    const { outcomes } = heard({ seq: 7 }, { account: 'Live1', seq: 3 }, { seq: 8 }, { account: 'Live1', seq: 4 });
    expect(outcomes).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
  });

  test('law: within one epoch the kept sequence numbers only grow, whatever arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 40 }), (seqs) => {
        const kept: number[] = [];
        seqs.reduce<AccountBook>((book, seq) => {
          const next = receive(book, snapshot({ seq }));
          if (isKept(next.outcome)) kept.push(seq);
          else expect(next.book).toBe(book);
          return next.book;
        }, emptyBook);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        expect(kept.at(-1)).toBe(Math.max(...seqs));
      }),
    );
  });
});

describe('the verdict', () => {
  test('an account never heard is UNKNOWN, and so is an empty book', () => {
    expect(verdictOf(emptyBook, 'Sim101', NOW)).toBe('UNKNOWN');
    expect(bookVerdict(emptyBook, NOW)).toBe('UNKNOWN');
  });

  test('ten seconds of silence are still in sync, a millisecond more is STALE', () => {
    const { book } = heard({});
    expect(verdictOf(book, 'Sim101', after(NOW, 10 * SECOND))).toBe('IN_SYNC');
    expect(verdictOf(book, 'Sim101', after(NOW, 10 * SECOND + 1))).toBe('STALE');
  });

  test('an account whose platform has lost its broker is STALE however often it reports', () => {
    const { book } = heard({ seq: 1 }, { seq: 2, ordersConnected: false });
    expect(verdictOf(book, 'Sim101', NOW)).toBe('STALE');
    expect(bookVerdict(book, NOW)).toBe('STALE');
    expect(verdictOf(heard({ seq: 1, ordersConnected: false }, { seq: 2 }).book, 'Sim101', NOW)).toBe('IN_SYNC');
    expect(verdictOf(heard({ seq: 1, pricesConnected: false }).book, 'Sim101', NOW)).toBe('IN_SYNC');
  });

  test('a gap shows until the next snapshot in order', () => {
    expect(verdictOf(heard({ seq: 1 }, { seq: 5 }).book, 'Sim101', NOW)).toBe('GAP');
    expect(verdictOf(heard({ seq: 1 }, { seq: 5 }, { seq: 6 }).book, 'Sim101', NOW)).toBe('IN_SYNC');
  });

  test('a repeat after a silence does not make the account fresh', () => {
    const later = after(NOW, 60 * SECOND);
    const { book } = heard({ seq: 5 }, { seq: 5, receivedAt: later });
    expect(verdictOf(book, 'Sim101', later)).toBe('STALE');
  });

  test('the worst account speaks for the book', () => {
    const later = after(NOW, 60 * SECOND);
    const { book } = heard({}, { account: 'Live1', receivedAt: later });
    expect(verdictOf(book, 'Live1', later)).toBe('IN_SYNC');
    expect(bookVerdict(book, later)).toBe('STALE');
  });

  test('on a fast clock a bridge has two wall seconds, never less than ten market seconds', () => {
    expect(emptyBookAt(1).staleAfterMs).toBe(10 * SECOND);
    expect(emptyBookAt(0.5).staleAfterMs).toBe(10 * SECOND);
    expect(emptyBookAt(60).staleAfterMs).toBe(120 * SECOND);
    expect(emptyBookAt(Number.POSITIVE_INFINITY).staleAfterMs).toBeGreaterThan(60 * SECOND);
  });
});
