import type { VolumeQuestion } from '../../../domain/instruments/roll-book.js';
import type { DayVolume } from '../../../domain/instruments/volume-roll.js';
import { parseTradingDay } from '../../../domain/sessions/trading-day.js';
import type { ListedMonth } from './contracts.js';
import type { RawBar } from './mapper.js';
import type { Months } from './months.js';
import { inTurn } from './past.js';
import type { Turns } from './turns.js';
import type { Tws } from './wire.js';

export interface VolumeParts {
  readonly tws: Tws;
  readonly months: Months;
  readonly turns: Turns;
}

/** The day that goes on is counted by IBKR too, and a holiday's session may be a bar of its own. */
const DAYS_MORE = 2;
/** Of the requests of ten minutes, as many as a lost connection takes for six streams and what they have missed. */
const LEFT_TO_STREAMS = 12;

/** What both months traded on the days asked for, one request each; nothing where IBKR does not list both. */
export async function dayVolumes(
  { tws, months, turns }: VolumeParts,
  { spec, front, next, days, at }: VolumeQuestion,
  signal: AbortSignal,
): Promise<readonly DayVolume[]> {
  const pair: ListedMonth[] = [];
  for (const contract of [front, next]) {
    const month = await months.find(tws, { spec, contract, at }, signal);
    if (month) pair.push(month);
  }
  if (pair.length < 2) return [];
  const count = days.length + DAYS_MORE;
  const volumesOf = async (month: ListedMonth): Promise<readonly DayVolume[]> => {
    const send = () => tws.pastDays(month, { end: at, days: count }, signal);
    const turn = { turns, leaves: LEFT_TO_STREAMS, signal };
    const rows = await inTurn(turn, { month, text: `${at} ${count} days`, send });
    return rows.flatMap((row) => volumeOf(month.contract, row)).filter(({ day }) => days.includes(day));
  };
  return (await Promise.all(pair.map(volumesOf))).flat();
}

/** A session's bar bears the date on which the session ends, `20261118`. */
function volumeOf(contract: string, { time, volume }: RawBar): readonly DayVolume[] {
  const [, year, month, date] = /^(\d{4})(\d\d)(\d\d)$/.exec(String(time)) ?? [];
  const day = parseTradingDay(`${year}-${month}-${date}`);
  return day === undefined || !Number.isFinite(volume) || volume < 0 ? [] : [{ contract, day, volume }];
}
