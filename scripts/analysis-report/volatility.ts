import type { CopilotState } from '../../src/domain/copilot/state.js';
import { type RankedCards, rankCards } from '../../src/domain/focus/rank.js';
import type { FocusCard, FocusPlan } from '../../src/domain/focus/types.js';
import { tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { EXTREME_OVER } from '../../src/domain/volatility/extreme.js';
import { DAY, type EpochMs } from '../../src/kernel/units.js';
import { isMorning, Shares } from './tally.js';

/** One shown card of an open market whose rank is reliable, and for how many 5-minute bars it has been over the line. */
interface Shown {
  readonly percentile: number;
  readonly barsOver: number;
  readonly group: string;
}

interface Measure {
  readonly name: string;
  /** `cards` in the order of the plan; never empty. */
  readonly holds: (cards: readonly Shown[]) => boolean;
}

const over = ({ percentile }: Shown): boolean => percentile > EXTREME_OVER;
const countOver = (cards: readonly Shown[]): number => cards.filter(over).length;
const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};
const groupsOver = (cards: readonly Shown[]): number => new Set(cards.filter(over).map(({ group }) => group)).size;

/** The guard as it stands, asked itself. */
export const GUARD = 'every card that could be traded is over 88 (the guard)';
/** The sentence the guard began with. */
export const ANY = 'any shown card over 88';

/** Other ways to read "extreme volatility" as a property of the day. */
export const MEASURES: readonly Measure[] = [
  { name: ANY, holds: (cards) => cards.some(over) },
  { name: 'any shown card over 95', holds: (cards) => cards.some(({ percentile }) => percentile > 95) },
  { name: 'any shown card over 97', holds: (cards) => cards.some(({ percentile }) => percentile > 97) },
  { name: 'any over 88 for 30 min', holds: (cards) => cards.some(({ barsOver }) => barsOver >= 6) },
  { name: 'any over 88 for 60 min', holds: (cards) => cards.some(({ barsOver }) => barsOver >= 12) },
  { name: 'the first card over 88', holds: ([first]) => first !== undefined && over(first) },
  { name: 'at least two cards over 88', holds: (cards) => countOver(cards) >= 2 },
  { name: 'more than half of the cards over 88', holds: (cards) => countOver(cards) > cards.length / 2 },
  {
    name: 'median of the cards over 88',
    holds: (cards) => median(cards.map(({ percentile }) => percentile)) > EXTREME_OVER,
  },
  { name: 'cards of two market groups over 88', holds: (cards) => groupsOver(cards) >= 2 },
  { name: 'every shown card over 88', holds: (cards) => cards.every(over) },
];

export interface VolatilityTally {
  /** Share of morning minutes in which a measure held, by its name; by week too, as `name/week`. */
  readonly flags: Shares;
  /** Share of morning minutes of a card over the line: of every instrument, of the shown cards, of the tradeable ones. */
  readonly cards: Shares;
  /** Share of morning minutes with so many shown cards over the line. */
  readonly counts: Shares;
  readonly weeks: Set<string>;
  visit(state: CopilotState, now: EpochMs): void;
}

/** Watches the mornings from a trading day on: before it the ranks have too few days. */
export function createVolatilityTally(seed: number, fromDay: string): VolatilityTally {
  const [flags, cards, counts] = [new Shares(), new Shares(), new Shares()];
  const weeks = new Set<string>();
  const runs = new Map<string, { at: EpochMs; bars: number }>();
  return {
    flags,
    cards,
    counts,
    weeks,
    visit(state, now) {
      const { plan } = state;
      if (!plan || tradingDayOf(now) < fromDay) return;
      const { assets, others } = beforeTheGuard(plan);
      for (const card of [...assets, ...others]) follow(runs, card);
      if (!isMorning(now)) return;
      const reliable = (card: FocusCard): boolean =>
        card.reading.volatility?.basis === 'time-of-day' && state.symbols.get(card.root)?.calendar.isOpen(now) === true;
      for (const card of [...assets, ...others].filter(reliable)) {
        const isOver = (card.reading.volatility?.percentile ?? 0) > EXTREME_OVER;
        cards.of('every instrument').add(isOver);
        cards.of(card.root).add(isOver);
        if (assets.includes(card)) cards.of('shown cards').add(isOver);
        if (card.tradeable) cards.of('tradeable cards').add(isOver);
      }
      const shown = assets.filter(reliable).map((card) => shownOf(card, runs, state));
      if (shown.length === 0) return;
      const week = `${seed}/${Math.floor((now - MONDAY) / (7 * DAY))}`;
      weeks.add(week);
      for (let n = 0; n <= 4; n += 1) counts.of(String(n)).add(countOver(shown) === n);
      const isBlocked = plan.noTrade.reasons.some(({ id }) => id === 'extreme-volatility');
      const answers = MEASURES.map(({ name, holds }) => ({ name, held: holds(shown) }));
      for (const { name, held } of [{ name: GUARD, held: isBlocked }, ...answers]) {
        flags.of(name).add(held);
        flags.of(`${name}/${week}`).add(held);
      }
    },
  };
}

/** The cards as they would stand if none had left for its volatility. */
const beforeTheGuard = ({ assets, others }: FocusPlan): RankedCards =>
  rankCards(
    [...assets, ...others].map((card) => (card.heldBy === 'extreme-volatility' ? { ...card, tradeable: true } : card)),
  );

/** A Monday; weeks are counted from it. */
const MONDAY = Date.parse('2026-01-05T05:00:00Z');

function follow(runs: Map<string, { at: EpochMs; bars: number }>, { root, reading }: FocusCard): void {
  const before = runs.get(root);
  if (before?.at === reading.barAt) return;
  const isOver = (reading.volatility?.percentile ?? 0) > EXTREME_OVER;
  runs.set(root, { at: reading.barAt, bars: isOver ? (before?.bars ?? 0) + 1 : 0 });
}

const shownOf = (card: FocusCard, runs: Map<string, { at: EpochMs; bars: number }>, state: CopilotState): Shown => ({
  percentile: card.reading.volatility?.percentile ?? 0,
  barsOver: runs.get(card.root)?.bars ?? 0,
  group: state.symbols.get(card.root)?.spec.calendar ?? '',
});

/** Smallest and largest share of a week. */
export function weekRange({ flags, weeks }: VolatilityTally, name: string): readonly [number, number] {
  const shares = [...weeks].map((week) => {
    const { held, asked } = flags.of(`${name}/${week}`);
    return asked === 0 ? 0 : (100 * held) / asked;
  });
  return [Math.min(...shares), Math.max(...shares)];
}
