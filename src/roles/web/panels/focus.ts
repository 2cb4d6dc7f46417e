import { type EpochMs, epochMs, FIVE_MINUTES } from '../../../kernel/units.js';
import { age, dayLabel, etMinute, etWhen, instant } from '../format.js';
import { cardView } from './card.js';
import { reopening } from './markets.js';
import { shownPlan } from './open-in.js';
import type { Panel, ViewContext } from './panel.js';
import { unheard } from './unheard.js';

export const focusPanel: Panel = {
  id: 'focus',
  title: 'Today’s trading plan',
  event: 'focus-update',
  view(context) {
    const { plan } = context.state;
    if (!plan) return { tone: 'unknown', known: false, awaited: awaited(context), cards: [] };
    const { cards } = shownPlan(context.state);
    return {
      tone: 'calm',
      data: { count: String(cards.length), 'as-of': plan.as_of },
      known: true,
      day: dayLabel(plan.trading_day),
      computed: etMinute(plan.as_of),
      asOf: plan.as_of,
      age: age(context.now - instant(plan.as_of)),
      cards: cards.map((asset) => cardView(asset, context)),
      empty: nothingShown(context),
    };
  },
};

/** Why a plan has no card. */
function nothingShown(context: ViewContext): string {
  const symbols = unheard(context.state);
  if (symbols.length > 0) return `No bar of ${symbols.join(', ')} has been heard yet. ${awaited(context)}`;
  if (shownPlan(context.state).others.length > 0) return 'No symbol of the watch list has a card now.';
  return 'The watch list is empty. A card appears for every symbol that the setting WATCHLIST names.';
}

/** When the first plan can be there. */
function awaited({ state, now, freshness }: ViewContext): string {
  if (freshness.stale) return 'The engine has to be heard first; then cards appear with the next closed 5-minute bar.';
  const opensAt = reopening(state.status?.markets ?? [], now);
  if (opensAt !== undefined)
    return `Cards appear with the first 5-minute bar after the markets reopen, ${etWhen(opensAt, now)} ET.`;
  return `Cards appear with the first closed 5-minute bar; the next closes at ${etMinute(nextBar(now))} ET.`;
}

const nextBar = (now: EpochMs): EpochMs => epochMs((Math.floor(now / FIVE_MINUTES) + 1) * FIVE_MINUTES);
