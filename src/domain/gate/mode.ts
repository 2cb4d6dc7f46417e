import type { Direction } from '../wave/wave.js';
import { ADX_OVER, type GateReading } from './gate.js';

/** What the trader wants done about an entry the gate is against. */
export type GateMode = 'off' | 'warn' | 'block';
export const USUAL_GATE_MODE: GateMode = 'warn';

/** What the gate saw of one side when it was asked; figures are undefined while it is not ready. */
export interface GateView {
  readonly mode: GateMode;
  readonly side: 'LONG' | 'SHORT';
  readonly adx: number | undefined;
  readonly trend: Direction | undefined;
  readonly passes: boolean | undefined;
}

export function gateView(reading: GateReading | undefined, side: GateView['side'], mode: GateMode): GateView {
  if (!reading) return { mode, side, adx: undefined, trend: undefined, passes: undefined };
  const { quarter, passesLong, passesShort } = reading;
  return { mode, side, adx: quarter.adx, trend: quarter.trend, passes: side === 'LONG' ? passesLong : passesShort };
}

/** A gate that is not ready is against nobody. */
export const isAgainst = ({ mode, passes }: GateView): boolean => mode !== 'off' && passes === false;
export const isSuppressed = (view: GateView): boolean => view.mode === 'block' && isAgainst(view);

/** What a trader must hear of it; undefined when the gate passes the side or was not asked. */
export function gateText(view: GateView): string | undefined {
  const { mode, side, adx, trend } = view;
  if (mode === 'off') return undefined;
  if (adx === undefined || trend === undefined) return 'gate not ready: the 15m ADX is not warm yet';
  if (!isAgainst(view)) return undefined;
  // Downwards: an ADX of 19.96 must not read as one of 20.
  const strength = `ADX ${(Math.floor(adx * 10) / 10).toFixed(1)}${adx > ADX_OVER ? '' : ` not over ${ADX_OVER}`}`;
  return `gate against ${side}: 15m trend ${trend}, ${strength}`;
}
