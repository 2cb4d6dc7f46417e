import { DateTime } from 'luxon';
import { type EpochMs, epochMs } from '../../src/kernel/units.js';

const WALL = 'yyyy-MM-dd HH:mm';
const zone = 'America/New_York';

/** The instant of a New York wall clock, e.g. `2026-11-20 17:00`. */
export const et = (text: string): EpochMs => epochMs(DateTime.fromFormat(text, WALL, { zone }).toMillis());

/** The New York wall clock of an instant. */
export const etText = (at: EpochMs): string => DateTime.fromMillis(at, { zone }).toFormat(WALL);
