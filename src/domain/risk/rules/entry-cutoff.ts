import type { RiskRule } from '../rule.js';

const wall = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** No entry at or after 10:00:00 ET until the next day's pre-market begins at midnight. */
export const entryCutoff: RiskRule = {
  id: 'entry-cutoff',
  severity: 'refuse',
  judge({ etMinute, limits }) {
    if (etMinute < limits.entryCutoffMinute) return undefined;
    return {
      text: `no new entries at or after ${wall(limits.entryCutoffMinute)} ET`,
      facts: { now_et: wall(etMinute), cutoff_et: wall(limits.entryCutoffMinute) },
    };
  },
};
