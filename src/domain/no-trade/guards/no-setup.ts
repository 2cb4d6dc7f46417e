import { etDate, etMinuteOfDay, wallClock } from '../../sessions/session.js';
import type { LastSetup, NoTradeGuard } from '../guard.js';

// Minutes of the New York day: a morning without a setup by 10:00 seldom brings one before the session ends at noon.
const FROM = 10 * 60;
const UNTIL = 12 * 60;

export const noSetup: NoTradeGuard = {
  id: 'no-setup',
  judge({ now, setupsTriggeredToday, setupsHeldBack = 0, lastSetup, freshness }) {
    // A weekend or a holiday has no morning to wait for.
    if (!freshness.some((row) => row.marketOpen)) return undefined;
    const minute = etMinuteOfDay(now);
    if (minute < FROM || minute >= UNTIL || setupsTriggeredToday !== 0) return undefined;
    const last = lastSetup && words(lastSetup);
    const held = setupsHeldBack === 0 ? '' : `, the gate held back ${setupsHeldBack}`;
    return {
      block: {
        text: `It is past 10:00 ET and no setup has triggered today${held}; the last one: ${last ?? 'none known'}`,
        facts: {
          setups_today: setupsTriggeredToday,
          held_back: setupsHeldBack,
          last_setup: last ?? null,
          from_et: '10:00',
          until_et: '12:00',
        },
      },
    };
  },
};

const words = ({ root, type, side, at }: LastSetup): string =>
  `${root} ${type} ${side} on ${etDate(at)} at ${wallClock(etMinuteOfDay(at))} ET`;
