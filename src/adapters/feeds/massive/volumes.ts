import type { VolumeQuestion } from '../../../domain/instruments/roll-book.js';
import type { DayVolume } from '../../../domain/instruments/volume-roll.js';
import { tradingDayEnd, tradingDayStart } from '../../../domain/sessions/trading-day.js';
import { after, DAY, type TradingDay } from '../../../kernel/units.js';
import { readSessionVolume } from './mapper.js';
import type { MassiveWire } from './wire.js';

export interface VolumeParts {
  readonly wire: MassiveWire;
  /** The vendor's names of the months it lists, by ours. */
  readonly tickers: ReadonlyMap<string, string>;
}

/** What both months traded in the sessions asked for; nothing where the vendor does not list both. */
export async function dayVolumes(
  { wire, tickers }: VolumeParts,
  { front, next, days }: VolumeQuestion,
  signal: AbortSignal,
): Promise<readonly DayVolume[]> {
  const pair = [front, next].flatMap((contract) => {
    const ticker = tickers.get(contract);
    return ticker === undefined ? [] : { contract, ticker, days, signal };
  });
  if (pair.length < 2) return [];
  return (await Promise.all(pair.map((wish) => sessionVolumes(wire, wish)))).flat();
}

interface VolumeWish {
  readonly contract: string;
  readonly ticker: string;
  readonly days: readonly TradingDay[];
  readonly signal: AbortSignal;
}

async function sessionVolumes(
  wire: MassiveWire,
  { contract, ticker, days, signal }: VolumeWish,
): Promise<readonly DayVolume[]> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const volumes: DayVolume[] = [];
  // A session's window may begin with its calendar date; which day it is says its end.
  const stretch = { from: after(tradingDayStart(first), -DAY), to: after(tradingDayEnd(last), DAY) };
  for await (const { rows } of wire.aggregates({ ticker, resolution: '1session', ...stretch }, signal))
    for (const row of rows) {
      const read = readSessionVolume(row, ticker);
      if (read && days.includes(read.day)) volumes.push({ contract, ...read });
    }
  return volumes;
}
