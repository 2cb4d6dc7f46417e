import { type MicroUsd, microUsd } from '../../kernel/units.js';
import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../accounts/snapshot.js';
import { instrument } from '../instruments/catalogue/index.js';
import type { ContractSpec } from '../instruments/contract.js';

/** One open position with what it can lose. */
export interface Exposure {
  readonly account: string;
  readonly position: PlatformPosition;
  readonly stop: number | undefined;
  /** Undefined when it cannot be told: an unknown instrument, or no stop and no ATR yet. */
  readonly risk: MicroUsd | undefined;
  readonly basis: 'stop' | '2 ATR' | 'unmanaged' | 'unknown';
  /** Open result in multiples of the entry-to-stop distance. */
  readonly rMultiple: number | undefined;
}

/** A position without a working stop is counted as if its stop stood two ATR away. */
export const ATR_MULTIPLE_WITHOUT_STOP = 2;

/** Exposures of one account; `atrOf` gives ATR14(5m) in points. */
export function exposures(
  { account, positions, orders }: AccountSnapshot,
  atrOf: (root: string) => number | undefined,
): readonly Exposure[] {
  return positions.map((position) => {
    const spec = position.root === undefined ? undefined : instrument(position.root);
    if (!spec) {
      return { account, position, stop: undefined, risk: undefined, basis: 'unmanaged', rMultiple: undefined };
    }
    const stops = protectiveStops(position, orders);
    const [worst] = stops;
    if (!worst) {
      const atr = atrOf(spec.root) ?? (spec.sibling === undefined ? undefined : atrOf(spec.sibling));
      const risk = atr === undefined ? undefined : lossOfMove(ATR_MULTIPLE_WITHOUT_STOP * atr, position.quantity, spec);
      const basis = risk === undefined ? 'unknown' : '2 ATR';
      return { account, position, stop: undefined, risk, basis, rMultiple: undefined };
    }
    return { account, position, stop: worst.price, basis: 'stop', ...measured(position, stops, spec) };
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
): Pick<Exposure, 'risk' | 'rMultiple'> {
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

/** The worst of the working stops, as many as close the whole position; none when they close less than all of it. */
function protectiveStops(position: PlatformPosition, orders: readonly PlatformOrder[]): readonly Stop[] {
  const exit = position.side === 'LONG' ? 'SELL' : 'BUY';
  const working = orders.flatMap(({ symbol, action, stopPrice: price, type, state, quantity }): Stop[] => {
    const isStop = symbol === position.symbol && action === exit && /^stop/i.test(type);
    const isWorking = /^(working|accepted|trigger.?pending)$/i.test(state);
    return isStop && isWorking && price !== undefined ? [{ price, quantity }] : [];
  });
  const sign = position.side === 'LONG' ? 1 : -1;
  const stops: Stop[] = [];
  let open = position.quantity;
  for (const stop of working.toSorted((a, b) => sign * (a.price - b.price))) {
    if (open <= 0) break;
    stops.push({ price: stop.price, quantity: Math.min(stop.quantity, open) });
    open -= stop.quantity;
  }
  return open > 0 ? [] : stops;
}
