declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A price as a whole number of ticks of its contract. */
export type Ticks = Brand<number, 'Ticks'>;
/** Money in integer micro-dollars: a ZN tick is $15.625, which cents cannot hold. */
export type MicroUsd = Brand<number, 'MicroUsd'>;
/** An instant: milliseconds since 1970-01-01 UTC. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** An exchange trading day, `yyyy-MM-dd`; it begins at 18:00 New York the evening before. */
export type TradingDay = Brand<string, 'TradingDay'>;
/** A whole number of contracts. */
export type Lots = Brand<number, 'Lots'>;

// The only casts: a branded value is born here or in a decoder that checked it.
export const ticks = (n: number): Ticks => n as Ticks;
export const microUsd = (n: number): MicroUsd => n as MicroUsd;
export const epochMs = (n: number): EpochMs => n as EpochMs;
export const lots = (n: number): Lots => n as Lots;

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const FIVE_MINUTES = 5 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const MICRO = 1_000_000;

/** Dollars (at most six decimals matter) to integer micro-dollars. */
export const fromUsd = (usd: number): MicroUsd => Math.round(usd * MICRO) as MicroUsd;
/** Micro-dollars to dollars rounded to whole cents, for the wire. */
export const toUsd = (micro: MicroUsd): number => Math.round(micro / 10_000) / 100;

export const after = (at: EpochMs, ms: number): EpochMs => (at + ms) as EpochMs;
export const iso = (at: EpochMs): string => new Date(at).toISOString();

/** The last instant that a date can hold, in milliseconds since 1970. */
export const LAST_DATE_MS = 8.64e15;
