import { readClosedBars } from '../adapters/feeds/csv/closed-bars.js';
import { focusCard } from '../domain/focus/card.js';
import { analysisOf } from '../domain/focus/from-bars.js';
import { focusPlan } from '../domain/focus/plan.js';
import { rankCards } from '../domain/focus/rank.js';
import { accountOf } from '../domain/focus/size.js';
import type { FocusCard } from '../domain/focus/types.js';
import { instrument, instruments } from '../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../domain/instruments/contract.js';
import { frontContract } from '../domain/instruments/roll.js';
import { type Freshness, freshnessOf } from '../domain/no-trade/freshness.js';
import { judgeNoTrade } from '../domain/no-trade/judge.js';
import { defaultLimits } from '../domain/risk/limits.js';
import { sessionCalendar } from '../domain/sessions/calendar.js';
import { sessionAt } from '../domain/sessions/session.js';
import { OperationalError } from '../kernel/errors.js';
import { type EpochMs, iso, type MicroUsd } from '../kernel/units.js';
import type { FocusPlanJson } from '../messages/focus-plan.js';
import { focusPlanJson } from '../messages/focus-plan-codec.js';

export interface FocusCommand {
  readonly bars: readonly { readonly root: string; readonly file: string }[];
  readonly at: EpochMs;
  readonly account: MicroUsd;
  /** Takes sentences about rows that were refused or adjusted. */
  readonly report?: (sentence: string) => void;
}

/** The focus plan at an instant from bar files alone. Nothing is known of an account or of setups, so nothing is said of them. */
export async function runFocus({ bars, at, account, report }: FocusCommand): Promise<FocusPlanJson> {
  const watched = bars.map(({ root, file }) => ({ spec: specOf(root), file }));
  const size = accountOf(account);
  const cards: FocusCard[] = [];
  const freshness: Freshness[] = [];
  for (const { spec, file } of watched) {
    const { bars: closed, intervalMs } = await readClosedBars(file, spec, { at, report });
    const { analysis } = analysisOf({ spec, bars: closed, barMs: intervalMs, at });
    const [reading, last] = [analysis.reading(), analysis.last()];
    if (!reading)
      throw new OperationalError('BAR_FILE_INVALID', `${file}: no five-minute bar was closed by ${iso(at)}`);
    const marketOpen = sessionCalendar(spec.calendar).isOpen(at);
    const contract = frontContract(spec, at).symbol;
    cards.push(focusCard({ reading, last, contract, spec, account: size, now: at, marketOpen }));
    freshness.push(freshnessOf({ root: spec.root, reading, last, marketOpen, now: at }));
  }
  const ranked = rankCards(cards);
  const noTrade = judgeNoTrade({
    now: at,
    session: sessionAt(at),
    cards: ranked.assets,
    others: ranked.others,
    freshness,
    dayPnl: undefined,
    consecutiveLosses: undefined,
    setupsTriggeredToday: undefined,
    limits: defaultLimits(account),
  });
  return focusPlanJson(focusPlan({ asOf: at, ranked, noTrade, account: size }), 'replay');
}

function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  if (spec) return spec;
  const known = instruments.map((each) => each.root).join(' ');
  throw new OperationalError('USAGE', `--bars: ${root} is not an instrument we know (${known})`);
}
