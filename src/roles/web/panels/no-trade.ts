import { etTime } from '../format.js';
import type { Panel, PanelView, ViewContext } from './panel.js';

/** The answer to "may I trade?": the plan's guards first, then the account's rules, and silence is not permission. */
export const noTradePanel: Panel = {
  id: 'no-trade',
  title: 'May I trade?',
  event: 'no-trade-alert',
  alsoOn: ['risk-update', 'focus-update', 'status'],
  announces: true,
  view(context) {
    const { state } = context;
    const noTrade = state.noTrade ?? state.plan?.no_trade;
    const warnings = (noTrade?.warnings ?? []).map((warning) => warning.text);
    return { ...verdict(context), warnings };
  },
};

function verdict({ state, freshness }: ViewContext): PanelView {
  const noTrade = state.noTrade ?? state.plan?.no_trade;
  if (freshness.stale)
    return unknown(
      freshness.since === undefined
        ? 'No news from the engine yet.'
        : `Nothing new since ${etTime(freshness.since)}: do not act on what is shown.`,
    );
  if (!noTrade) return unknown('No plan yet. It appears with the first closed 5-minute bar.');
  if (noTrade.active) {
    const reasons = noTrade.reasons.map((reason) => reason.text);
    return { tone: 'stop', data: { verdict: 'no-trade' }, mark: '■', headline: 'NO TRADE', reasons };
  }
  const broken = (state.status?.parts ?? []).filter((part) => part.state === 'down');
  if (broken.length > 0) {
    const rules = state.risk?.reasons.map((reason) => reason.text) ?? [];
    const reasons = [...broken.map(({ part, reason }) => `${part} down: ${reason}`), ...rules];
    return { tone: 'warning', data: { verdict: 'no-entries' }, mark: '▲', headline: 'NO NEW ENTRIES', reasons };
  }
  // Silence of the account is not permission either.
  if (!state.risk) return unknown('No guard objects; the account has not been heard.');
  if (!state.risk.can_enter) {
    const reasons = state.risk.reasons.map((reason) => reason.text);
    return { tone: 'warning', data: { verdict: 'no-entries' }, mark: '▲', headline: 'NO NEW ENTRIES', reasons };
  }
  const reasons = ['No guard and no account rule objects.'];
  return { tone: 'good', data: { verdict: 'clear' }, mark: '✓', headline: 'CLEAR', reasons };
}

const unknown = (reason: string): PanelView => ({
  tone: 'unknown',
  data: { verdict: 'unknown' },
  mark: '?',
  headline: 'NOT KNOWN',
  reasons: [reason],
});
