import { expect, test } from 'vitest';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { after, HOUR } from '../../../../src/kernel/units.js';
import { goodFacts, goodReading } from './card-facts.js';

const feedFault = 'PRICE_MISMATCH: feed and platform are 300 ticks apart';
const good = focusCard(goodFacts);

test('prices in doubt hold back a card that could be traded, and leave its bias, levels and size', () => {
  expect(good.tradeable).toBe(true);
  expect(focusCard({ ...goodFacts, feedFault })).toEqual({
    ...good,
    tradeable: false,
    note: feedFault,
    heldBy: 'feed',
    gate: undefined,
    caution: undefined,
  });
});

test('prices in doubt are named before what else keeps a card from being traded', () => {
  const skipped = { ...goodFacts, reading: { ...goodReading, quality: { ...goodReading.quality, score: 40 } } };
  expect(focusCard({ ...skipped, feedFault })).toMatchObject({ note: feedFault, heldBy: undefined, tradeable: false });
});

test('a shut market has no price that could be in doubt', () => {
  const { note } = focusCard({ ...goodFacts, marketOpen: false, feedFault });
  expect(note).toContain('market shut');
  expect(note).not.toContain(feedFault);
});

test('a stale card says what is wrong with its feed after how old it is', () => {
  const { note } = focusCard({ ...goodFacts, now: after(goodFacts.now, HOUR), feedFault });
  expect(note).toMatch(/^stale: the newest closed bar is \d+ min old; /);
  expect(note).toContain(feedFault);
});
