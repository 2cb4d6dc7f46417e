import { type EpochMs, epochMs } from '../../kernel/units.js';
import { focusAlerts, noTradeAlerts, verdictAlert } from './alerts.js';
import { clockAlerts } from './clock-alerts.js';
import type { Effect } from './effect.js';
import { gateSignals } from './gate-signals.js';
import { noTradeOn, planAt } from './plan.js';
import { riskEventEffects, spokenRules } from './risk-events.js';
import { positionsReport, riskReport, verdictsAt } from './risk-facts.js';
import type { CopilotState } from './state.js';

/** A new plan and what changed with it. */
export function refocus(state: CopilotState, at: EpochMs): readonly Effect[] {
  const before = state.plan;
  const plan = planAt(state, at);
  state.plan = plan;
  state.hasNewBars = false;
  const alerts = focusAlerts(before, plan).map((alert): Effect => ({ kind: 'alert', alert }));
  return [{ kind: 'publish-focus', plan }, ...alerts, ...gateSignals(before, plan)];
}

/** Risk, positions and the no-trade verdict as of now. */
export function sweep(state: CopilotState, dueAt: EpochMs): readonly Effect[] {
  return [...judgements(state, dueAt), ...verdictAlerts(state, epochMs(Math.max(dueAt, state.newestAt)))];
}

/** Accounts that fell silent or came back since it was last said. */
function verdictAlerts(state: CopilotState, at: EpochMs): readonly Effect[] {
  const verdicts = verdictsAt(state, at);
  const alerts = [...verdicts].flatMap(([account, now]): Effect[] => {
    const alert = verdictAlert({ account, before: state.verdicts.get(account), now }, at);
    return alert ? [{ kind: 'alert', alert }] : [];
  });
  state.verdicts = verdicts;
  return alerts;
}

function judgements(state: CopilotState, dueAt: EpochMs): readonly Effect[] {
  const at = epochMs(Math.max(dueAt, state.newestAt));
  const positions = positionsReport(state, at);
  const risk = riskReport(state, positions);
  const [before, noTrade] = [state.noTrade, noTradeOn(state, risk.facts)];
  state.noTrade = noTrade;
  const [saidBefore, said] = [state.spoken, spokenRules(risk)];
  state.spoken = said;
  return [
    { kind: 'publish-positions', report: positions },
    { kind: 'publish-risk', report: risk },
    { kind: 'publish-no-trade', asOf: at, noTrade },
    ...clockAlerts(state, { before: saidBefore, now: said, risk, positions }),
    ...riskEventEffects({ before: saidBefore, now: said, at, tradingDay: state.tradingDay }),
    ...noTradeAlerts(before, noTrade, at).map((alert): Effect => ({ kind: 'alert', alert })),
  ];
}

/**
 * A bridge reports every few seconds; the no-trade verdict is told again only when the report changed it. A report that
 * waited while the engine was away says nothing of silence: newer ones may wait behind it, and the next sweep will tell.
 */
export function sweepAfterNews(state: CopilotState, at: EpochMs): readonly Effect[] {
  const before = JSON.stringify(state.noTrade);
  const isLate = state.newestAt - at > state.book.staleAfterMs;
  const effects = isLate ? judgements(state, at) : sweep(state, at);
  const isNews = JSON.stringify(state.noTrade) !== before;
  return effects.filter((effect) => isNews || effect.kind !== 'publish-no-trade');
}
