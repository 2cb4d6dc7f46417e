import type { NoTradeGuard } from '../guard.js';
import { dailyLoss } from './daily-loss.js';
import { extremeVolatility } from './extreme-volatility.js';
import { lossStreak } from './loss-streak.js';
import { lowQuality } from './low-quality.js';
import { noFreshData } from './no-fresh-data.js';
import { noSetup } from './no-setup.js';

/** Heaviest first: being blind, then the trader's own losses, then the market, then the plan, then the clock. */
export const noTradeGuards: readonly NoTradeGuard[] = [
  noFreshData,
  dailyLoss,
  lossStreak,
  extremeVolatility,
  lowQuality,
  noSetup,
];
