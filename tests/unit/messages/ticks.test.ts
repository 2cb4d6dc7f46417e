import { describe, expect, test } from 'vitest';
import type { FeedTick } from '../../../src/domain/bars/feed-bar.js';
import { epochMs, ticks } from '../../../src/kernel/units.js';
import { decodeTicks, encodeTicks } from '../../../src/messages/ticks.js';

const AT = Date.parse('2026-11-20T14:35:00.123Z');
const tick = (root: string, price: number, ms: number): FeedTick => ({
  root,
  contract: `${root}Z6`,
  price: ticks(price),
  at: epochMs(AT + ms),
});

describe('packed last prices', () => {
  test('come back whole, those of one contract in their order', () => {
    const sent = [tick('MES', 27_001, 0), tick('SIL', 10_301, 7), tick('MES', 27_003, 9), tick('MES', 26_999, -2)];
    const read = decodeTicks(encodeTicks(sent));
    expect(read).toEqual({ ok: true, value: [sent[0], sent[2], sent[3], sent[1]] });
  });

  test('are plain decimals on the tick grid for whoever else reads the stream', () => {
    expect(JSON.parse(encodeTicks([tick('MES', 27_001, 0), tick('MES', 27_002, 40)]))).toEqual({
      v: 1,
      at: '2026-11-20T14:35:00.123Z',
      last: [{ symbol: 'MES', contract: 'MESZ6', price: [6750.25, 6750.5], ms: [0, 40] }],
    });
  });

  test.each([
    ['no JSON', '{', /expected object/],
    ['an unknown market', text({ symbol: 'ABC' }), /symbol: ABC is not in the catalogue/],
    ['a price off the grid', text({ price: [6750.3] }), /price: 6750\.3 of MESZ6 is off the tick grid/],
    ['a time too few', text({ ms: [] }), /ms: 0 times for 1 prices of MESZ6/],
    ['a price that is none', text({ price: ['6750.25'] }), /price/],
  ])('an entry with %s is refused in words that name the field', (_, bad, said) => {
    const read = decodeTicks(bad);
    expect(read.ok).toBe(false);
    expect(read.ok ? '' : read.error).toMatch(said);
  });
});

function text(change: object): string {
  const column = { symbol: 'MES', contract: 'MESZ6', price: [6750.25], ms: [0], ...change };
  return JSON.stringify({ v: 1, at: '2026-11-20T14:35:00.123Z', last: [column] });
}
