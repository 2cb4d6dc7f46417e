import type { Bar } from '../../src/domain/bars/bar.js';
import type { CopilotState } from '../../src/domain/copilot/state.js';
import type { FocusCard } from '../../src/domain/focus/types.js';
import { createRegimeFilter } from '../../src/domain/regime/filter.js';
import { REGIMES, trainRegime } from '../../src/domain/regime/model.js';
import { etMinuteOfDay, sessionAt } from '../../src/domain/sessions/session.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import type { EpochMs } from '../../src/kernel/units.js';

/** How often something was so among the times it was asked. */
export class Share {
  asked = 0;
  held = 0;
  add(holds: boolean): void {
    this.asked += 1;
    if (holds) this.held += 1;
  }
  text(): string {
    return this.asked === 0 ? '–' : `${((100 * this.held) / this.asked).toFixed(1)} %`;
  }
}

/** Shares by name, made when first used. */
export class Shares {
  readonly byName = new Map<string, Share>();
  of(name: string): Share {
    const known = this.byName.get(name) ?? new Share();
    this.byName.set(name, known);
    return known;
  }
  text = (name: string): string => this.byName.get(name)?.text() ?? '–';
}

/** What one instrument's plans said. */
export interface SymbolTally {
  readonly shares: Shares;
  readonly sizes: number[];
  readonly orb: Map<string, string | undefined>;
  readonly bars: Map<string, Bar[]>;
  plans: number;
}

export interface Tally {
  readonly symbols: Map<string, SymbolTally>;
  /** Share of open-market minutes with the flag, by New York hour; and by guard in 09:30-12:00. */
  readonly byHour: Shares;
  readonly byGuard: Shares;
  readonly days: Set<string>;
}

const BIASES = ['LONG', 'SHORT', 'NEUTRAL'] as const;
const CONTEXTS = ['UPTREND', 'DOWNTREND', 'RANGING'] as const;
const GUARDS = ['no-fresh-data', 'daily-loss', 'loss-streak', 'extreme-volatility', 'low-quality', 'no-setup'] as const;
export const REGIME_NAMES = [...REGIMES, 'unnamed'] as const;
const [MORNING_FROM, MORNING_UNTIL] = [9 * 60 + 30, 12 * 60];

export function createTally(): Tally & { visit(state: CopilotState, now: EpochMs): void } {
  const tally: Tally = { symbols: new Map(), byHour: new Shares(), byGuard: new Shares(), days: new Set() };
  let counted: EpochMs | undefined;
  return {
    ...tally,
    visit(state, now) {
      tally.days.add(tradingDayOf(now));
      countFlag(tally, state, now);
      const { plan } = state;
      if (!plan || plan.asOf === counted) return;
      counted = plan.asOf;
      for (const card of [...plan.assets, ...plan.others]) countCard(symbolOf(tally, card.root), card, state);
    },
  };
}

/** New York minutes in which the flag of the extreme-volatility guard is measured. */
export const isMorning = (now: EpochMs): boolean => {
  const minute = etMinuteOfDay(now);
  return minute >= MORNING_FROM && minute < MORNING_UNTIL;
};

function countFlag(tally: Tally, state: CopilotState, now: EpochMs): void {
  if (!state.isAnyMarketOpen(now) || !state.noTrade) return;
  const { active, reasons } = state.noTrade;
  tally.byHour.of(String(Math.floor(etMinuteOfDay(now) / 60))).add(active);
  if (!isMorning(now)) return;
  tally.byGuard.of('any').add(active);
  for (const guard of GUARDS) tally.byGuard.of(guard).add(reasons.some(({ id }) => id === guard));
}

function symbolOf(tally: Tally, root: string): SymbolTally {
  const known = tally.symbols.get(root) ?? {
    shares: new Shares(),
    sizes: [],
    orb: new Map(),
    bars: new Map(),
    plans: 0,
  };
  tally.symbols.set(root, known);
  return known;
}

/** One plan is one closed 5-minute bar; a card that repeats an older bar is not counted again. */
function countCard(tally: SymbolTally, card: FocusCard, state: CopilotState): void {
  const { reading, bias } = card;
  const day = tradingDayOf(reading.barAt);
  const bar = state.symbols.get(card.root)?.analysis.today().at(-1);
  const bars = tally.bars.get(day) ?? [];
  tally.bars.set(day, bars);
  if (!bar || bars.at(-1)?.at === bar.at) return;
  bars.push(bar);
  const { quality, openingRange, gate } = reading;
  if (openingRange?.over && openingRange.day === day) tally.orb.set(day, openingRange.signal?.direction);
  if (!quality) return;
  tally.plans += 1;
  for (const hours of sessionAt(reading.barAt) === 'active' ? (['all', 'active'] as const) : (['all'] as const)) {
    const of = (name: string) => tally.shares.of(`${hours} ${name}`);
    for (const one of BIASES) of(one).add(bias === one);
    for (const one of CONTEXTS) of(one).add(quality.context === one);
    of('good').add(quality.score >= 55);
    if (gate) of('gate').add(gate.passesLong || gate.passesShort);
    if (bias === 'NEUTRAL') continue;
    if (gate) of('gate called').add(bias === 'LONG' ? gate.passesLong : gate.passesShort);
    of('zero').add(card.size.contracts === 0);
    if (hours === 'all') tally.sizes.push(card.size.contracts);
  }
}

/** Shares of the regimes on the last days, by a model trained on the days before them. */
export function regimeShares({ bars }: SymbolTally, trainDays: number): { shares: Shares; why?: string } {
  const shares = new Shares();
  const days = [...bars.keys()].sort();
  const [past, recent] = [days.slice(0, trainDays), days.slice(trainDays)];
  const barsOf = (some: readonly string[]): Bar[] => some.flatMap((day) => bars.get(day) ?? []);
  if (recent.length === 0) return { shares, why: `${days.length} days, ${trainDays} are needed to train` };
  const trained = trainRegime(barsOf(past), 'analysis-report');
  if (!trained.ok) return { shares, why: trained.error };
  const filter = createRegimeFilter(trained.value);
  for (const bar of barsOf(recent)) {
    filter.push(bar);
    const label = filter.read()?.label ?? 'unnamed';
    for (const name of REGIME_NAMES) shares.of(name).add(label === name);
  }
  return { shares };
}
