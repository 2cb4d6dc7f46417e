import { FIVE_MINUTES, HOUR, MINUTE } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createResampler } from '../bars/resample.js';
import { createBiasLayer } from '../confluence/bias-layer.js';
import { type ConfluenceFrames, type ConfluenceReading, confluenceOf } from '../confluence/confluence.js';
import { createEntryLayer } from '../confluence/entry-layer.js';
import type { EntryLayer } from '../confluence/layer.js';
import { createSetupLayer } from '../confluence/setup-layer.js';
import { createGate, type GateReading } from '../gate/gate.js';
import { createIct, type IctReading } from '../ict/ict.js';
import { createAo } from '../indicators/ao.js';
import { followBollinger } from '../indicators/bollinger.js';
import { createRsi } from '../indicators/rsi.js';
import { reversalsOf } from '../signals/candle.js';
import { createHints, type Hint } from '../signals/hints.js';
import { QUALITY_WARMUP, type QualityReading, qualityOf } from '../signals/quality.js';
import { createVelocity } from '../signals/velocity.js';
import { createVolumeBars } from '../signals/volume-bars.js';
import { createWave, type Wave, type WaveOptions, type WaveReading } from '../wave/wave.js';

const QUARTER = 15 * MINUTE;

export interface FoldOptions extends WaveOptions {
  readonly frames: ConfluenceFrames;
}

/** Everything that follows the 5-minute bars of the focus window. Prices are in ticks. */
export interface FocusFold {
  /** The next bars, oldest first: one, or a day of them. */
  push(run: readonly Bar[]): void;
  bars(): number;
  ao(): number | undefined;
  wave(): WaveReading | undefined;
  quality(volPercentile: number): QualityReading | undefined;
  /** The entry layer is handed in where it follows bars shorter than the fold's. */
  confluence(minutes: EntryLayer): ConfluenceReading;
  ict(): IctReading | undefined;
  gate(): GateReading | undefined;
  /** What the volume of the newest bar hints at. */
  hint(): Hint | undefined;
}

/**
 * Prices enter as ticks from the window's first close. Whole small numbers keep the sums exact, and the mirror image
 * of a market gives the mirrored doubles to the last bit. The 15-minute and 1-hour bars are made of the same 5-minute
 * bars; one counts once its last 5-minute bar, or a later one, is there.
 */
export function createFocusFold(options: FoldOptions): FocusFold {
  const wave = createWave(options);
  const higher = createWave(options);
  const ao = createAo();
  const rsi = createRsi(14);
  const velocity = createVelocity();
  const volume = createVolumeHints();
  let newest:
    | { readonly bar: Bar; readonly close: number; readonly ao: number | undefined; readonly rsi: number }
    | undefined;
  let before: Bar | undefined;
  let anchor = 0;
  let bars = 0;

  const quarters = createResampler(QUARTER, FIVE_MINUTES);
  const hours = createResampler(HOUR, FIVE_MINUTES);
  const confluence = createFrameLayers(options.frames);
  const ict = createIct();
  const gate = createGate();

  const followPrice = (bar: Bar): void => {
    const close = bar.close - anchor;
    bars += 1;
    wave.push(close);
    velocity.push(close);
    volume.push(bar, { anchor, wave });
    before = newest?.bar;
    newest = {
      bar,
      close,
      ao: ao.push({ high: bar.high - anchor, low: bar.low - anchor }),
      rsi: rsi.push(close) ?? 50,
    };
  };

  const followFrames = (bar: Bar): void => {
    gate.push('five', bar);
    confluence.push(FIVE_MINUTES, bar);
    for (const quarter of quarters.push(bar)) {
      higher.push(quarter.close - anchor);
      gate.push('quarter', quarter);
      confluence.push(QUARTER, quarter);
    }
    for (const hour of hours.push(bar)) {
      gate.push('hour', hour);
      confluence.push(HOUR, hour);
    }
  };

  return {
    push(run) {
      if (bars === 0) anchor = run[0]?.close ?? 0;
      // Part after part, not bar after bar: with the cache to itself each is through its days a quarter faster.
      for (const bar of run) followPrice(bar);
      for (const bar of run) ict.push(bar);
      for (const bar of run) followFrames(bar);
    },
    bars: () => bars,
    ao: () => newest?.ao,
    wave: () => wave.read(),
    confluence: (minutes) => confluence.read(minutes),
    ict: () => ict.read(),
    gate: () => gate.read(),
    hint: () => volume.read(),
    quality(volPercentile) {
      const pace = velocity.read();
      if (bars < QUALITY_WARMUP || !newest || !before || !pace || newest.ao === undefined) return undefined;
      return qualityOf({
        close: newest.close,
        trend: wave.trend(),
        ao: newest.ao,
        rsi: newest.rsi,
        volPercentile,
        velocity: pace.velocity,
        velocityChange: pace.change,
        currentRatio: wave.read()?.currentRatio,
        candle: reversalsOf(before, newest.bar),
        higherFrame: higher.read()?.direction ?? 'NEUTRAL',
      });
    },
  };
}

/** The layers whose frames are made of 5-minute bars, each fed with the bars of its own frame. */
function createFrameLayers(frames: ConfluenceFrames) {
  const bias = createBiasLayer(frames.bias);
  const setup = createSetupLayer(frames.setup);
  const entry = frames.entry >= FIVE_MINUTES ? createEntryLayer(frames.entry) : undefined;
  return {
    push(frameMs: number, bar: Bar): void {
      if (frameMs === bias.frameMs) bias.push(bar);
      if (frameMs === setup.frameMs) setup.push(bar);
      if (frameMs === entry?.frameMs) entry.push(bar);
    },
    read: (minutes: EntryLayer) => confluenceOf([bias.read(), setup.read(), entry?.read() ?? minutes]),
  };
}

/** Wave and bands are asked only where volume stands out: most bars need no mean of two hundred waves. */
function createVolumeHints() {
  const volumeBars = createVolumeBars();
  const bands = followBollinger(20, 2);
  const hints = createHints();
  let hint: Hint | undefined;
  return {
    push(bar: Bar, { anchor, wave }: { readonly anchor: number; readonly wave: Wave }): void {
      const volumeBar = volumeBars.push(bar);
      bands.push(bar.close - anchor);
      hint = hints.push({
        high: bar.high - anchor,
        low: bar.low - anchor,
        volume: bar.volume,
        volumeBar,
        bands: volumeBar.isSpike ? bands.read() : undefined,
        wave: volumeBar.isSpike ? wave.read() : undefined,
      });
    },
    read: () => hint,
  };
}
