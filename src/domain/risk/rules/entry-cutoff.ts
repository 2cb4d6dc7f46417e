import { wallClock } from '../../sessions/session.js';
import type { RiskRule } from '../rule.js';

/** No entry at or after 10:00:00 ET until the next day's pre-market begins at midnight. */
export const entryCutoff: RiskRule = {
  id: 'entry-cutoff',
  severity: 'refuse',
  judge({ etMinute, limits }) {
    if (etMinute < limits.entryCutoffMinute) return undefined;
    return {
      text: `no new entries at or after ${wallClock(limits.entryCutoffMinute)} ET`,
      facts: { now_et: wallClock(etMinute), cutoff_et: wallClock(limits.entryCutoffMinute) },
    };
  },
  // Entries are open from midnight to the cut-off.
  headroom: ({ etMinute, limits }) => ({
    label: 'entries',
    unit: 'minutes',
    used: Math.min(etMinute, limits.entryCutoffMinute),
    limit: limits.entryCutoffMinute,
  }),
};
