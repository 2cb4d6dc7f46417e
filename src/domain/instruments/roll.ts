import { assert } from '../../kernel/assert.js';
import { type EpochMs, epochMs, LAST_DATE_MS } from '../../kernel/units.js';
import { MONTH_NAMES } from '../sessions/day-words.js';
import { etClockInstant, etDate } from '../sessions/session.js';
import { tradingDayStart } from '../sessions/trading-day.js';
import { instrument } from './catalogue/index.js';
import type { ContractSpec } from './contract.js';
import { type DeliveryMonth, lastTradingDay, monthsLater, rollDay } from './expiry.js';

export interface FrontContract {
  /** Listed contract with the exchange's one-digit year, e.g. `MGCZ6`. */
  readonly symbol: string;
  /** For people: `Dec 26`. */
  readonly monthName: string;
  /** The instant at which trading in the contract ends. */
  readonly lastTrade: EpochMs;
  /** The instant from which the next contract is the front. */
  readonly rollsAt: EpochMs;
}

/** Which contract leads at an instant, and until when: by the calendar, or by a book that knows of early rolls. */
export type FrontAt = (spec: ContractSpec, at: EpochMs) => Pick<FrontContract, 'symbol' | 'rollsAt'>;

const MONTH_CODES = 'FGHJKMNQUVXZ';
const ROOTS_KEPT_MAX = 100;
const kept = new Map<ContractSpec, { readonly from: EpochMs; readonly front: FrontContract }>();

/** The contract a trader of `spec` holds at an instant, by the calendar alone. */
export function frontContract(spec: ContractSpec, at: EpochMs): FrontContract {
  const known = kept.get(spec);
  if (known && at >= known.from && at < known.front.rollsAt) return known.front;
  const found = findFront(spec, at);
  if (kept.size >= ROOTS_KEPT_MAX) kept.clear();
  kept.set(spec, found);
  return found.front;
}

/**
 * Reads a platform's contract name: `MGC 12-26`, `MGC DEC26`, `MGCZ6`, `MGCZ26`, or a bare root, which means the front
 * contract at that time. Undefined for a root outside the catalogue; a full-size root stays full size.
 */
export function parsePlatformSymbol(
  text: string,
  at: EpochMs,
): { readonly root: string; readonly contract: string } | undefined {
  const name = text.trim().toUpperCase();
  const bare = instrument(name);
  if (bare) return { root: bare.root, contract: frontContract(bare, at).symbol };
  const parts = readDated(name, at);
  const spec = parts && instrument(parts.root);
  return spec && { root: spec.root, contract: symbolOf(spec, parts) };
}

/** What never expires is its own front month, from the first to the last instant that a date can hold. */
const NEVER = epochMs(LAST_DATE_MS);
const ALWAYS = epochMs(-LAST_DATE_MS);

function findFront(spec: ContractSpec, at: EpochMs): { readonly from: EpochMs; readonly front: FrontContract } {
  if (spec.expiry === 'none')
    return { from: ALWAYS, front: { symbol: spec.root, monthName: '', lastTrade: NEVER, rollsAt: NEVER } };
  const [year, month] = etDate(at).split('-').map(Number);
  assert(year !== undefined && month !== undefined, `no date at ${at}`);
  let from: EpochMs | undefined;
  // A contract rolls out up to about a month before its own month, so the search starts one cycle early.
  for (let ahead = -12; ahead <= 24; ahead += 1) {
    const delivery = monthsLater({ year, month }, ahead);
    if (!spec.months.includes(codeOf(delivery))) continue;
    const rollsAt = tradingDayStart(rollDay(spec, delivery));
    if (rollsAt > at && from !== undefined) return { from, front: describe(spec, delivery, rollsAt) };
    from = rollsAt;
  }
  throw new Error(`impossible: no front contract of ${spec.root} at ${at}`);
}

const describe = (spec: ContractSpec, delivery: DeliveryMonth, rollsAt: EpochMs): FrontContract => ({
  symbol: symbolOf(spec, delivery),
  monthName: `${MONTH_NAMES[delivery.month - 1]} ${String(delivery.year % 100).padStart(2, '0')}`,
  lastTrade: etClockInstant(lastTradingDay(spec, delivery), spec.lastTradeAt),
  rollsAt,
});

const codeOf = ({ month }: DeliveryMonth): string => MONTH_CODES.charAt(month - 1);

const symbolOf = (spec: ContractSpec, delivery: DeliveryMonth): string =>
  `${spec.root}${codeOf(delivery)}${delivery.year % 10}`;

type Dated = DeliveryMonth & { readonly root: string };

function readDated(name: string, at: EpochMs): Dated | undefined {
  const numeric = /^([A-Z0-9]+) (\d\d)-(\d\d)$/.exec(name);
  if (numeric) return dated(numeric[1], Number(numeric[2]), 2000 + Number(numeric[3]));
  const worded = /^([A-Z0-9]+) ([A-Z]{3}) ?(\d\d)$/.exec(name);
  if (worded) {
    const month = MONTH_NAMES.findIndex((short) => short.toUpperCase() === worded[2]) + 1;
    return dated(worded[1], month, 2000 + Number(worded[3]));
  }
  const coded = /^([A-Z0-9]+?) ?([FGHJKMNQUVXZ])(\d{1,2})$/.exec(name);
  if (!coded) return undefined;
  const [, root, code = '', digits = ''] = coded;
  const year = digits.length === 2 ? 2000 + Number(digits) : yearEndingIn(Number(digits), at);
  return dated(root, MONTH_CODES.indexOf(code) + 1, year);
}

function dated(root: string | undefined, month: number, year: number): Dated | undefined {
  return root !== undefined && month >= 1 && month <= 12 ? { root, month, year } : undefined;
}

/** A one-digit year means the first such year from last year on: contracts are listed up to nine years ahead. */
function yearEndingIn(digit: number, at: EpochMs): number {
  const from = Number(etDate(at).slice(0, 4)) - 1;
  return from + ((((digit - from) % 10) + 10) % 10);
}
