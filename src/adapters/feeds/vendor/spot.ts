import { barFault } from '../../../domain/bars/bar.js';
import { instrument, spots } from '../../../domain/instruments/catalogue/index.js';
import { type ContractSpec, snap } from '../../../domain/instruments/contract.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import { type EpochMs, epochMs, iso, MINUTE, type Ticks } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import type { BarPart } from './minute-builder.js';
import type { Listings } from './source.js';

// Stocks and currencies, as the small adapters have them.

/** The vendor's name of a root, by its own spelling of stocks and of pairs. */
export type Spelling = (spec: ContractSpec) => string;

export function spotListings(vendor: string, roots: readonly string[], spelling: Spelling): Listings {
  const isSpot = (root: string): boolean => spots.some((spec) => spec.root === root);
  return {
    found: roots.filter(isSpot).flatMap((root) => {
      const spec = instrument(root);
      return spec ? { spec, contract: root, ticker: spelling(spec) } : [];
    }),
    refused: roots
      .filter((root) => !isSpot(root))
      .map((root) => ({ where: `${vendor} ${root}`, reason: `${vendor} brings stocks and currencies, not ${root}` })),
  };
}

export const isPair = (spec: ContractSpec): boolean => spec.exchange === 'SPOT';

/** `EURUSD` as its two halves. */
export const halves = (root: string, between: string): string => `${root.slice(0, 3)}${between}${root.slice(3)}`;

export interface SpotTrade {
  readonly spec: ContractSpec;
  readonly at: EpochMs;
  readonly price: number;
  readonly volume: number;
}

/** A trade as a part of its minute. Prices inside the tick (stocks trade there) are rounded to it. */
export function partOf({ spec, at, price, volume }: SpotTrade): BarPart {
  const ticks = near(price, spec);
  return { root: spec.root, contract: spec.root, at, open: ticks, high: ticks, low: ticks, close: ticks, volume };
}

export interface SpotBar {
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export function spotBar(raw: SpotBar, spec: ContractSpec): Result<FeedBar, string> {
  const label = `${spec.root} ${Number.isFinite(raw.at) && raw.at > 0 ? iso(epochMs(raw.at)) : String(raw.at)}`;
  if (!(raw.at > 0) || raw.at % MINUTE !== 0) return err(`${label}: it does not open on a minute`);
  const [open, high, low, close] = [raw.open, raw.high, raw.low, raw.close].map((price) => near(price, spec));
  if (open === undefined || high === undefined || low === undefined || close === undefined)
    return err(`${label}: no prices`);
  const bar = { at: epochMs(raw.at), open, high, low, close, volume: raw.volume };
  const fault = barFault(bar);
  return fault === undefined ? ok({ root: spec.root, contract: spec.root, bar }) : err(`${label}: ${fault}`);
}

const near = (price: number, spec: ContractSpec): Ticks => snap(price, spec, 'nearest');
