import { type EpochMs, type MicroUsd, microUsd } from '../../kernel/units.js';
import { realizedToday } from '../accounts/day-result.js';
import { type AccountResult, hasFillsOn, type Journal, netPositions, resultOn } from '../accounts/journal.js';
import { contractKey } from '../accounts/journal-book.js';
import type { PlatformPosition } from '../accounts/snapshot.js';
import { shiftTradingDay } from '../sessions/trading-day.js';
import { heldOf, signed, unreconciledAt } from './fills.js';
import type { CopilotState } from './state.js';

/**
 * The account's trading day: from its fills where the platform sends them, else from the platform's counter. While fills and
 * positions disagree something is missing in one of the two, and the worse of both counts.
 */
export function accountResult(state: CopilotState, account: string): AccountResult {
  const ofDay = state.dayResults.get(account);
  const counted = ofDay && realizedToday(ofDay);
  const seen = state.streaks.get(account)?.losses;
  const journal = spokenJournal(state, account);
  if (!journal) {
    const source = counted === undefined ? 'none' : 'platform';
    return { account, source, realized: counted, fees: undefined, consecutiveLosses: seen, trades: 0 };
  }
  const { realized: filled, fees, consecutiveLosses: lost, trades } = resultOn(journal, state.tradingDay);
  const differs = state.differences.has(account);
  const realized = differs ? worse(filled, counted) : (filled ?? counted);
  const consecutiveLosses = differs && lost !== undefined ? Math.max(lost, seen ?? 0) : (lost ?? seen);
  const source = realized === undefined ? 'none' : realized === filled ? 'executions' : 'platform';
  return { account, source, realized, fees, consecutiveLosses, trades };
}

/** A journal counts on a day on which the account was filled, and while its fills leave something open. */
function spokenJournal(state: CopilotState, account: string): Journal | undefined {
  const journal = state.journals.get(account);
  if (!journal) return undefined;
  return hasFillsOn(journal, state.tradingDay) || netPositions(journal).length > 0 ? journal : undefined;
}

/**
 * Accounts that were filled lately, today or into a lot still open, and never said what they hold. One that is silent for
 * longer is not in use any more.
 */
export const unheardAccounts = ({ journals, book, retired, tradingDay }: CopilotState): readonly string[] =>
  [...journals].flatMap(([account, journal]) => {
    const isHolding = netPositions(journal).length > 0 && hasFillsOn(journal, shiftTradingDay(tradingDay, -1));
    const isLacking = !book.accounts.has(account) && !retired.has(account);
    return isLacking && (isHolding || hasFillsOn(journal, tradingDay)) ? [account] : [];
  });

/** What retired accounts realised: a loss of today stays a loss. Those that do not tell are not waited for. */
export const retiredResults = (state: CopilotState): readonly AccountResult[] =>
  [...state.retired].map((account) => accountResult(state, account)).filter(({ realized }) => realized !== undefined);

function worse(one: MicroUsd | undefined, other: MicroUsd | undefined): MicroUsd | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return microUsd(Math.min(one, other));
}

/**
 * The open result of one position. A fill that is ahead of the snapshot has realised what it closed, and that part must not
 * be counted twice.
 */
export function openResult(
  state: CopilotState,
  { account, position, now }: { account: string; position: PlatformPosition; now: EpochMs },
): MicroUsd | undefined {
  const { unrealizedPnl } = position;
  const journal = state.journals.get(account);
  const isLagging = state.differences.get(account)?.isFillAhead && !unreconciledAt(state, now).includes(account);
  if (unrealizedPnl === undefined || !journal || !isLagging) return unrealizedPnl;
  const share = (heldOf(journal).get(contractKey(position)) ?? 0) / signed(position);
  return microUsd(Math.round(unrealizedPnl * Math.min(1, Math.max(0, share))));
}
