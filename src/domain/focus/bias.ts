import { LAYERS } from '../confluence/confluence.js';
import type { Direction } from '../wave/wave.js';
import type { Bias, BiasParts, Reading } from './types.js';

/** Below this quality a card says "skip today". */
export const QUALITY_MIN = 55;

/** Weight of each part in the bias score. */
export const BIAS_WEIGHT = { wave: 0.5, ao: 0.2, confluence: 0.3 } as const;
/** Score from which a card is LONG; SHORT from its negative. */
export const BIAS_FROM = 0.5;
/** 0.5 - 0.2 + 0.2 must reach 0.5 whatever the last bit of a double says. */
const DUST = 1e-9;

/** The parts of the bias score; undefined until wave and oscillator are warm. A confluence layer that is not counts as neutral. */
export function biasPartsOf({
  wave,
  ao,
  confluence,
}: Pick<Reading, 'wave' | 'ao' | 'confluence'>): BiasParts | undefined {
  if (!wave || ao === undefined) return undefined;
  const parts = {
    wave: signOf(wave.direction),
    ao: Math.sign(ao),
    confluence: (signOf(confluence.direction) * confluence.score) / LAYERS,
  };
  const score = BIAS_WEIGHT.wave * parts.wave + BIAS_WEIGHT.ao * parts.ao + BIAS_WEIGHT.confluence * parts.confluence;
  return { ...parts, score };
}

/** The side wave, oscillator and confluence call for, before the quality has its say. */
export function sideOf({ wave, score }: BiasParts): Bias {
  if (wave === 1 && score >= BIAS_FROM - DUST) return 'LONG';
  if (wave === -1 && score <= -BIAS_FROM + DUST) return 'SHORT';
  return 'NEUTRAL';
}

/** Where an undecided price leans: the sign of the score, else of the running wave; LONG when nothing says otherwise. */
export function leanOf(parts: BiasParts, reading: Reading): 'LONG' | 'SHORT' {
  const lean = parts.score || (reading.wave?.trendSpeed ?? 0);
  return lean < 0 ? 'SHORT' : 'LONG';
}

function signOf(direction: Direction): number {
  if (direction === 'NEUTRAL') return 0;
  return direction === 'BULLISH' ? 1 : -1;
}
