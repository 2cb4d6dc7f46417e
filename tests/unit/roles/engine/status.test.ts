import { expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, epochMs, SECOND } from '../../../../src/kernel/units.js';
import { systemStatus } from '../../../../src/roles/engine/status.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';
import { fillAt, filled } from '../../../support/fills.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const bridgeOf = (state: CopilotState) => {
  const now = after(NINE, SECOND);
  const facts = { state, mode: 'live', now, data: undefined, dataSilentMs: undefined, blockedBy: undefined } as const;
  return systemStatus(facts).parts.find(({ part }) => part === 'bridge');
};

test('the bridge is down while an account sends fills and never said what it holds', () => {
  const state = newCopilot(NINE);
  decide(state, { kind: 'account', at: NINE, snapshot: flatSnapshot(NINE, 1) });
  expect(bridgeOf(state)).toMatchObject({ state: 'ok', reason: 'Sim101 IN_SYNC' });
  decide(state, filled(fillAt(NINE, { account: 'Sim102' })));
  expect(bridgeOf(state)).toMatchObject({
    state: 'down',
    reason: 'Sim102 UNKNOWN: fills came, but never what is held',
  });
  decide(state, { kind: 'account', at: NINE, snapshot: flatSnapshot(NINE, 1, { account: 'Sim102' }) });
  expect(bridgeOf(state)).toMatchObject({ state: 'ok' });
});
