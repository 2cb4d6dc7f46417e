import type { MicroUsd } from '../../kernel/units.js';
import type { Direction } from '../wave/wave.js';

/** A trade somebody asks about before making it. Prices are decimals. */
export interface EntryRequest {
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  /** Contracts, a whole number from 1. */
  readonly quantity: number;
  /** Planned fill and stop; without a stop the plan's own counts, then 2 ATR. */
  readonly entry: number | undefined;
  readonly stop: number | undefined;
}

/** What is already open in the instrument asked about, or in its full-size or micro sibling. */
export interface HeldTrade {
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  readonly rMultiple: number | undefined;
  readonly risk: MicroUsd | undefined;
}

/** A trade asked about, with what the rules need to know of it. Undefined means not known, and not known never permits. */
export interface EntryFacts {
  readonly request: EntryRequest;
  readonly isKnownInstrument: boolean;
  /** Loss of one contract from the fill to the stop. */
  readonly riskPerContract: MicroUsd | undefined;
  readonly riskBasis: 'request' | 'plan' | '2 ATR' | 'unknown';
  readonly held: readonly HeldTrade[];
  readonly dominantRatio: number | undefined;
  readonly waveDirection: Direction | undefined;
  /** Largest position in contracts of this instrument, all accounts together. */
  readonly contractsMax: number;
  /** Whether the instrument's own market is open and its price recent. */
  readonly isFresh: boolean;
}
