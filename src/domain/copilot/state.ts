import { assert } from '../../kernel/assert.js';
import { type EpochMs, MINUTE, type MicroUsd, type TradingDay } from '../../kernel/units.js';
import type { AccountBook } from '../accounts/book.js';
import type { DayResult } from '../accounts/day-result.js';
import type { Journal } from '../accounts/journal.js';
import type { Bar } from '../bars/bar.js';
import type { FeedFact } from '../feed-health/fact.js';
import { createSymbolAnalysis, type SymbolAnalysis } from '../focus/analysis.js';
import type { FocusPlan, NoTrade } from '../focus/types.js';
import { type GateMode, USUAL_GATE_MODE } from '../gate/mode.js';
import { instrument } from '../instruments/catalogue/index.js';
import type { ContractSpec } from '../instruments/contract.js';
import type { LastSetup } from '../no-trade/guard.js';
import type { TrainedRegime } from '../regime/training.js';
import type { LimitBook } from '../risk/limit-book.js';
import type { RiskLimits } from '../risk/limits.js';
import type { Verdict } from '../risk/rule.js';
import type { Streak } from '../risk/streak.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { sessionCalendar } from '../sessions/calendars/index.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { Difference } from './fills.js';
import type { SpokenRule } from './risk-events.js';

export interface CopilotConfig {
  /** The watch list; every root must be in the catalogue. */
  readonly roots: readonly string[];
  /** Until the engine's first start has written one down; from then on the book's own counts. */
  readonly accountSize: MicroUsd;
  /** The limits to begin with, until somebody changes them. */
  readonly limits: RiskLimits;
  /** The book to begin with; it knows how long a bridge may be silent on this run's clock. */
  readonly book: AccountBook;
  /** What the trader wants of the gate; to be warned unless said otherwise. */
  readonly gate?: GateMode;
  /** Where the co-pilot begins; only a replay or demo differs from the present. */
  readonly start: EpochMs;
}

export interface SeedBar {
  readonly contract: string;
  readonly bar: Bar;
  readonly lengthMs?: number;
}

export interface SymbolState {
  readonly spec: ContractSpec;
  readonly calendar: SessionCalendar;
  analysis: SymbolAnalysis;
  contract: string | undefined;
  /** The newest regime model. */
  regime: TrainedRegime | undefined;
  /** Bars that repeated a known minute, and bars that went back in time. Ignored both. */
  repeated: number;
  backwards: number;
}

/**
 * Everything the co-pilot knows. `decide` changes it in place: the analysis of a symbol is a few thousand numbers in
 * typed arrays, and copying them for every bar would cost more than the analysis itself (docs/adr/0002).
 */
export interface CopilotState {
  readonly config: CopilotConfig;
  readonly roots: readonly string[];
  readonly symbols: ReadonlyMap<string, SymbolState>;
  tradingDay: TradingDay;
  book: AccountBook;
  /** Verdict last published, per account: only `decide` lets one change. */
  verdicts: ReadonlyMap<string, Verdict>;
  streaks: ReadonlyMap<string, Streak>;
  dayResults: ReadonlyMap<string, DayResult>;
  /** Fills per account, for the accounts whose platform sends them. */
  journals: ReadonlyMap<string, Journal>;
  /** Accounts whose fills and reported positions disagree. */
  differences: ReadonlyMap<string, Difference>;
  /** Accounts taken out of use. They are not in the book, and are back as soon as they report. */
  retired: ReadonlySet<string>;
  limits: LimitBook;
  /** Rules that spoke when they were last asked. */
  spoken: ReadonlyMap<string, SpokenRule>;
  /** Rules of the clock whose alert this trading day has had. */
  rung: ReadonlySet<string>;
  /** What is true of the feeds just now, by root and kind. */
  feedFacts: ReadonlyMap<string, FeedFact>;
  /** The newest instant any event brought; silence is judged there, so market time never runs backwards. */
  newestAt: EpochMs;
  plan: FocusPlan | undefined;
  noTrade: NoTrade | undefined;
  /** Ids of the setups that triggered in this trading day, and of those the gate held back. */
  setups: ReadonlySet<string>;
  heldSetups: ReadonlySet<string>;
  /** The newest setup of this trading day or the one before it. */
  lastSetup: LastSetup | undefined;
  /** A 5-minute bar closed since the last plan. */
  hasNewBars: boolean;
  /** Loads history before the live part begins. */
  seed(root: string, bars: readonly SeedBar[]): void;
  isAnyMarketOpen(at: EpochMs): boolean;
}

export function createCopilot(config: CopilotConfig): CopilotState {
  const symbols = new Map(config.roots.map((root) => [root, createSymbol(root)]));
  return {
    config,
    roots: config.roots,
    symbols,
    tradingDay: tradingDayOf(config.start),
    book: config.book,
    verdicts: new Map(),
    streaks: new Map(),
    dayResults: new Map(),
    journals: new Map(),
    differences: new Map(),
    retired: new Set(),
    limits: { inForce: config.limits, pending: undefined },
    spoken: new Map(),
    rung: new Set(),
    feedFacts: new Map(),
    newestAt: config.start,
    plan: undefined,
    noTrade: undefined,
    setups: new Set(),
    heldSetups: new Set(),
    lastSetup: undefined,
    hasNewBars: true,
    seed(root, bars) {
      const symbol = symbols.get(root);
      assert(symbol !== undefined, `history of ${root}, which is not on the watch list`);
      for (const { bar, contract, lengthMs } of bars) {
        analysisFor(symbol, lengthMs).push(bar, contract);
        symbol.contract = contract;
      }
    },
    isAnyMarketOpen: (at) => [...symbols.values()].some(({ calendar }) => calendar.isOpen(at)),
  };
}

/** The account all shares are of. The setting alone changes nothing: it is taken like a change of the limits. */
export const accountSizeOf = ({ limits, config }: CopilotState): MicroUsd => limits.accountSize ?? config.accountSize;

/** The analysis learns the length of its source's bars from the first one: a recorded file may be coarser than a minute. */
export function analysisFor(symbol: SymbolState, lengthMs: number = MINUTE): SymbolAnalysis {
  if (lengthMs !== MINUTE && symbol.analysis.last() === undefined) {
    symbol.analysis = createSymbolAnalysis(symbol.spec, { barMs: lengthMs });
    if (symbol.regime) symbol.analysis.useRegime(symbol.regime);
  }
  return symbol.analysis;
}

function createSymbol(root: string): SymbolState {
  const spec = instrument(root);
  assert(spec !== undefined, `${root} is on the watch list but not in the catalogue`);
  return {
    spec,
    calendar: sessionCalendar(spec.calendar),
    analysis: createSymbolAnalysis(spec),
    contract: undefined,
    regime: undefined,
    repeated: 0,
    backwards: 0,
  };
}

export const gateMode = ({ config }: CopilotState): GateMode => config.gate ?? USUAL_GATE_MODE;
