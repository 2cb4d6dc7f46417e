import { minuteOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay, nextEtMinute } from '../../../domain/sessions/session.js';
import { iso } from '../../../kernel/units.js';
import { duration, etSince, plural } from '../format.js';
import { isActionable } from './card-actionable.js';
import { shownPlan } from './open-in.js';
import type { Panel, PanelView, ViewContext } from './panel.js';

/** The answer to "may I trade?": the plan's guards first, then the account's rules, and silence is not permission. */
export const noTradePanel: Panel = {
  id: 'no-trade',
  title: 'May I trade?',
  event: 'no-trade-alert',
  alsoOn: ['risk-update', 'focus-update', 'status'],
  view(context) {
    const { state } = context;
    const noTrade = state.noTrade ?? state.plan?.no_trade;
    const warnings = (noTrade?.warnings ?? []).map((warning) => warning.text);
    const { reasons, ...answer } = verdict(context);
    const [first = '', ...others] = reasons;
    return { ...answer, first, more: moreOf(others, warnings) };
  },
};

type Answer = PanelView & { readonly reasons: readonly string[] };

/** What stands behind the first sentence, counted in words; undefined when nothing does. */
function moreOf(reasons: readonly string[], warnings: readonly string[]) {
  const counts = [
    reasons.length > 0 ? `${reasons.length} more ${reasons.length === 1 ? 'reason' : 'reasons'}` : '',
    warnings.length > 0 ? plural(warnings.length, 'warning') : '',
  ].filter(Boolean);
  return counts.length === 0 ? undefined : { words: counts.join(' and '), reasons, warnings };
}

function verdict(context: ViewContext): Answer {
  const { state, freshness, now } = context;
  const noTrade = state.noTrade ?? state.plan?.no_trade;
  if (freshness.stale)
    return unknown(
      freshness.since === undefined
        ? 'No news from the engine yet.'
        : `${freshness.why === 'stream' ? 'No connection to Redis' : 'Nothing new'} since ${etSince(freshness.since, now)}: do not act on what is shown.`,
    );
  if (!noTrade) return unknown('No plan yet. It appears with the first closed 5-minute bar.');
  if (noTrade.active) {
    const reasons = noTrade.reasons.map((reason) => reason.text);
    return { tone: 'stop', data: { verdict: 'no-trade' }, mark: '■', headline: 'NO TRADE', reasons };
  }
  const rules = state.risk?.reasons.map((reason) => reason.text) ?? [];
  const broken = (state.status?.parts ?? []).filter((part) => part.state === 'down');
  if (broken.length > 0) return noEntries([...broken.map(({ part, reason }) => `${part} down: ${reason}`), ...rules]);
  // Silence of the account is not permission either.
  if (!state.risk) return unknown('No guard objects; the account has not been heard.');
  return state.risk.can_enter ? clear(context) : noEntries(rules);
}

const noEntries = (reasons: readonly string[]): Answer => ({
  tone: 'warning',
  data: { verdict: 'no-entries' },
  mark: '▲',
  headline: 'NO NEW ENTRIES',
  reasons,
});

const unknown = (reason: string): Answer => ({
  tone: 'unknown',
  data: { verdict: 'unknown' },
  mark: '?',
  headline: 'NOT KNOWN',
  reasons: [reason],
});

/** Nothing objects: what may be traded, and until when an entry is taken. */
function clear(context: ViewContext): Answer {
  const cards = shownPlan(context.state).cards.filter((asset) => isActionable(asset, context));
  const reason =
    cards.length === 0
      ? 'No guard and no account rule objects, but no card can be traded now.'
      : `You may trade: ${cards.map(({ symbol, bias }) => `${symbol} ${bias}`).join(', ')}.`;
  return {
    tone: 'good',
    data: { verdict: 'clear' },
    mark: '✓',
    headline: 'CLEAR',
    reasons: [reason],
    entries: cards.length === 0 ? undefined : entriesUntil(context),
  };
}

function entriesUntil({ state: { risk }, now }: ViewContext) {
  const cutoff = risk?.limits.entry_cutoff_et;
  if (cutoff === undefined || etMinuteOfDay(now) >= minuteOf(cutoff)) return undefined;
  const at = nextEtMinute(now, minuteOf(cutoff));
  return { at: iso(at), cutoff, left: duration(at - now) };
}
