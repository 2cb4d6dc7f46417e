import { dayLabel, etMinute } from '../format.js';
import { cardView } from './card.js';
import type { Panel } from './panel.js';

export const focusPanel: Panel = {
  id: 'focus',
  title: 'Today’s trading plan',
  event: 'focus-update',
  view(context) {
    const { plan } = context.state;
    if (!plan) return { tone: 'unknown', known: false, cards: [] };
    return {
      tone: 'calm',
      data: { count: String(plan.assets.length) },
      known: true,
      day: dayLabel(plan.trading_day),
      computed: etMinute(plan.as_of),
      cards: plan.assets.map((asset) => cardView(asset, context)),
    };
  },
};
