import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openProgressBar } from '../../../../src/adapters/terminal/progress-bar.js';
import { progressTexts } from '../../../../src/roles/backfill/text.js';

const SIX = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'];

/** What a terminal of some width is told to show, without the moves of its cursor. */
function drawn(columns: number, share: number, words: readonly string[]): string {
  const written: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      done();
    },
  });
  const bar = openProgressBar(Object.assign(stream, { isTTY: true, columns }) as NodeJS.WriteStream);
  bar.set(share * 1_000, 1_000, words);
  bar.close();
  const [line = ''] = written.filter((text) => !text.startsWith('\x1b'));
  return line;
}

test('a bar with everything beside it is shown where there is room', () => {
  const words = progressTexts(['MGC'], { bars: 45_000, leftMs: 12_000 });
  expect(drawn(120, 0.5, words)).toBe(`${'='.repeat(15)}${'-'.repeat(15)} 50% MGC: 45,000 bars, about 12 s left`);
  expect(drawn(60, 0.5, words)).toBe(`${'='.repeat(11)}${'-'.repeat(11)} 50% MGC: 45,000 bars, about 12 s left`);
});

test('a narrow terminal shows whose bars, the percentage and the count, and never more than it is wide', () => {
  for (const roots of [['MGC'], ['EURUSD'], SIX])
    for (const bars of [0, 999, 45_000, 2_104_560])
      for (const leftMs of [undefined, 40_000_000])
        for (const share of [0.07, 1])
          for (let columns = 20; columns <= 50; columns += 1) {
            const line = drawn(columns, share, progressTexts(roots, { bars, leftMs }));
            const whose = roots.length === 1 ? roots[0] : `${roots.length} symbols`;
            expect(line.length, `${line} in ${columns}`).toBeLessThanOrEqual(columns);
            expect(line).toContain(`${Math.floor(share * 100)}% ${whose}`);
            expect(line).toMatch(/ [\d,.]+[KM]?( bars|$)/);
          }
});

test('of what is known the most that fits is shown', () => {
  const words = progressTexts(SIX, { bars: 2_104_560, leftMs: 12_000 });
  expect(drawn(46, 0.43, words)).toBe('43% 6 symbols: 2,104,560 bars, about 12 s left');
  expect(drawn(45, 0.43, words)).toBe('======--------- 43% 6 symbols: 2,104,560 bars');
  expect(drawn(27, 0.43, words)).toBe('===----- 43% 6 symbols 2.1M');
  expect(drawn(20, 1, words)).toBe('100% 6 symbols 2.1M');
});
