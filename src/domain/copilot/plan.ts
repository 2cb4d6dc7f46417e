import type { EpochMs } from '../../kernel/units.js';
import { focusCard } from '../focus/card.js';
import { focusPlan } from '../focus/plan.js';
import { type RankedCards, rankCards } from '../focus/rank.js';
import type { AccountSize, FocusCard, FocusPlan, NoTrade } from '../focus/types.js';
import { frontContract } from '../instruments/roll.js';
import { judgeNoTrade } from '../no-trade/judge.js';
import type { RiskFacts } from '../risk/rule.js';
import { sessionAt } from '../sessions/session.js';
import { decidedRoll, feedFault } from './feed-facts.js';
import { freshnessAt } from './freshness.js';
import { riskFactsAt } from './risk-facts.js';
import { accountSizeOf, type CopilotState, gateMode } from './state.js';

/** The focus plan as of an instant, from the 5-minute bars closed by then. */
export function planAt(state: CopilotState, asOf: EpochMs): FocusPlan {
  const account = accountNow(state);
  const cards = state.roots.flatMap((root) => cardOf(state, root, asOf) ?? []);
  const ranked = rankCards(cards);
  const noTrade = judged(state, ranked, riskFactsAt(state, asOf));
  return focusPlan({ asOf, ranked, noTrade, account });
}

/** The no-trade verdict on the cards shown, as of the facts. */
export const noTradeOn = (state: CopilotState, facts: RiskFacts): NoTrade =>
  judged(state, state.plan ?? { assets: [], others: [] }, facts);

/** The cap of one trade is the trader's own limit. */
const accountNow = (state: CopilotState): AccountSize => ({
  size: accountSizeOf(state),
  riskCap: state.limits.inForce.riskPerTrade,
});

function cardOf(state: CopilotState, root: string, now: EpochMs): FocusCard | undefined {
  const symbol = state.symbols.get(root);
  const reading = symbol?.analysis.reading();
  if (!symbol || !reading) return undefined;
  const contract = symbol.contract ?? frontContract(symbol.spec, now).symbol;
  return focusCard({
    reading,
    last: symbol.analysis.last(),
    contract,
    rollsOn: decidedRoll(state, root, contract),
    spec: symbol.spec,
    account: accountNow(state),
    now,
    marketOpen: symbol.calendar.isOpen(now),
    gateMode: gateMode(state),
    feedFault: feedFault(state, root)?.text,
  });
}

function judged(state: CopilotState, { assets, others }: RankedCards, facts: RiskFacts): NoTrade {
  const { now } = facts;
  return judgeNoTrade({
    now,
    session: sessionAt(now),
    cards: assets,
    others,
    freshness: freshnessAt(state, now),
    dayPnl: facts.dailyPnl,
    consecutiveLosses: facts.consecutiveLosses,
    setupsTriggeredToday: state.setups.size,
    setupsHeldBack: state.heldSetups.size,
    lastSetup: state.lastSetup,
    limits: state.limits.inForce,
  });
}
