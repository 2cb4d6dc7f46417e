import { etMinute, weekdayLabel } from '../format.js';
import { LIMITS, limitValue } from './limit-words.js';
import type { Panel } from './panel.js';

/** The limits in force and those that wait, on a page of their own. */
export const limitsPanel: Panel = {
  id: 'limits',
  title: 'Limits in force',
  event: 'risk-update',
  view({ state: { risk } }) {
    if (!risk) return { tone: 'unknown', known: false };
    const { limits, limits_pending: pending } = risk;
    return {
      tone: 'calm',
      data: { pending: pending?.from ?? '' },
      known: true,
      asOf: etMinute(risk.as_of),
      from: pending ? weekdayLabel(pending.from) : '',
      rows: LIMITS.map(({ field, name, what }) => ({
        field,
        name,
        what,
        now: limitValue(field, limits),
        later: pending && pending.limits[field] !== limits[field] ? limitValue(field, pending.limits) : '',
      })),
    };
  },
};
