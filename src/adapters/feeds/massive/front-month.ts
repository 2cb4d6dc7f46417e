import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { parsePlatformSymbol } from '../../../domain/instruments/roll.js';
import { etDate } from '../../../domain/sessions/session.js';
import type { EpochMs } from '../../../kernel/units.js';
import { isOfOne } from '../vendor/failure.js';
import type { Listing, Refusal } from '../vendor/source.js';
import { readContract } from './mapper.js';
import type { MassiveWire } from './wire.js';

export interface FrontMonth {
  readonly listing: Listing | undefined;
  readonly refused: readonly Refusal[];
  /** The vendor's names of all months it lists, by ours. */
  readonly tickers: ReadonlyMap<string, string>;
}

export interface MonthWish {
  readonly spec: ContractSpec;
  /** The contract to listen to, in our spelling. */
  readonly contract: string;
  readonly at: EpochMs;
  readonly signal: AbortSignal;
}

/** The contract of an instrument that is listened to, if the vendor lists it. */
export async function frontMonth(wire: MassiveWire, { spec, contract, at, signal }: MonthWish): Promise<FrontMonth> {
  const where = `massive ${spec.root}`;
  let tickers: ReadonlyMap<string, string>;
  try {
    tickers = await listed(wire, { spec, at, signal });
  } catch (error) {
    // One product that the vendor will not speak of costs itself only.
    if (!isOfOne(error)) throw error;
    return { listing: undefined, refused: [{ where, reason: error.message }], tickers: new Map() };
  }
  const ticker = tickers.get(contract);
  if (ticker !== undefined) return { listing: { spec, contract, ticker }, refused: [], tickers };
  const others = [...tickers.keys()].slice(0, 4).join(', ');
  const reason =
    others === ''
      ? `${spec.root} is not a product of massive`
      : `massive does not list ${contract}, the front month of ${spec.root}; it lists ${others}`;
  return { listing: undefined, refused: [{ where, reason }], tickers };
}

/** Outright contracts of a product that can be traded on the day, in our spelling and the vendor's. */
async function listed(
  wire: MassiveWire,
  { spec, at, signal }: Omit<MonthWish, 'contract'>,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const day = etDate(at);
  for await (const { rows } of wire.contracts(spec.root, day, signal))
    for (const row of rows) {
      const read = readContract(row);
      if (!read.ok || read.value.active === false || read.value.type === 'combo') continue;
      if (read.value.last_trade_date !== undefined && read.value.last_trade_date < day) continue;
      const parsed = parsePlatformSymbol(read.value.ticker, at);
      if (parsed?.root === spec.root && parsed.contract !== spec.root) found.set(parsed.contract, read.value.ticker);
    }
  return found;
}
