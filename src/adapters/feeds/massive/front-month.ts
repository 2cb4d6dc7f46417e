import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { frontContract, parsePlatformSymbol } from '../../../domain/instruments/roll.js';
import { etDate } from '../../../domain/sessions/session.js';
import { after, DAY, type EpochMs, iso } from '../../../kernel/units.js';
import type { Log } from '../../../ports/log.js';
import { isOfOne, reasonOf } from '../vendor/failure.js';
import type { Listing, Refusal } from '../vendor/source.js';
import { readContract, readSessionVolume } from './mapper.js';
import type { MassiveWire } from './wire.js';

/** Before a roll volume moves to the next month; so long before it both are compared. */
const ROLL_WINDOW_MS = 8 * DAY;
/** The next month leads once it has traded more in two sessions in a row. */
const SESSIONS_COMPARED = 2;

export interface FrontMonth {
  readonly listing: Listing | undefined;
  readonly refused: readonly Refusal[];
  /** What a person should know though nothing is refused. */
  readonly remark: string | undefined;
}

export interface MonthWish {
  readonly spec: ContractSpec;
  readonly at: EpochMs;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/**
 * The contract of an instrument that is listened to: the calendar's front month, if the vendor lists it. The calendar
 * decides, so that every feed and the card speak of the same month; where the vendor's volume says another, it is told.
 */
export async function frontMonth(wire: MassiveWire, { spec, at, signal, log }: MonthWish): Promise<FrontMonth> {
  const front = frontContract(spec, at);
  const where = `massive ${spec.root}`;
  let tickers: ReadonlyMap<string, string>;
  try {
    tickers = await listed(wire, { spec, at, signal });
  } catch (error) {
    // One product that the vendor will not speak of costs itself only.
    if (!isOfOne(error)) throw error;
    return { listing: undefined, refused: [{ where, reason: error.message }], remark: undefined };
  }
  const ticker = tickers.get(front.symbol);
  if (ticker === undefined) {
    const others = [...tickers.keys()].slice(0, 4).join(', ');
    const reason =
      others === ''
        ? `${spec.root} is not a product of massive`
        : `massive does not list ${front.symbol}, the front month of ${spec.root}; it lists ${others}`;
    return { listing: undefined, refused: [{ where, reason }], remark: undefined };
  }
  const listing = { spec, contract: front.symbol, ticker };
  if (front.rollsAt - at > ROLL_WINDOW_MS) return { listing, refused: [], remark: undefined };
  const next = frontContract(spec, front.rollsAt).symbol;
  const pair = { listing, next: tickers.get(next) ?? next, at, signal };
  const remark = await volumeRemark(wire, pair).catch((error: unknown) => {
    // A remark is worth no connection: what ails the vendor shows where bars are asked for.
    const reason = reasonOf(error);
    log.debug({ evt: 'feed.front_month.volume', feed: 'massive', reason }, 'volumes cannot be compared');
    return undefined;
  });
  return { listing, refused: [], remark };
}

/** Outright contracts of a product that can be traded on the day, in our spelling and the vendor's. */
async function listed(
  wire: MassiveWire,
  { spec, at, signal }: { readonly spec: ContractSpec; readonly at: EpochMs; readonly signal: AbortSignal },
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

interface Pair {
  readonly listing: Listing;
  readonly next: string;
  readonly at: EpochMs;
  readonly signal: AbortSignal;
}

async function volumeRemark(wire: MassiveWire, { listing, next, at, signal }: Pair): Promise<string | undefined> {
  const [front, following] = await Promise.all(
    [listing.ticker, next].map((ticker) => sessionVolumes(wire, { ticker, at, signal })),
  );
  const pairs = (front ?? []).map((volume, i) => ({ volume, next: following?.[i] ?? 0 }));
  if (pairs.length < SESSIONS_COMPARED || !pairs.every((pair) => pair.next > pair.volume)) return undefined;
  const figures = pairs.map((pair) => `${pair.next} against ${pair.volume}`).join(', ');
  const until = iso(frontContract(listing.spec, at).rollsAt);
  return `${next} has traded more than ${listing.ticker} in ${SESSIONS_COMPARED} sessions (${figures}); the calendar stays with ${listing.ticker} until ${until}`;
}

/** Volumes of the newest whole sessions, oldest first. */
async function sessionVolumes(
  wire: MassiveWire,
  { ticker, at, signal }: { readonly ticker: string; readonly at: EpochMs; readonly signal: AbortSignal },
): Promise<readonly number[]> {
  const volumes: number[] = [];
  const query = { ticker, resolution: '1session', from: after(at, -6 * DAY), to: after(at, -DAY) } as const;
  for await (const { rows } of wire.aggregates(query, signal))
    volumes.push(...rows.map(readSessionVolume).filter((volume) => volume !== undefined));
  return volumes.slice(-SESSIONS_COMPARED);
}
