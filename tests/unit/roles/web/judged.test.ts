import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import { judgedState } from '../../../../src/roles/web/judged.js';
import { fromSnapshot } from '../../../../src/roles/web/state.js';
import { fullSnapshot, MORNING, positionsAt, riskAt } from '../../../support/web-source.js';
import { webApps, words } from './set-up.js';

const started = webApps();
const state = fromSnapshot(fullSnapshot(MORNING));
const judged = (seconds: number, more: Partial<typeof state> = {}) =>
  judgedState({ ...state, ...more }, { now: epochMs(MORNING + seconds * 1_000), staleAfterMs: 10_000 });

describe('between two messages of the engine', () => {
  test('an account is stale once it was silent for more than ten seconds', () => {
    // The fixture's account was heard one second before.
    expect(judged(9).positions?.accounts[0]?.verdict).toBe('IN_SYNC');
    expect(judged(9).positions?.verdict).toBe('IN_SYNC');
    const later = judged(9.001);
    expect(later.positions?.accounts[0]?.verdict).toBe('STALE');
    expect(later.positions?.verdict).toBe('STALE');
    expect(later.risk?.accounts[0]?.verdict).toBe('STALE');
    expect(later.risk?.can_enter).toBe(false);
    expect(later.risk?.reasons[0]?.rule).toBe('account-in-sync');
  });
  test('the entry cut-off holds to the second', () => {
    const ten = epochMs(Date.parse('2026-11-20T15:00:00Z'));
    const at = (now: number) =>
      judgedState(
        { ...state, positions: positionsAt(ten), risk: riskAt(ten) },
        { now: epochMs(now), staleAfterMs: 10_000 },
      );
    expect(at(ten - 1).risk?.can_enter).toBe(true);
    expect(at(ten).risk?.reasons.map(({ rule }) => rule)).toEqual(['entry-cutoff']);
  });
  test('nothing that was worse becomes better', () => {
    const unknown = positionsAt(MORNING, { verdict: 'UNKNOWN', accounts: [], positions: [] });
    expect(judged(60, { positions: unknown }).positions?.verdict).toBe('UNKNOWN');
    const risk = riskAt(MORNING, {
      can_enter: false,
      reasons: [{ rule: 'new-rule', text: 'a rule of tomorrow', facts: {} }],
    });
    expect(judged(0, { risk }).risk).toMatchObject({ can_enter: false, reasons: [{ text: 'a rule of tomorrow' }] });
  });
});

test('the page stops claiming flat when an account falls silent, although the engine is well and says nothing', async () => {
  const { app, time, source } = await started((now) => ({ positions: positionsAt(now, { positions: [] }) }));
  const positions = async () => words((await app.inject('/api/positions/html')).body);
  expect(await positions()).toContain('✓ No open positions');
  time.timers.every(1_000, source.beat);
  await time.pass(9_500);
  expect(await positions()).toContain('No news from the platform since 04:57:11.');
  expect(words((await app.inject('/')).body)).toContain('NO NEW ENTRIES');
});
