import { dayNumberOf, weekdayOf } from './new-york.js';

export const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `2026-11-20` as `20 Nov`. */
export function dayLabel(tradingDay: string): string {
  const [, month, day] = tradingDay.split('-');
  return `${Number(day)} ${MONTH_NAMES[Number(month) - 1] ?? ''}`;
}

/** `2026-11-23` as `Mon 23 Nov`. */
export function weekdayLabel(tradingDay: string): string {
  const number = dayNumberOf(tradingDay);
  return number === undefined ? tradingDay : `${WEEKDAYS[weekdayOf(number)] ?? ''} ${dayLabel(tradingDay)}`;
}
