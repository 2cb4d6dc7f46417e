/** The trader's day in New York wall-clock time: 00:00-05:00, 05:00-12:00, 12:00-24:00. */
export type Session = 'pre-market' | 'active' | 'off-hours';
