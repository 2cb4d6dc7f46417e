import type { Execution } from '../../../domain/accounts/execution.js';
import { inOrder } from '../../../domain/accounts/journal-book.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { type MicroUsd, microUsd, type TradingDay } from '../../../kernel/units.js';

/** An account of the simulated platform: all it ever filled, as it stands after amendments. */
export interface SimAccount {
  readonly name: string;
  /** Before the first fill. */
  readonly cash: MicroUsd;
  readonly fills: readonly Execution[];
}

export interface Holding {
  readonly symbol: string;
  readonly root: string | undefined;
  readonly contract: string | undefined;
  /** Above zero long, below zero short. */
  readonly net: number;
  readonly avgPrice: number;
}

export interface Standing {
  readonly cash: MicroUsd;
  /** Closed result of the day less the fees of its fills. */
  readonly realized: MicroUsd;
  readonly holdings: readonly Holding[];
}

interface Lot {
  quantity: number;
  readonly sign: 1 | -1;
  readonly price: number;
}

/** What the platform's own screen shows: first in first out, fees at once. */
export function standingOf({ cash, fills }: SimAccount, day: TradingDay | undefined): Standing {
  const books = new Map<string, { readonly lots: Lot[]; readonly of: Execution }>();
  let [inAll, today] = [0, 0];
  for (const fill of fills.toSorted(inOrder)) {
    const book = books.get(fill.symbol) ?? { lots: [], of: fill };
    books.set(fill.symbol, book);
    const result = fillInto(book.lots, fill) - fill.commission;
    inAll += result;
    if (tradingDayOf(fill.at) === day) today += result;
  }
  const holdings = [...books.values()].flatMap(({ lots, of }) => holdingOf(lots, of));
  return { cash: microUsd(cash + inAll), realized: microUsd(today), holdings };
}

/** Changes the lots and answers what was realised before fees, in micro-dollars; an unknown market realises nothing. */
function fillInto(lots: Lot[], { side, quantity, price, root }: Execution): number {
  const spec = root === undefined ? undefined : instrument(root);
  const perPoint = spec ? spec.ticksPerPoint * spec.microUsdPerTick : 0;
  const sign = side === 'BUY' ? 1 : -1;
  let [left, realized] = [quantity, 0];
  for (let lot = lots[0]; lot && lot.sign !== sign && left > 0; lot = lots[0]) {
    const closed = Math.min(left, lot.quantity);
    realized += Math.round((price - lot.price) * lot.sign * closed * perPoint);
    lot.quantity -= closed;
    left -= closed;
    if (lot.quantity === 0) lots.shift();
  }
  if (left > 0) lots.push({ quantity: left, sign, price });
  return realized;
}

function holdingOf(lots: readonly Lot[], { symbol, root, contract }: Execution): readonly Holding[] {
  const quantity = lots.reduce((sum, lot) => sum + lot.quantity, 0);
  const cost = lots.reduce((sum, lot) => sum + lot.quantity * lot.price, 0);
  const sign = lots[0]?.sign ?? 1;
  return quantity === 0 ? [] : [{ symbol, root, contract, net: sign * quantity, avgPrice: cost / quantity }];
}
