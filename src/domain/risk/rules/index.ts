import type { RiskRule } from '../rule.js';
import { accountInSync } from './account-in-sync.js';
import { dailyLoss } from './daily-loss.js';
import { entryCutoff } from './entry-cutoff.js';
import { feedFresh } from './feed-fresh.js';
import { maxOpenTrades } from './max-open-trades.js';
import { noStop } from './no-stop.js';
import { overnight } from './overnight.js';
import { totalRisk } from './total-risk.js';
import { unmanagedPosition } from './unmanaged-position.js';

/** Order is meaning: the most absolute refusal is named first. */
export const riskRules: readonly RiskRule[] = [
  accountInSync,
  feedFresh,
  dailyLoss,
  totalRisk,
  unmanagedPosition,
  maxOpenTrades,
  entryCutoff,
  noStop,
  overnight,
];
