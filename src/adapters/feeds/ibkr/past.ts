import type { ContractSpec } from '../../../domain/instruments/contract.js';
import type { Clock } from '../../../ports/clock.js';
import type { DayAsk } from './asks.js';
import { TwsFailure } from './codes.js';
import type { ListedMonth } from './contracts.js';
import { type PastMinutes, pastMinutes, type RawBar } from './mapper.js';
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
  const send = () => tws.past(month, ask, signal);
  const rows = await inTurn({ turns, leaves, signal }, { month, text: `${ask.end} ${ask.duration}`, send });
  return pastMinutes(rows, spec, { from: ask.from, to: ask.to, now: clock.now() });
}

export interface Turn {
  readonly turns: Turns;
  readonly leaves: number;
  readonly signal: AbortSignal;
}

export interface HistoryRequest {
  readonly month: ListedMonth;
  /** What it asks of the month: the same text again is the identical request. */
  readonly text: string;
  send(): Promise<readonly RawBar[]>;
}

/** The rows of a request for history, sent when it is its turn; none where IBKR has nothing. */
export async function inTurn(
  { turns, leaves, signal }: Turn,
  { month, text, send }: HistoryRequest,
): Promise<readonly RawBar[]> {
  const series = `${month.conId} ${month.exchange} TRADES`;
  const isOurTurn = await turns.take({ series, text: `${series} ${text}`, leaves }, signal);
  if (!isOurTurn) throw new TwsFailure('cancelled', 0, 'stopped');
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof TwsFailure)) throw error;
    if (error.meaning === 'pacing') turns.violated();
    if (error.meaning === 'no-data') return [];
    throw error;
  }
}
