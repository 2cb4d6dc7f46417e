import { type EpochMs, type MicroUsd, microUsd, type TradingDay } from '../../kernel/units.js';
import { shiftTradingDay, tradingDayStart } from '../sessions/trading-day.js';
import type { Execution } from './execution.js';
import { type ContractBook, contractBook, contractKey, flatUntil, inOrder } from './journal-book.js';

/** A round trip in one contract of one account: from flat to flat, or to the reversal that ended it. */
export interface Trade {
  /** Made from account and the id of the fill that opened it. */
  readonly id: string;
  readonly account: string;
  readonly symbol: string;
  readonly root: string | undefined;
  readonly side: 'LONG' | 'SHORT';
  /** Largest number of contracts held. */
  readonly quantity: number;
  readonly openedAt: EpochMs;
  readonly closedAt: EpochMs;
  readonly entryPrice: number;
  readonly exitPrice: number;
  /** Result before fees, by first in first out; undefined for an instrument we do not know. */
  readonly gross: MicroUsd | undefined;
  readonly fees: MicroUsd;
  /** Gross less fees: below zero is a loss, exactly zero a scratch. */
  readonly net: MicroUsd | undefined;
}

/** Trades of one account that closed in one trading day, oldest first. */
export interface TradesOfDay {
  readonly tradingDay: TradingDay;
  readonly trades: readonly Trade[];
}

/** Result of one account's trading day and where it was read. */
export interface AccountResult {
  readonly account: string;
  readonly source: 'executions' | 'platform' | 'none';
  readonly realized: MicroUsd | undefined;
  readonly fees: MicroUsd | undefined;
  readonly consecutiveLosses: number | undefined;
  readonly trades: number;
}

/** How a fill stands in the journal. */
interface Report {
  readonly fill: Execution;
  /** Amendments this one replaced: one that comes again does not come back. */
  readonly replaced: readonly string[];
}

/** Everything known of one account's fills; what follows from them does not depend on the order in which they were heard. */
export interface Journal {
  readonly reports: ReadonlyMap<string, Report>;
  /** Withdrawn fills by id, and when that was heard: whatever else is heard of them does not count. */
  readonly withdrawn: ReadonlyMap<string, EpochMs>;
  readonly books: ReadonlyMap<string, ContractBook>;
  /** Days before this one may have been forgotten; undefined while nothing was. */
  readonly since: TradingDay | undefined;
}

export interface DayFigures {
  /** Result of the day's fills with their fees; undefined when one of them closed an unknown instrument. */
  readonly realized: MicroUsd | undefined;
  readonly fees: MicroUsd;
  /** Losing trades in a row among those closed on the day; undefined when one of the last is not known. */
  readonly consecutiveLosses: number | undefined;
  readonly trades: number;
}

export interface NetPosition {
  readonly key: string;
  readonly symbol: string;
  readonly root: string | undefined;
  readonly contract: string | undefined;
  /** Contracts held, above zero when long. */
  readonly net: number;
}

export const emptyJournal: Journal = { reports: new Map(), withdrawn: new Map(), books: new Map(), since: undefined };

/**
 * Takes reports of fills, in any order and any number of times. `isChanged` tells whether anything was learned. An amendment
 * replaces its fill and a withdrawal ends it, also when they come before it.
 */
export function recordExecutions(
  journal: Journal,
  executions: readonly Execution[],
): { readonly journal: Journal; readonly isChanged: boolean } {
  const reports = new Map(journal.reports);
  const withdrawn = new Map(journal.withdrawn);
  const touched = new Set<string>();
  let isChanged = false;
  for (const execution of executions) {
    const { executionId: id } = execution;
    const known = reports.get(id);
    if (withdrawn.has(id)) continue;
    if (execution.operation === 'remove') {
      withdrawn.set(id, execution.receivedAt);
      reports.delete(id);
    } else {
      const report = reportAfter(known, execution);
      if (!report || (!known && isForgotten(journal, execution))) continue;
      reports.set(id, report);
      touched.add(contractKey(execution));
    }
    if (known) touched.add(contractKey(known.fill));
    isChanged = true;
  }
  if (!isChanged) return { journal, isChanged };
  return { journal: { ...journal, reports, withdrawn, books: booksAfter(journal, reports, touched) }, isChanged };
}

