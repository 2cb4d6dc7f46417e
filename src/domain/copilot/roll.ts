import type { EpochMs } from '../../kernel/units.js';
import { rolled } from '../accounts/day-result.js';
import { rolledStreak } from '../risk/streak.js';
import { tradingDayOf } from '../sessions/trading-day.js';
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
  state.tradingDay = day;
  state.setups = new Set();
  state.heldSetups = new Set();
  state.rung = new Set();
  state.streaks = new Map([...state.streaks].map(([account, streak]) => [account, rolledStreak(streak)]));
  state.dayResults = new Map([...state.dayResults].map(([account, result]) => [account, rolled(result)]));
  rollJournals(state, day);
  return rollLimits(state, at);
}
