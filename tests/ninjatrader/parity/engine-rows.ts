import type { Bar } from '../../../src/domain/bars/bar.js';
import { createSymbolAnalysis } from '../../../src/domain/focus/analysis.js';
import type { Reading } from '../../../src/domain/focus/types.js';
import { createFocusWindow } from '../../../src/domain/focus/window.js';
import { type Bands, createBollinger } from '../../../src/domain/indicators/bollinger.js';
import { createEma } from '../../../src/domain/indicators/ema.js';
import type { ContractSpec } from '../../../src/domain/instruments/contract.js';
import { type ArrowReading, createArrows } from '../../../src/domain/signals/arrows.js';
import { createHints, type Hint } from '../../../src/domain/signals/hints.js';
import { createVolumeBars, type VolumeBar } from '../../../src/domain/signals/volume-bars.js';
import { FIVE_MINUTES } from '../../../src/kernel/units.js';

/** What the engine says at one closed 5-minute bar; levels, bands and ATR in ticks, the reading as the card has it. */
export interface EngineRow {
  readonly bar: Bar;
  readonly reading: Reading;
  readonly atr: number | undefined;
  readonly ema9: number | undefined;
  readonly bands: Bands | undefined;
  readonly volumeBar: VolumeBar;
  readonly arrow: ArrowReading;
  readonly hint: Hint | undefined;
}

/** Feeds closed 5-minute bars through the TypeScript engine and its chart signals. */
export function engineRows(bars: readonly Bar[], spec: ContractSpec): readonly EngineRow[] {
  const analysis = createSymbolAnalysis(spec, { barMs: FIVE_MINUTES });
  const window = createFocusWindow();
  const ema9 = createEma(9);
  const bollinger = createBollinger(20, 2);
  const volumeBars = createVolumeBars();
  const arrows = createArrows();
  const hints = createHints();
  return bars.flatMap((bar) => {
    analysis.push(bar);
    window.push(bar);
    const reading = analysis.reading();
    if (!reading) return [];
    const { at, high, low, close, volume } = bar;
    const { ao, wave } = reading;
    const [atr, bands, volumeBar] = [window.atr(), bollinger.push(close), volumeBars.push(bar)];
    const arrow = arrows.push({ at, high, low, close, atr, ao, wave });
    const hint = hints.push({ high, low, volume, volumeBar, bands, wave });
    return [{ bar, reading, atr, ema9: ema9.push(close), bands, volumeBar, arrow, hint }];
  });
}
