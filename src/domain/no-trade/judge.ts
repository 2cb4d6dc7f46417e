import type { NoTrade, NoTradeReason } from '../focus/types.js';
import type { NoTradeFacts } from './guard.js';
import { noTradeGuards } from './guards/index.js';

/** Should the trader stay out? Every reason, first the heaviest, and the guards that are not sure yet. */
export function judgeNoTrade(facts: NoTradeFacts): NoTrade {
  const reasons: NoTradeReason[] = [];
  const warnings: NoTradeReason[] = [];
  for (const { id, judge } of noTradeGuards) {
    const verdict = judge(facts);
    if (!verdict) continue;
    if ('block' in verdict) reasons.push({ id, ...verdict.block });
    else warnings.push({ id, ...verdict.warn });
  }
  return { active: reasons.length > 0, reasons, warnings };
}
