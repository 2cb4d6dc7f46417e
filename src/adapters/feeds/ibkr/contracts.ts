import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { type DeliveryMonth, lastTradingDay } from '../../../domain/instruments/expiry.js';
import { etDate } from '../../../domain/sessions/session.js';
import type { EpochMs } from '../../../kernel/units.js';

/** What TWS is asked for when a listed month is looked up; empty fields are left to it. */
export interface MonthQuery {
  readonly symbol?: string;
  readonly tradingClass?: string;
  readonly localSymbol?: string;
  /** `yyyyMM`: the delivery month. */
  readonly month?: string;
  readonly exchange: string;
}

/** A listed month as TWS describes it. */
export interface MonthDetails {
  readonly conId: number;
  readonly symbol: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly exchange: string;
  readonly multiplier: number;
  /** `yyyyMM` */
  readonly month: string;
  /** `yyyyMMdd` */
  readonly lastTradingDay: string;
}

/** A month of ours, found at IBKR. */
export interface ListedMonth {
  readonly root: string;
  /** `MGCZ6` */
  readonly contract: string;
  readonly conId: number;
  readonly exchange: string;
  /** What should be known although it hinders nothing. */
  readonly remark: string | undefined;
}

const MONTH_CODES = 'FGHJKMNQUVXZ';
/** IBKR files the 1,000-ounce silver contract under the symbol of the large one, as a trading class of its own. */
const SYMBOLS: Readonly<Record<string, string>> = { SIL: 'SI' };

/**
 * The delivery month of a listed contract that trades at an instant. Its one-digit year is the first such year from that
 * of the instant on, because no contract trades after its delivery month.
 */
export function deliveryOf(spec: ContractSpec, contract: string, at: EpochMs): DeliveryMonth | undefined {
  const [, code = '', digit = ''] = contract.startsWith(spec.root)
    ? (/^([FGHJKMNQUVXZ])(\d)$/.exec(contract.slice(spec.root.length)) ?? [])
    : [];
  if (code === '') return undefined;
  const from = Number(etDate(at).slice(0, 4));
  const year = from + ((((Number(digit) - from) % 10) + 10) % 10);
  return { year, month: MONTH_CODES.indexOf(code) + 1 };
}

const monthText = ({ year, month }: DeliveryMonth): string => `${year}${String(month).padStart(2, '0')}`;

/** Ways to ask for one month, the first that finds it is enough. */
export function queriesFor(spec: ContractSpec, contract: string, delivery: DeliveryMonth): readonly MonthQuery[] {
  const { root, exchange } = spec;
  return [
    { symbol: SYMBOLS[root] ?? root, tradingClass: root, month: monthText(delivery), exchange },
    { localSymbol: contract, exchange },
  ];
}

/** Dollars of one whole point, which IBKR calls the multiplier: it tells SIL (1,000) from SI (5,000). */
export const multiplierOf = (spec: ContractSpec): number => (spec.ticksPerPoint * spec.microUsdPerTick) / 1_000_000;

export interface MonthWish {
  readonly spec: ContractSpec;
  readonly contract: string;
  readonly delivery: DeliveryMonth;
}

/** The month that was meant among those TWS has answered with. */
export function pickMonth(answers: readonly MonthDetails[], wish: MonthWish): ListedMonth | undefined {
  const { spec, contract, delivery } = wish;
  const found = answers.find(
    ({ localSymbol, month, multiplier, tradingClass }) =>
      month === monthText(delivery) &&
      multiplier === multiplierOf(spec) &&
      (localSymbol === contract || tradingClass === spec.root),
  );
  if (!found) return undefined;
  const { conId, exchange } = found;
  return { root: spec.root, contract, conId, exchange, remark: expiryRemark(found, wish) };
}

/** Our calendar decides when a month is left; where IBKR's last day differs, somebody should look at it. */
function expiryRemark(
  { lastTradingDay: theirs }: MonthDetails,
  { spec, contract, delivery }: MonthWish,
): string | undefined {
  const ours = lastTradingDay(spec, delivery).replaceAll('-', '');
  return theirs === ours || theirs.length !== 8
    ? undefined
    : `IBKR says ${contract} trades until ${theirs}, our calendar until ${ours}`;
}
