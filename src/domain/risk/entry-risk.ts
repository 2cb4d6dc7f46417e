import { type MicroUsd, microUsd } from '../../kernel/units.js';
import type { ContractSpec } from '../instruments/contract.js';
import type { Direction } from '../wave/wave.js';
import type { EntryRequest } from './entry.js';
import { ATR_MULTIPLE_WITHOUT_STOP, lossOfMove } from './exposure.js';

/** What the plan says about an instrument, in decimal prices. */
export interface EntryCard {
  readonly root: string;
  readonly side: 'LONG' | 'SHORT' | undefined;
  readonly entryLow: number | undefined;
  readonly entryHigh: number | undefined;
  readonly stop: number | undefined;
  readonly lastPrice: number | undefined;
  /** ATR14(5m) in points. */
  readonly atr: number | undefined;
  readonly dominantRatio: number | undefined;
  readonly waveDirection: Direction | undefined;
}

export interface EntryRisk {
  readonly perContract: MicroUsd | undefined;
  readonly basis: 'request' | 'plan' | '2 ATR' | 'unknown';
  /** Why it is not known. */
  readonly note: string | undefined;
  /** Loss of a position that shares this trade's stop; absent when the risk is not known. */
  readonly lossOf: ((held: { readonly avgPrice: number; readonly quantity: number }) => MicroUsd) | undefined;
}

interface Facts {
  readonly request: EntryRequest;
  readonly spec: ContractSpec | undefined;
  /** The instrument's own card, or its sibling's: both have one price. */
  readonly card: EntryCard | undefined;
}

/** Loss of one contract: to the stop asked about, else to the plan's stop when it is for the same side, else 2 ATR. */
export function entryRisk({ request, spec, card }: Facts): EntryRisk {
  if (!spec) return unknown('the instrument is not in the list');
  const { side, stop } = request;
  const fill = request.entry ?? worstFill(side, card);
  if (stop !== undefined) {
    if (fill === undefined) return unknown('there is no price to measure the stop from: name the entry');
    const where = side === 'LONG' ? 'below' : 'above';
    const from = request.entry === undefined ? 'price' : 'entry';
    return toStop({ side, fill, stop, spec }, 'request') ?? unknown(`stop ${stop} is not ${where} the ${from} ${fill}`);
  }
  const planStop = card?.side === side ? card.stop : undefined;
  const planned =
    fill === undefined || planStop === undefined ? undefined : toStop({ side, fill, stop: planStop, spec }, 'plan');
  if (planned) return planned;
  const atr = card?.atr;
  if (atr === undefined || !(atr > 0)) return unknown('no stop was named and there is no plan or ATR to take one from');
  const move = ATR_MULTIPLE_WITHOUT_STOP * atr;
  return {
    perContract: lossOfMove(move, 1, spec),
    basis: '2 ATR',
    note: undefined,
    // Contracts without a stop leave the whole position without one.
    lossOf: ({ quantity }) => lossOfMove(move, quantity, spec),
  };
}

interface Planned {
  readonly side: 'LONG' | 'SHORT';
  readonly fill: number;
  readonly stop: number;
  readonly spec: ContractSpec;
}

/** Undefined when the stop stands on the wrong side of the fill: such a stop protects nothing. */
function toStop({ side, fill, stop, spec }: Planned, basis: 'request' | 'plan'): EntryRisk | undefined {
  const sign = side === 'LONG' ? 1 : -1;
  const perContract = lossOfMove(sign * (fill - stop), 1, spec);
  if (!Number.isFinite(perContract) || perContract <= 0) return undefined;
  const lossOf: EntryRisk['lossOf'] = ({ avgPrice, quantity }) =>
    microUsd(Math.max(0, lossOfMove(sign * (avgPrice - stop), quantity, spec)));
  return { perContract, basis, note: undefined, lossOf };
}

/** The worse of the last price and the far edge of the plan's entry zone: where a fill would hurt most. */
function worstFill(side: 'LONG' | 'SHORT', card: EntryCard | undefined): number | undefined {
  if (!card) return undefined;
  const edge = card.side !== side ? undefined : side === 'LONG' ? card.entryHigh : card.entryLow;
  const fills = [card.lastPrice, edge].filter((price) => price !== undefined);
  if (fills.length === 0) return undefined;
  return side === 'LONG' ? Math.max(...fills) : Math.min(...fills);
}

const unknown = (note: string): EntryRisk => ({ perContract: undefined, basis: 'unknown', note, lossOf: undefined });
