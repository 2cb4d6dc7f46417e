import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../src/domain/instruments/contract.js';
import { lastTradingDay, monthsLater } from '../../../src/domain/instruments/expiry.js';
import type { ListedFuture } from './messages.js';
import type { ContractQuery } from './requests.js';

const CODES = 'FGHJKMNQUVXZ';

/** Months of a product that were listed in some years, as TWS describes them. */
export function listedFutures(root: string, fromYear: number, years: number): readonly ListedFuture[] {
  const spec = instrument(root);
  if (!spec) return [];
  return Array.from({ length: years * 12 }, (_, i) => monthsLater({ year: fromYear, month: 1 }, i))
    .filter(({ month }) => spec.months.includes(CODES.charAt(month - 1)))
    .map((delivery) => ({
      conId: conIdOf(root, delivery.year * 100 + delivery.month),
      // The 1,000-ounce silver contract stands under the large one's symbol.
      symbol: root === 'SIL' ? 'SI' : root,
      localSymbol: `${root}${CODES.charAt(delivery.month - 1)}${delivery.year % 10}`,
      tradingClass: root,
      exchange: spec.exchange,
      multiplier: pointUsd(spec),
      minTick: 1 / spec.ticksPerPoint,
      month: `${delivery.year}${String(delivery.month).padStart(2, '0')}`,
      lastTradingDay: lastTradingDay(spec, delivery).replaceAll('-', ''),
    }));
}

const pointUsd = ({ ticksPerPoint, microUsdPerTick }: ContractSpec): number => (ticksPerPoint * microUsdPerTick) / 1e6;

const conIdOf = (root: string, month: number): number =>
  [...root].reduce((sum, letter) => sum * 37 + letter.charCodeAt(0), 7) * 1_000_000 + month;

/** Every field that is given must fit. */
export const fits = (it: ListedFuture, query: ContractQuery): boolean =>
  query.secType === 'FUT' &&
  (query.symbol === '' || query.symbol === it.symbol) &&
  (query.month === '' || it.month === query.month || it.lastTradingDay === query.month) &&
  (query.exchange === '' || query.exchange === it.exchange) &&
  (query.localSymbol === '' || query.localSymbol === it.localSymbol) &&
  (query.tradingClass === '' || query.tradingClass === it.tradingClass) &&
  `${query.symbol}${query.localSymbol}` !== '';
