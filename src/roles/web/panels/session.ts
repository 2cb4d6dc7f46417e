import { nextSessionChange, sessionAt } from '../../../domain/sessions/session.js';
import { iso } from '../../../kernel/units.js';
import { duration, etTime, etWhen, instant } from '../format.js';
import { reopening } from './markets.js';
import type { Panel, ViewContext } from './panel.js';

const NAMES = { 'pre-market': 'PRE-MARKET', active: 'ACTIVE', 'off-hours': 'OFF-HOURS' } as const;

/** New York's clock and the trader's day. Its element also sets the browser's clock. */
export const sessionPanel: Panel = {
  id: 'session',
  title: 'Clock and session',
  event: 'session-change',
  // Whether any market is open at all comes with the status.
  alsoOn: ['status'],
  tag: 'div',
  view(context) {
    const { now, speed } = context;
    const { session, name, follows, nextAt } = partOfDay(context);
    return {
      tone: session === 'active' ? 'good' : 'calm',
      // A clock that the data drive does not run between bars; the browser then shows what it was told.
      data: { session, now: String(now), speed: Number.isFinite(speed) ? String(speed) : '0' },
      time: etTime(now),
      iso: iso(now),
      name,
      left: duration(nextAt - now),
      nextAt: iso(nextAt),
      follows,
    };
  },
};

/** The session by the clock, unless every market is shut: a weekend morning is not active, whatever the clock says. */
function partOfDay({ state, now }: ViewContext) {
  const opensAt = reopening(state.status?.markets ?? [], now);
  if (opensAt !== undefined)
    return { session: 'shut', name: 'MARKETS SHUT', follows: `reopen ${etWhen(opensAt, now)}`, nextAt: opensAt };
  const change = nextSessionChange(now);
  const session = state.session?.session ?? sessionAt(now);
  const next = state.session?.next ?? change.session;
  const nextAt = state.session ? instant(state.session.next_at) : change.at;
  return { session, name: NAMES[session], follows: `then ${NAMES[next]} at ${etWhen(nextAt, now)}`, nextAt };
}
