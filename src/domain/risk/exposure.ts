import { type EpochMs, type MicroUsd, microUsd } from '../../kernel/units.js';
import { contractKey } from '../accounts/journal-book.js';
import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../accounts/snapshot.js';
import { instrument } from '../instruments/catalogue/index.js';
import type { ContractSpec } from '../instruments/contract.js';
import { parsePlatformSymbol } from '../instruments/roll.js';

/** One open position with what it can lose. */
export interface Exposure {
  readonly account: string;
  readonly position: PlatformPosition;
  /** The farthest working stop, also when it is for a part of the position only. */
  readonly stop: number | undefined;
  /** Undefined when it cannot be told: an unknown instrument, or contracts without a stop and no ATR yet. */
  readonly risk: MicroUsd | undefined;
  readonly basis: 'stop' | 'stop and 2 ATR' | '2 ATR' | 'unmanaged' | 'unknown';
  /** Open result in multiples of the entry-to-stop distance. */
  readonly rMultiple: number | undefined;
}

/** Contracts without a working stop are counted as if their stop stood two ATR away. */
export const ATR_MULTIPLE_WITHOUT_STOP = 2;

/** Exposures of one account; `atrOf` gives ATR14(5m) in points. */
export function exposures(
  { account, positions, orders, receivedAt }: AccountSnapshot,
  atrOf: (root: string) => number | undefined,
): readonly Exposure[] {
  const working = orders.filter(isWorkingStop).map((order) => ({ ...order, key: orderKey(order, receivedAt) }));
  return positions.map((position) => {
    const spec = position.root === undefined ? undefined : instrument(position.root);
    if (!spec) {
      return { account, position, stop: undefined, risk: undefined, basis: 'unmanaged', rMultiple: undefined };
    }
    const stops = protectiveStops(position, working);
    const stop = stops[0]?.price;
    const open = stops.reduce((left, { quantity }) => left - quantity, position.quantity);
    const covered = measured(position, stops, spec);
    if (open === 0) return { account, position, stop, basis: 'stop', ...covered };
    const atr = atrOf(spec.root) ?? (spec.sibling === undefined ? undefined : atrOf(spec.sibling));
    if (atr === undefined) return { account, position, stop, risk: undefined, basis: 'unknown', rMultiple: undefined };
    const rest = lossOfMove(ATR_MULTIPLE_WITHOUT_STOP * atr, open, spec);
    const basis = stop === undefined ? '2 ATR' : 'stop and 2 ATR';
    // What a stop locks in does not pay for the contracts without one, so the sum is never below the covered part.
    return { account, position, stop, risk: microUsd(covered.risk + rest), basis, rMultiple: undefined };
  });
}

type Measured = Pick<PlatformPosition, 'side' | 'quantity' | 'avgPrice' | 'lastPrice'>;

/** A stop that closes so many contracts. */
interface Stop {
  readonly price: number;
  readonly quantity: number;
}

/** What a position loses when every one of its stops is hit, and its open result in R. */
export function measured(
  { side, quantity, avgPrice, lastPrice }: Measured,
  stops: readonly Stop[],
  spec: ContractSpec,
): { readonly risk: MicroUsd; readonly rMultiple: number | undefined } {
  const sign = side === 'LONG' ? 1 : -1;
  let distance = 0;
  for (const stop of stops) distance += lossOfMove(sign * (avgPrice - stop.price), stop.quantity, spec);
  const gain = lastPrice === undefined ? undefined : lossOfMove(sign * (lastPrice - avgPrice), quantity, spec);
  return {
    risk: microUsd(Math.max(0, distance)),
    // A stop at or beyond the entry leaves no distance to measure in. Whole micro-dollars, so that half is exactly half.
    rMultiple: gain === undefined || distance <= 0 ? undefined : gain / distance,
  };
}

/** Dollars a move of so many points is worth, to the micro-dollar. */
export const lossOfMove = (points: number, quantity: number, spec: ContractSpec): MicroUsd =>
  // Adding zero turns -0 into 0.
  microUsd(Math.round(points * spec.ticksPerPoint * quantity * spec.microUsdPerTick) + 0);

/** The worst of the working stops, as many as close the whole position or, where there are fewer, all of them. */
function protectiveStops(position: PlatformPosition, working: readonly WorkingStop[]): readonly Stop[] {
  const exit = position.side === 'LONG' ? 'SELL' : 'BUY';
  const key = contractKey(position);
  const its = working.flatMap(({ key: of, action, stopPrice: price, quantity }): Stop[] =>
    of === key && action === exit && price !== undefined ? [{ price, quantity }] : [],
  );
  const sign = position.side === 'LONG' ? 1 : -1;
  const stops: Stop[] = [];
  let open = position.quantity;
  for (const { price, quantity } of its.toSorted((a, b) => sign * (a.price - b.price))) {
    if (open <= 0) break;
    stops.push({ price, quantity: Math.min(quantity, open) });
    open -= quantity;
  }
  return stops;
}

interface WorkingStop extends PlatformOrder {
  readonly key: string;
}

/** States in which an order can still be filled, also while the platform changes it. */
const WORKING: ReadonlySet<string> = new Set([
  'submitted',
  'accepted',
  'working',
  'triggerpending',
  'partfilled',
  'changepending',
  'changesubmitted',
]);

/** Platforms write their states `TriggerPending`, `TRIGGER_PENDING` or `trigger pending`. */
const isWorkingStop = ({ type, state }: PlatformOrder): boolean =>
  /^stop/i.test(type) && WORKING.has(state.toLowerCase().replace(/[^a-z]/g, ''));

/** Orders may name their contract otherwise than the position does. */
const orderKey = ({ symbol }: PlatformOrder, at: EpochMs): string =>
  contractKey({ contract: parsePlatformSymbol(symbol, at)?.contract, symbol });
