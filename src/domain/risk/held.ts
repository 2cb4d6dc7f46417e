import type { MicroUsd } from '../../kernel/units.js';
import type { EntryRequest } from './entry.js';

/** An open position as the entry check sees it: a line of the book or a row of what was published. */
export interface OpenTrade {
  readonly account: string;
  /** The platform's own name. */
  readonly symbol: string;
  readonly root: string | undefined;
  readonly contract: string | undefined;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  readonly avgPrice: number;
  readonly rMultiple: number | undefined;
  readonly risk: MicroUsd | undefined;
}

/** An open trade in the product asked about. */
export interface HeldTrade extends Omit<OpenTrade, 'root'> {
  /** Exchange root, or the platform's name where the catalogue has none. */
  readonly root: string;
  /** What it counts for once the trade asked about has joined it; the same as `risk` for one it does not join. */
  readonly riskAfter: MicroUsd | undefined;
}

/** Open trades of one product, all accounts together. */
export const relatedTrades = (
  open: readonly OpenTrade[],
  isOfProduct: (root: string) => boolean,
): readonly Omit<HeldTrade, 'riskAfter'>[] =>
  open
    .map((trade) => ({ ...trade, root: trade.root ?? trade.symbol.trim().toUpperCase() }))
    .filter(({ root }) => isOfProduct(root));

type Held = Omit<HeldTrade, 'riskAfter'>;

/** Whether a fill of the trade could end up in this position, as far as the request says where it goes. */
export const isJoinedBy = (trade: Held, request: EntryRequest): boolean =>
  trade.side === request.side && isSamePlace(trade, request);

const isSamePlace = (trade: Held, { root, account, contract }: EntryRequest): boolean =>
  trade.root === root &&
  (account === undefined || trade.account === account) &&
  (contract === undefined || trade.contract === undefined || trade.contract === contract);

/** What the trade would close, as far as the request says where it goes. */
export const closedBy = <T extends Held>(request: EntryRequest, held: readonly T[]): readonly T[] =>
  held.filter((trade) => trade.side !== request.side && isSamePlace(trade, request));

/**
 * What the trade does to the book. Where the account is not named and several are known, it adds to nothing for certain
 * and counts as one trade more; closing is read as meant for the account that holds the position.
 */
export function kindOf(request: EntryRequest, held: readonly Held[]): 'opens' | 'adds' | 'closes' {
  const there = held.filter((trade) => isSamePlace(trade, request));
  const [first] = there;
  if (!first || !Number.isInteger(request.quantity) || request.quantity < 1) return 'opens';
  const isAgainst = there.every(({ side }) => side !== request.side);
  if (isAgainst) return there.every(({ quantity }) => request.quantity <= quantity) ? 'closes' : 'opens';
  const isAdd = request.account !== undefined && there.length === 1 && first.side === request.side;
  return isAdd ? 'adds' : 'opens';
}
