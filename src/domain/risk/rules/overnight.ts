import type { RiskRule } from '../rule.js';

/** The active session ends. */
export const NOON = 12 * 60;

/** From 11:30 ET an open position is on its way to being held over the session's end at noon. */
export const overnight: RiskRule = {
  id: 'overnight',
  severity: 'warn',
  judge({ etMinute, openTrades, limits }) {
    if (etMinute < limits.overnightWarningMinute || !openTrades) return undefined;
    const left = NOON - etMinute;
    const text =
      left > 0
        ? `${openTrades} open with ${left} min of the active session left: close or decide to hold overnight`
        : `${openTrades} open after the active session: held overnight`;
    return { text, facts: { open_trades: openTrades, minutes_left: Math.max(left, 0) } };
  },
};
