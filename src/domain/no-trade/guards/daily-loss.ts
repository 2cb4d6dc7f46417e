import { toUsd } from '../../../kernel/units.js';
import { usd } from '../../risk/money.js';
import type { NoTradeGuard } from '../guard.js';

export const dailyLoss: NoTradeGuard = {
  id: 'daily-loss',
  judge({ dayPnl, limits }) {
    if (dayPnl === undefined || dayPnl > -limits.noTradeLoss) return undefined;
    return {
      block: {
        text: `The day stands at ${usd(dayPnl)}, the line is a loss of ${usd(limits.noTradeLoss)}`,
        facts: { day_pnl: toUsd(dayPnl), line: -toUsd(limits.noTradeLoss) },
      },
    };
  },
};
