import { etMinuteOfDay } from '../../sessions/session.js';
import type { NoTradeGuard } from '../guard.js';

// Minutes of the New York day: a morning without a setup by 10:00 seldom brings one before the session ends at noon.
const FROM = 10 * 60;
const UNTIL = 12 * 60;

export const noSetup: NoTradeGuard = {
  id: 'no-setup',
  judge({ now, setupsTriggeredToday, freshness }) {
    // A weekend or a holiday has no morning to wait for.
    if (!freshness.some((row) => row.marketOpen)) return undefined;
    const minute = etMinuteOfDay(now);
    if (minute < FROM || minute >= UNTIL || setupsTriggeredToday !== 0) return undefined;
    return {
      block: {
        text: 'It is past 10:00 ET and no setup has triggered today',
        facts: { setups_today: setupsTriggeredToday, from_et: '10:00', until_et: '12:00' },
      },
    };
  },
};
