import { expect, test } from 'vitest';
import { cardView } from '../../../../src/roles/web/panels/card.js';
import { asset, MORNING, seedOf } from '../../../support/web-source.js';
import { context } from './panel-view.js';

test('a card says when its contract ends, in the week before', () => {
  const gold = asset(seedOf('mgc'), MORNING);
  const usual = cardView(gold, context()).month;
  const text = 'MGC rolls Z6 -> G7 on Tue 24 Nov';
  expect(cardView({ ...gold, roll: { to: 'MGCG7', on: '2026-11-24', text } }, context()).month).toBe(
    `${usual}, ${text}`,
  );
});
