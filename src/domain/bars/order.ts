import type { EpochMs } from '../../kernel/units.js';
import type { Bar } from './bar.js';

export type Admission = 'accepted' | 'repeated' | 'backwards';

/** Bars of one symbol only move forward: the same instant again is a repeat, an earlier one a fault of its source. */
export function admit(lastAt: EpochMs | undefined, bar: Bar): Admission {
  if (lastAt === undefined || bar.at > lastAt) return 'accepted';
  return bar.at === lastAt ? 'repeated' : 'backwards';
}
