import { HOUR, MINUTE } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createVwap } from '../indicators/vwap.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { Direction } from '../wave/wave.js';
import { followFrame, type GateFrame } from './frame.js';

/** What the gate sees. It judges; whether anyone listens (off, warn, block) is the caller's. */
export interface GateReading {
  readonly quarter: GateFrame;
  /** Evidence only. */
  readonly hour: GateFrame | undefined;
  /** Volume-weighted price since 18:00 New York, in ticks; undefined until something traded. Evidence only. */
  readonly vwap: number | undefined;
  readonly passesLong: boolean;
  readonly passesShort: boolean;
}

export interface Gate {
  /** A closed bar of 5 minutes, 15 minutes or an hour. */
  push(frame: 'five' | 'quarter' | 'hour', bar: Bar): void;
  /** Undefined until the ADX of the 15-minute bars is warm. */
  read(): GateReading | undefined;
}

/** Wilder's ADX over which the gate lets a trend pass. */
export const ADX_OVER = 20;

/** An entry needs a 15-minute trend of some strength that points its way. */
export function createGate(): Gate {
  const quarter = followFrame(15 * MINUTE);
  const hour = followFrame(HOUR);
  const vwap = createDayVwap();
  return {
    push(frame, bar) {
      if (frame === 'five') vwap.push(bar);
      else (frame === 'quarter' ? quarter : hour).push(bar);
    },
    read() {
      const seen = quarter.read();
      if (!seen) return undefined;
      const passes = (direction: Direction): boolean => seen.adx > ADX_OVER && seen.trend === direction;
      return {
        quarter: seen,
        hour: hour.read(),
        vwap: vwap.read(),
        passesLong: passes('BULLISH'),
        passesShort: passes('BEARISH'),
      };
    },
  };
}

/** The VWAP of the bars since the roll of the trading day. */
function createDayVwap() {
  let day: string | undefined;
  let vwap = createVwap();
  let value: number | undefined;
  return {
    push(bar: Bar): void {
      const its = tradingDayOf(bar.at);
      if (its !== day) {
        day = its;
        vwap = createVwap();
      }
      value = vwap.push(bar);
    },
    read: () => value,
  };
}
