import type { Direction } from '../../wave/wave.js';
import { sameSide } from '../entry.js';
import type { RiskRule } from '../rule.js';

const R_MIN = 0.5;
const RATIO_OVER = 1.8;

/** Adding to a trade needs it at +0.5 R or better, and a wave of more than 1.8 in its direction. */
export const stacking: RiskRule = {
  id: 'stacking',
  severity: 'refuse',
  judge({ entry }) {
    if (!entry) return undefined;
    const held = sameSide(entry);
    if (held.length === 0) return undefined;
    const { root, side } = entry.request;
    const { dominantRatio, waveDirection } = entry;
    const early = held.find(({ rMultiple }) => rMultiple === undefined || rMultiple < R_MIN);
    const facts = {
      r: hundredths(early?.rMultiple ?? Math.min(...held.map(({ rMultiple }) => rMultiple ?? 0))),
      r_min: R_MIN,
      dominant_ratio: hundredths(dominantRatio),
      ratio_over: RATIO_OVER,
      wave: waveDirection ?? null,
    };
    if (early) {
      const at = early.rMultiple === undefined ? null : hundredths(early.rMultiple);
      const stands =
        at === null
          ? 'its R is not known (no stop behind the entry, or no price)'
          : `it stands at ${at < 0 ? '' : '+'}${at.toFixed(2)} R`;
      const r = at;
      return { text: `adding to ${early.symbol} needs it at +${R_MIN} R or better: ${stands}`, facts: { ...facts, r } };
    }
    if (dominantRatio === undefined || !(dominantRatio > RATIO_OVER)) {
      const is = dominantRatio === undefined ? 'it is not known' : `it is ${hundredths(dominantRatio)?.toFixed(2)}`;
      return { text: `adding to ${root} needs a dominant ratio above ${RATIO_OVER}: ${is}`, facts };
    }
    if (waveDirection === WITH[side]) return undefined;
    const wave = waveDirection === undefined ? 'not known' : waveDirection.toLowerCase();
    return { text: `adding to ${root} ${side} needs the wave in its direction: the wave is ${wave}`, facts };
  },
};

const WITH: Readonly<Record<'LONG' | 'SHORT', Direction>> = { LONG: 'BULLISH', SHORT: 'BEARISH' };

/** Downwards, so that 0.499 does not read as the 0.50 that would do. */
const hundredths = (value: number | undefined): number | null =>
  value === undefined ? null : Math.floor(value * 100 + 1e-9) / 100;
