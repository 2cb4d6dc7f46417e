import type { MicroUsd, Ticks } from '../../kernel/units.js';
import { microUsd, ticks } from '../../kernel/units.js';
import type { CalendarId } from '../sessions/calendar.js';

/** How a product's last trading day is found, by the rules of `expiry.ts`; `none` is what is held itself, a stock or a currency. */
export type ExpiryRule = 'none' | 'third-friday' | 'comex-delivery' | 'comex-month-before' | 'crude' | 'crude-micro';

/** What the exchange says about one product. Facts only; every file of the catalogue names its source. */
export interface ContractSpec {
  /** Exchange root, e.g. `MGC`. GC and MGC are different instruments with the same price. */
  readonly root: string;
  readonly name: string;
  /** `SPOT` is a market without an exchange. */
  readonly exchange: 'CME' | 'COMEX' | 'NYMEX' | 'NYSE Arca' | 'Nasdaq' | 'SPOT';
  readonly calendar: CalendarId;
  /** Ticks in one point of price: MES 4, MGC 10, SIL 200. Price = ticks / ticksPerPoint. */
  readonly ticksPerPoint: number;
  /** Decimals that show one tick. */
  readonly decimals: number;
  readonly microUsdPerTick: number;
  /** Listed delivery months traded by the roll, as month codes (F G H J K M N Q U V X Z); empty for what never expires. */
  readonly months: string;
  readonly expiry: ExpiryRule;
  /** ET wall clock at which trading ends on the last trading day. */
  readonly lastTradeAt: string;
  /** The small size of its product, or the only one there is. */
  readonly isMicro: boolean;
  /** The other size of the same product (MGC names GC, GC names MGC). */
  readonly sibling: string | undefined;
  /** Who said so and when it was read. */
  readonly source: string;
}

const GRID_DUST = 1e-6;
const ROUND = { down: Math.floor, up: Math.ceil, nearest: Math.round } as const;

/** Plain decimal price of a whole number of ticks. */
export const priceOf = (at: Ticks, spec: ContractSpec): number => at / spec.ticksPerPoint;

/** Puts a price on the tick grid; a price already on it never moves (float dust of 1e-6 tick is forgiven). */
export function snap(price: number, spec: ContractSpec, toward: keyof typeof ROUND): Ticks {
  const exact = price * spec.ticksPerPoint;
  const near = Math.round(exact);
  // Adding 0 turns the -0 of a price just under zero into 0.
  return ticks((Math.abs(exact - near) < GRID_DUST ? near : ROUND[toward](exact)) + 0);
}

/** The ticks of a decimal price, or undefined when the price is not on the grid. */
export function onGrid(price: number, spec: ContractSpec): Ticks | undefined {
  const exact = price * spec.ticksPerPoint;
  const near = Math.round(exact);
  return Number.isFinite(exact) && Math.abs(exact - near) < GRID_DUST ? ticks(near + 0) : undefined;
}

/** Value of a move of `move` ticks on `size` contracts. */
export const worth = (move: number, size: number, spec: ContractSpec): MicroUsd =>
  microUsd(move * size * spec.microUsdPerTick);
