import { describe, expect, test } from 'vitest';
import { type ConfluenceReading, confluenceOf, framesFor } from '../../../../src/domain/confluence/confluence.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { sil } from '../../../../src/domain/instruments/catalogue/sil.js';
import type { Direction } from '../../../../src/domain/wave/wave.js';
import { FIVE_MINUTES, HOUR, MINUTE } from '../../../../src/kernel/units.js';

const DIRECTIONS = ['BULLISH', 'BEARISH', 'NEUTRAL'] as const;

function layersOf(bias: Direction, setup: Direction, entry: Direction): ConfluenceReading['layers'] {
  const head = { frameMs: MINUTE, bars: 60, needs: 26, barAt: undefined, evidence: undefined };
  return [
    { layer: 'bias', direction: bias, ...head },
    { layer: 'setup', direction: setup, ...head },
    { layer: 'entry', direction: entry, ...head },
  ];
}

describe('confluence', () => {
  test.each([
    ['BULLISH', 'BULLISH', 'BULLISH', 'BULLISH', 3],
    ['BEARISH', 'BULLISH', 'BEARISH', 'BEARISH', 2],
    ['NEUTRAL', 'BEARISH', 'BEARISH', 'BEARISH', 2],
    ['NEUTRAL', 'NEUTRAL', 'BULLISH', 'BULLISH', 1],
    ['BULLISH', 'NEUTRAL', 'BEARISH', 'NEUTRAL', 0],
    ['NEUTRAL', 'NEUTRAL', 'NEUTRAL', 'NEUTRAL', 0],
  ] as const)('%s %s %s is %s with %d', (bias, setup, entry, direction, score) => {
    expect(confluenceOf(layersOf(bias, setup, entry))).toMatchObject({ direction, score });
  });

  test('the order of the layers does not matter, and a direction always has a layer that says it', () => {
    for (const a of DIRECTIONS)
      for (const b of DIRECTIONS)
        for (const c of DIRECTIONS) {
          const { direction, score } = confluenceOf(layersOf(a, b, c));
          expect(confluenceOf(layersOf(c, a, b))).toMatchObject({ direction, score });
          expect(score > 0).toBe(direction !== 'NEUTRAL');
          expect([a, b, c].filter((each) => each === direction && score > 0)).toHaveLength(score);
        }
  });

  test('metals are read a frame slower', () => {
    expect(framesFor(mes)).toEqual({ bias: 15 * MINUTE, setup: FIVE_MINUTES, entry: MINUTE });
    expect(framesFor(sil)).toEqual({ bias: HOUR, setup: 15 * MINUTE, entry: FIVE_MINUTES });
  });
});
