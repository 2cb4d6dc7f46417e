import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface Wish {
  readonly text: string;
  readonly width: number;
  readonly spots: readonly { readonly x: number; readonly y: number }[];
}
interface Placed {
  readonly text: string;
  readonly width: number;
  readonly x: number;
  readonly top: number;
}
interface Module {
  placed(labels: readonly Wish[], room: { readonly height: number; readonly bottom: number }): Placed[];
}
const file = new URL('../../../../../public/js/chart-place.js', import.meta.url).href;
const { placed }: Module = await import(file);
const ROOM = { height: 14, bottom: 150 };
const label = (text: string, x: number, y: number): Wish => ({ text, width: 40, spots: [{ x, y }] });

describe('labels of a chart', () => {
  test('stand on their lines where there is room', () => {
    expect(placed([label('a', 0, 50), label('b', 0, 80)], ROOM).map(({ top }) => top)).toEqual([43, 73]);
  });
  test('give way to the one before them in the list', () => {
    const [first, second] = placed([label('a', 0, 50), label('b', 20, 52)], ROOM);
    expect(first?.top).toBe(43);
    expect(second?.top).toBe(60);
  });
  test('take another spot on their line before they leave it', () => {
    const vwap = {
      text: 'VWAP',
      width: 40,
      spots: [
        { x: 100, y: 50 },
        { x: 10, y: 90 },
      ],
    };
    expect(placed([label('a', 100, 50), vwap], ROOM).at(1)).toMatchObject({ text: 'VWAP', x: 10, top: 83 });
  });
  test('never cover another, never leave the chart, and are never far from a spot of theirs', () => {
    const wish = fc.record({
      text: fc.constant('x'),
      width: fc.integer({ min: 10, max: 80 }),
      spots: fc.array(fc.record({ x: fc.integer({ min: 0, max: 200 }), y: fc.integer({ min: -20, max: 170 }) }), {
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 10 }), (wishes) => {
        const found = placed(wishes, ROOM);
        for (const [i, a] of found.entries()) {
          expect(a.top).toBeGreaterThanOrEqual(0);
          expect(a.top + ROOM.height).toBeLessThanOrEqual(ROOM.bottom);
          expect(wishes.some(({ spots }) => spots.some(({ x, y }) => x === a.x && Math.abs(a.top + 7 - y) <= 30))).toBe(
            true,
          );
          for (const b of found.slice(i + 1)) {
            const apart = a.top + 14 <= b.top || b.top + 14 <= a.top || a.x + a.width <= b.x || b.x + b.width <= a.x;
            expect(apart).toBe(true);
          }
        }
      }),
    );
  });
});
