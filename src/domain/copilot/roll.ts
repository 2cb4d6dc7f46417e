import type { EpochMs, TradingDay } from '../../kernel/units.js';
import { rolled } from '../accounts/day-result.js';
import { rollNotice } from '../instruments/roll-notice.js';
import { rolledStreak } from '../risk/streak.js';
import { tradingDayOf, tradingDayStart } from '../sessions/trading-day.js';
import type { Effect } from './effect.js';
import { rollJournals } from './fills.js';
import { rollLimits } from './limits.js';
import type { CopilotState } from './state.js';

/** Results, streaks, setups and limits belong to a trading day; they begin again at 18:00 ET, never at midnight. */
export function rollTradingDay(state: CopilotState, at: EpochMs): readonly Effect[] {
  const day = tradingDayOf(at);
  if (day <= state.tradingDay) return [];
  // A process that starts folds the day before this one and no older one; what it cannot know the others forget.
  if (state.lastSetup && tradingDayOf(state.lastSetup.at) < state.tradingDay) state.lastSetup = undefined;
  const before = state.tradingDay;
  state.feedFacts = new Map([...state.feedFacts].filter(([, fact]) => tradingDayOf(fact.at) >= state.tradingDay));
  state.tradingDay = day;
  state.setups = new Set();
  state.heldSetups = new Set();
  state.rung = new Set();
  state.streaks = new Map([...state.streaks].map(([account, streak]) => [account, rolledStreak(streak)]));
  state.dayResults = new Map([...state.dayResults].map(([account, result]) => [account, rolled(result)]));
  rollJournals(state, day);
  return [...rollLimits(state, at), ...rollAlerts(state, before)];
}

/**
 * A change of contract is said once, on the trading day a week before it. Its time follows from the calendar alone; where
 * volume has moved on already there is nothing to say.
 */
function rollAlerts({ symbols, tradingDay: day }: CopilotState, before: TradingDay): readonly Effect[] {
  return [...symbols.values()].flatMap(({ spec, contract }): readonly Effect[] => {
    const notice = rollNotice(spec, tradingDayStart(day), contract);
    if (!notice || notice.announced <= before || notice.announced > day) return [];
    const { root, text } = notice;
    const id = `roll-${notice.from}-${notice.to}`;
    const at = tradingDayStart(notice.announced);
    return [{ kind: 'alert', alert: { id, at, kind: 'feed', severity: 'info', root, text } }];
  });
}
