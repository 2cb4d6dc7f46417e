import { toUsd } from '../../../kernel/units.js';
import { usd } from '../money.js';
import type { RiskRule } from '../rule.js';

/** The trading day's realised plus open result may not reach the limit: exactly -$500.00 already blocks. */
export const dailyLoss: RiskRule = {
  id: 'daily-loss',
  severity: 'refuse',
  judge({ dailyPnl, limits }) {
    if (dailyPnl === undefined) return { text: "the day's result is not known", facts: { daily_pnl: null } };
    if (dailyPnl > -limits.dailyLoss) return undefined;
    return {
      text: `day result ${usd(dailyPnl)} has reached the ${usd(limits.dailyLoss)} loss limit`,
      facts: { daily_pnl: toUsd(dailyPnl), limit: toUsd(limits.dailyLoss) },
    };
  },
  headroom: ({ dailyPnl, limits }) => ({
    label: 'day loss',
    unit: 'usd',
    used: dailyPnl === undefined ? undefined : Math.max(0, -toUsd(dailyPnl)),
    limit: toUsd(limits.dailyLoss),
  }),
};
