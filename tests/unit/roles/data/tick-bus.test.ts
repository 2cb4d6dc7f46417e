import { describe, expect, it } from 'vitest';
import { epochMs, ticks } from '../../../../src/kernel/units.js';
import type { FeedTick } from '../../../../src/ports/feed.js';
import { createTickBus } from '../../../../src/roles/data/tick-bus.js';
import { keepingLog } from '../../../support/fake-vendor/log.js';

const tickOf = (price: number): FeedTick => ({
  root: 'MES',
  contract: 'MESZ6',
  price: ticks(price),
  at: epochMs(price),
});

const hearing = (name: string, fail?: (price: number) => void) => {
  const heard: number[] = [];
  return {
    name,
    heard,
    tick({ price }: FeedTick) {
      fail?.(price);
      heard.push(price);
    },
  };
};

describe('the tick bus', () => {
  it('hands every last price to every listener', () => {
    const [first, second] = [hearing('first'), hearing('second')];
    const bus = createTickBus([first, second], keepingLog().log);
    for (const price of [1, 2, 3]) bus.publish(tickOf(price));
    expect([first.heard, second.heard]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('loses a price to the listener that fails on it alone, and says so once with its number', () => {
    const weak = hearing('weak', (price) => {
      if (price === 2 || price === 3) throw new Error('too cheap');
    });
    const strong = hearing('strong');
    const { log, lines } = keepingLog();
    const bus = createTickBus([weak, strong], log);
    for (const price of [1, 2, 3, 4]) bus.publish(tickOf(price));
    expect(strong.heard).toEqual([1, 2, 3, 4]);
    expect(weak.heard).toEqual([1, 4]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"listener":"weak","sequence":2');
  });

  it('passes up what cannot be, after everyone was told', () => {
    const broken = hearing('broken', () => {
      throw new Error('impossible: a price of nobody');
    });
    const after = hearing('after');
    const bus = createTickBus([broken, after], keepingLog().log);
    expect(() => bus.publish(tickOf(1))).toThrow('impossible');
    expect(after.heard).toEqual([1]);
  });

  it('names every listener that failed, also after one that failed on what cannot be', () => {
    const broken = (name: string) =>
      hearing(name, () => {
        throw new Error('impossible: a price of nobody');
      });
    const { log, lines } = keepingLog();
    const bus = createTickBus([broken('first'), broken('second')], log);
    expect(() => bus.publish(tickOf(1))).toThrow('impossible');
    expect(lines.map((line) => /"listener":"(\w+)"/.exec(line)?.[1])).toEqual(['first', 'second']);
  });
});
