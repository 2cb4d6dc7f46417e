import type { RiskRule } from '../rule.js';
import { accountInSync } from './account-in-sync.js';
import { closesOnly } from './closes-only.js';
import { dailyLoss } from './daily-loss.js';
import { entryCutoff } from './entry-cutoff.js';
import { feedFresh } from './feed-fresh.js';
import { feedSound } from './feed-sound.js';
import { journalDiffers } from './journal-differs.js';
import { lossStreak } from './loss-streak.js';
import { maxOpenTrades } from './max-open-trades.js';
import { noStop } from './no-stop.js';
import { oppositeSide } from './opposite-side.js';
import { overnight } from './overnight.js';
import { positionSize } from './position-size.js';
import { riskPerTrade } from './risk-per-trade.js';
import { stacking } from './stacking.js';
import { totalRisk } from './total-risk.js';
import { unmanagedPosition } from './unmanaged-position.js';

/** Order is meaning: the most absolute refusal is named first, and warnings come after all refusals. */
export const riskRules: readonly RiskRule[] = [
  accountInSync,
  feedFresh,
  feedSound,
  dailyLoss,
  totalRisk,
  unmanagedPosition,
  oppositeSide,
  maxOpenTrades,
  riskPerTrade,
  positionSize,
  stacking,
  entryCutoff,
  closesOnly,
  noStop,
  overnight,
  lossStreak,
  journalDiffers,
];
