import { after, epochMs, SECOND, type Ticks } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Ear } from '../vendor/source.js';
import { lastPriceOf } from './mapper.js';
import { hasTraded, INTERVAL_MS, type Interval } from './minutes.js';
import type { Market } from './tape.js';
import type { PriceWatcher } from './wire.js';

/** Last prices of one market: from their own stream, or from the 5-second bars as long as that brings none. */
export interface LastPrices extends PriceWatcher {
  interval(interval: Interval): void;
}

export function createLastPrices({ spec, contract }: Market, ear: Ear, clock: Clock): LastPrices {
  const { root } = spec;
  let hasStream = false;
  let wasToldOffGrid = false;
  let newestTrade: number | undefined;
  /** The first price is that of a trade before we came; it waits until TWS says of when. */
  let first: Ticks | undefined;
  let toldAt = epochMs(0);
  /** Never an older price behind a newer one. */
  const tell = (price: Ticks, tradedAt: number): void => {
    const at = epochMs(Math.min(tradedAt, clock.now()));
    if (at < toldAt) return;
    toldAt = at;
    ear.tick({ root, contract, price, at });
  };
  return {
    price(price) {
      const known = lastPriceOf(price, spec);
      if (known === undefined) {
        if (price > 0 && !wasToldOffGrid)
          ear.refused({ where: `ibkr ${contract}`, reason: `a last price is not on the tick grid: ${price}` });
        wasToldOffGrid ||= price > 0;
        return;
      }
      first = undefined;
      if (hasStream) return tell(known, clock.now());
      hasStream = true;
      if (newestTrade === undefined) first = known;
      else tell(known, newestTrade);
    },
    tradedAt(seconds) {
      newestTrade = seconds * SECOND;
      if (first !== undefined) tell(first, newestTrade);
      first = undefined;
    },
    failed() {
      hasStream = false;
    },
    interval(interval) {
      if (!hasStream && hasTraded(interval)) tell(interval.close, after(interval.at, INTERVAL_MS));
    },
  };
}
