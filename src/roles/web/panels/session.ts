import { nextSessionChange, sessionAt } from '../../../domain/sessions/session.js';
import { iso } from '../../../kernel/units.js';
import { duration, etMinute, etTime, instant } from '../format.js';
import type { Panel } from './panel.js';

const NAMES = { 'pre-market': 'PRE-MARKET', active: 'ACTIVE', 'off-hours': 'OFF-HOURS' } as const;

/** New York's clock and the trader's day. Its element also sets the browser's clock. */
export const sessionPanel: Panel = {
  id: 'session',
  title: 'Clock and session',
  event: 'session-change',
  tag: 'div',
  view({ state, now, speed }) {
    const change = nextSessionChange(now);
    const session = state.session?.session ?? sessionAt(now);
    const next = state.session?.next ?? change.session;
    const nextAt = state.session ? instant(state.session.next_at) : change.at;
    return {
      tone: session === 'active' ? 'good' : 'calm',
      // A clock that the data drive does not run between bars; the browser then shows what it was told.
      data: { session, now: String(now), speed: Number.isFinite(speed) ? String(speed) : '0' },
      time: etTime(now),
      iso: iso(now),
      name: NAMES[session],
      left: duration(nextAt - now),
      nextAt: iso(nextAt),
      nextName: NAMES[next],
      nextTime: etMinute(nextAt),
    };
  },
};
