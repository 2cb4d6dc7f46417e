import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { Clock } from '../../../ports/clock.js';
import type { DayAsk } from './asks.js';
import { TwsFailure } from './codes.js';
import type { ListedMonth } from './contracts.js';
import { type PastMinutes, pastMinutes } from './mapper.js';
import type { Turns } from './turns.js';
import type { Tws } from './wire.js';

export interface Asking {
  readonly tws: Tws;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly leaves: number;
}

export interface PastAsked {
  readonly spec: ContractSpec;
  readonly month: ListedMonth;
  readonly ask: DayAsk;
}

/** Closed minutes of one request, sent when it is its turn. */
export async function askPast(
  { tws, turns, clock, leaves }: Asking,
  { spec, month, ask }: PastAsked,
  signal: AbortSignal,
): Promise<PastMinutes> {
  const series = `${month.conId} ${month.exchange} TRADES`;
  const isOurTurn = await turns.take({ series, text: `${series} ${ask.end} ${ask.duration}`, leaves }, signal);
  if (!isOurTurn) throw new TwsFailure('cancelled', 0, 'stopped');
  try {
    const rows = await tws.past(month, ask, signal);
    return pastMinutes(rows, spec, { from: ask.from, to: ask.to, now: clock.now() });
  } catch (error) {
    if (!(error instanceof TwsFailure)) throw error;
    if (error.meaning === 'pacing') turns.violated();
    if (error.meaning === 'no-data') return { bars: [], refused: [] };
    throw error;
  }
}
