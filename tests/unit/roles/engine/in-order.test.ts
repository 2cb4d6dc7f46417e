import { expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import type { EngineStream } from '../../../../src/ports/engine-bus.js';
import { inTimeOrder } from '../../../../src/roles/engine/in-order.js';

const item = (name: string, stream: EngineStream, at: number) => ({
  name,
  entry: { stream },
  event: { at: epochMs(at) },
});

test('reports that came between two bars are decided between them, before the bar of the same instant', () => {
  const read = [
    item('bar 1', 'bars', 60),
    item('bar 2', 'bars', 120),
    item('bar 3', 'bars', 180),
    item('report 1', 'account', 30),
    item('report 2', 'account', 120),
    item('report 3', 'account', 150),
    item('refresh', 'commands', 200),
  ];
  expect(inTimeOrder(read).map(({ name }) => name)).toEqual([
    'report 1',
    'bar 1',
    'report 2',
    'bar 2',
    'report 3',
    'bar 3',
    'refresh',
  ]);
});

test('entries of one stream never overtake each other, however their times run', () => {
  const read = [item('late', 'bars', 300), item('early', 'bars', 60), item('report', 'account', 100)];
  expect(inTimeOrder(read).map(({ name }) => name)).toEqual(['report', 'late', 'early']);
});
