import { instrument } from '../../domain/instruments/catalogue/index.js';
import { priceOf } from '../../domain/instruments/contract.js';
import { type EpochMs, iso, type Ticks } from '../../kernel/units.js';
import type { FocusAsset } from '../../messages/focus-plan.js';

export interface Quote {
  readonly root: string;
  readonly contract: string;
  readonly price: Ticks;
  readonly at: EpochMs;
}

/**
 * Newest last price per instrument. It is laid over the shown card between two plans; nothing is decided from it, so a
 * replay without ticks decides the same.
 */
export interface QuoteBoard {
  take(quote: Quote): void;
  /** The card with the newest price, or as it was when nothing newer is known for its contract. */
  overlay(asset: FocusAsset): FocusAsset;
  /** Instruments whose price changed since the last call. */
  takeChanged(): ReadonlySet<string>;
}

export function createQuoteBoard(): QuoteBoard {
  const newest = new Map<string, Quote>();
  let changed = new Set<string>();
  return {
    take(quote) {
      const known = newest.get(quote.root);
      if (known && known.at >= quote.at) return;
      newest.set(quote.root, quote);
      changed.add(quote.root);
    },
    overlay(asset) {
      const quote = newest.get(asset.symbol);
      const spec = instrument(asset.symbol);
      // A price of another contract month is another price: it is never shown under this month's name.
      if (!quote || !spec || quote.contract !== asset.contract) return asset;
      if (asset.price_at !== null && Date.parse(asset.price_at) >= quote.at) return asset;
      return { ...asset, last_price: priceOf(quote.price, spec), price_at: iso(quote.at), data_age_s: 0 };
    },
    takeChanged() {
      const taken = changed;
      changed = new Set();
      return taken;
    },
  };
}
