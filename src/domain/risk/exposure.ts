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
const ATR_MULTIPLE_WITHOUT_STOP = 2;

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
    const stop = protectiveStop(position, orders);
    if (stop === undefined) {
      const atr = atrOf(spec.root) ?? (spec.sibling === undefined ? undefined : atrOf(spec.sibling));
      const risk = atr === undefined ? undefined : loss(ATR_MULTIPLE_WITHOUT_STOP * atr, position, spec);
      return { account, position, stop, risk, basis: risk === undefined ? 'unknown' : '2 ATR', rMultiple: undefined };
    }
    const sign = position.side === 'LONG' ? 1 : -1;
    const distance = sign * (position.avgPrice - stop);
    const gain = position.lastPrice === undefined ? undefined : sign * (position.lastPrice - position.avgPrice);
    return {
      account,
      position,
      stop,
      risk: loss(Math.max(0, distance), position, spec),
      basis: 'stop',
      // A stop at or beyond the entry leaves no distance to measure in.
      rMultiple: gain === undefined || distance <= 0 ? undefined : gain / distance,
    };
  });
}

function loss(points: number, position: PlatformPosition, spec: ContractSpec): MicroUsd {
  return microUsd(Math.round(points * spec.ticksPerPoint * position.quantity * spec.microUsdPerTick));
}

/** The worst of the working stops that cover the whole position; undefined when they cover less than all of it. */
function protectiveStop(position: PlatformPosition, orders: readonly PlatformOrder[]): number | undefined {
  const exit = position.side === 'LONG' ? 'SELL' : 'BUY';
  const stops = orders.filter(
    (order) =>
      order.symbol === position.symbol &&
      order.action === exit &&
      order.stopPrice !== undefined &&
      /^stop/i.test(order.type) &&
      /^(working|accepted|trigger.?pending)$/i.test(order.state),
  );
  const covered = stops.reduce((sum, order) => sum + order.quantity, 0);
  if (covered < position.quantity) return undefined;
  const prices = stops.flatMap((order) => (order.stopPrice === undefined ? [] : [order.stopPrice]));
  return position.side === 'LONG' ? Math.min(...prices) : Math.max(...prices);
}