/** Undefined when the report says nothing new. Platforms do not number amendments: the last one heard counts. */
function reportAfter(known: Report | undefined, fill: Execution): Report | undefined {
  if (!known) return { fill, replaced: [] };
  if (fill.operation === 'add') return undefined;
  if (known.fill.operation === 'add') return { fill, replaced: [] };
  const [was, now] = [termsOf(known.fill), termsOf(fill)];
  return was === now || known.replaced.includes(now) ? undefined : { fill, replaced: [...known.replaced, was] };
}

const termsOf = ({ symbol, side, quantity, price, commission, at }: Execution): string =>
  JSON.stringify([symbol, side, quantity, price, commission, at]);

/** A fill this old was known and forgotten, or comes too late to tell the two apart. */
const isForgotten = ({ since }: Journal, { at }: Execution): boolean =>
  since !== undefined && at < tradingDayStart(since);

function booksAfter(
  { books }: Journal,
  reports: ReadonlyMap<string, Report>,
  touched: ReadonlySet<string>,
): ReadonlyMap<string, ContractBook> {
  const all = [...reports.values()].map(({ fill }) => fill);
  const next = new Map(books);
  for (const key of touched) {
    const fills = all.filter((fill) => contractKey(fill) === key);
    if (fills.length === 0) next.delete(key);
    else next.set(key, contractBook(fills.toSorted(inOrder)));
  }
  return next;
}

/**
 * The same journal at the beginning of a trading day: what is flat and older than the day before is forgotten, open lots are
 * kept. Contracts in `gone` are not held any more, whatever the fills say (a simulation that was reset tells no fills), so
 * they begin anew.
 */
export function rolledJournal(journal: Journal, day: TradingDay, gone: ReadonlySet<string> = new Set()): Journal {
  const since = gone.size > 0 ? day : shiftTradingDay(day, -1);
  const before = tradingDayStart(since);
  const kept = [...journal.books].flatMap(([key, { fills }]) =>
    gone.has(key) ? [] : fills.slice(flatUntil(fills, before)),
  );
  const ids = new Set(kept.map(({ executionId }) => executionId));
  const reports = new Map([...journal.reports].filter(([id]) => ids.has(id)));
  const withdrawn = new Map([...journal.withdrawn].filter(([, heardAt]) => heardAt >= before));
  return { reports, withdrawn, books: booksAfter(journal, reports, new Set(journal.books.keys())), since };
}

export function resultOn(journal: Journal, day: TradingDay): DayFigures {
  const results = booksOf(journal).flatMap((book) => book.results.filter((it) => it.day === day));
  const trades = tradesOn(journal, day);
  let realized: number | undefined = 0;
  let [fees, losses]: [number, number | undefined] = [0, 0];
  for (const { gross, fee } of results) {
    fees += fee;
    realized = realized === undefined || gross === undefined ? undefined : realized + gross - fee;
  }
  for (const { net } of trades) losses = lossesAfter(losses, net);
  return {
    realized: realized === undefined ? undefined : microUsd(realized),
    fees: microUsd(fees),
    consecutiveLosses: losses,
    trades: trades.length,
  };
}

/** A scratch is neither a win nor a loss; a win ends any doubt. */
function lossesAfter(losses: number | undefined, net: MicroUsd | undefined): number | undefined {
  if (net === undefined) return undefined;
  if (net > 0) return 0;
  return losses === undefined || net === 0 ? losses : losses + 1;
}

/** Trades that closed on a trading day, in the order in which they closed. */
export const tradesOn = (journal: Journal, day: TradingDay): readonly Trade[] =>
  booksOf(journal)
    .flatMap((book) => book.trades.filter((it) => it.day === day))
    .toSorted((a, b) => inOrder(a.closedBy, b.closedBy))
    .map(({ trade }) => trade);

/** Days on which trades closed, oldest first. */
export const daysOf = (journal: Journal): readonly TradingDay[] =>
  [...new Set(booksOf(journal).flatMap(({ trades }) => trades.map(({ day }) => day)))].toSorted();

/** Whether the account was filled on a day. */
export const hasFillsOn = (journal: Journal, day: TradingDay): boolean =>
  booksOf(journal).some(({ results }) => results.some((it) => it.day === day));

/** Contracts that the fills leave open. */
export function netPositions(journal: Journal): readonly NetPosition[] {
  const open = [...journal.books].flatMap(([key, { net, fills }]): NetPosition[] => {
    const newest = fills.at(-1);
    if (net === 0 || !newest) return [];
    return [{ key, symbol: newest.symbol, root: newest.root, contract: newest.contract, net }];
  });
  return open.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const booksOf = ({ books }: Journal): readonly ContractBook[] => [...books.values()];
