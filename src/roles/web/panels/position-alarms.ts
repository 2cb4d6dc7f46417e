import { minuteOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay, nextSessionChange } from '../../../domain/sessions/session.js';
import { iso } from '../../../kernel/units.js';
import { duration, percent, plural } from '../format.js';
import type { ViewContext } from './panel.js';

/** Exactly the limit is still within it. */
export function overloadOf({ state: { risk } }: ViewContext): string | undefined {
  const share = risk?.total_risk_pct ?? null;
  if (!risk || share === null || share <= risk.limits.total_risk_pct) return undefined;
  // 5.01 must not read as "5.0 is over 5".
  const text = share.toFixed(1) === risk.limits.total_risk_pct.toFixed(1) ? `${share.toFixed(2)} %` : percent(share);
  return `Open risk ${text} is over the ${risk.limits.total_risk_pct} % limit: cut it now`;
}

/** From the warning's minute on, while anything is open: how long the active session still lasts. */
export function overnightOf({ state: { risk }, now }: ViewContext, count: number) {
  if (!risk || count === 0 || etMinuteOfDay(now) < minuteOf(risk.limits.overnight_warning_et)) return undefined;
  const what = plural(count, 'position');
  const change = nextSessionChange(now);
  if (change.session !== 'off-hours')
    return { text: `${what} held past 12:00 ET: overnight risk`, until: '', left: '' };
  return {
    text: `${what} open. Close, or decide to hold overnight:`,
    until: iso(change.at),
    left: duration(change.at - now),
  };
}
