import { expect, test } from 'vitest';
import type { FocusPlanJson } from '../../../../src/messages/focus-plan.js';
import { MORNING, planAt, statusAt } from '../../../support/web-source.js';
import { context, text } from './panel-view.js';

const shown = (plan: Partial<FocusPlanJson>, markets = statusAt(MORNING).markets) => {
  const at = context({ plan: planAt(MORNING, plan), status: statusAt(MORNING, { markets }) });
  return { plan: text('focus', at), others: text('others', at) };
};

test('a plan without a single bar says whose bars are awaited and when, and not that the watch list is empty', () => {
  const { plan, others } = shown({ assets: [], others: [] });
  expect(plan).toContain(
    'No bar of MGC, MNQ, MES, MCL, SIL, MHG has been heard yet. Cards appear with the first closed',
  );
  expect(others).toContain('No other symbol.');
});

test('while every market is shut it says when the cards come', () => {
  const shut = statusAt(MORNING).markets.map((it) => ({ ...it, open: false, changes_at: '2026-11-22T23:00:00.000Z' }));
  expect(shown({ assets: [], others: [] }, shut).plan).toContain('after the markets reopen, Sun 18:00 ET');
});

test('a symbol without a bar is named beside those that have some', () => {
  const { others } = planAt(MORNING);
  expect(shown({ others: others.slice(0, 1) }).others).toMatch(/SIL .*No bar of MHG has been heard yet\./);
  expect(shown({}).others).not.toContain('has been heard yet');
});

test('a watch list that names nothing is called empty', () => {
  expect(shown({ assets: [], others: [] }, []).plan).toContain('The watch list is empty.');
});
