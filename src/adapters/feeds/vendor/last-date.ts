/** The last instant that is a date, in milliseconds since 1970: beyond it a row is refused before anything reads its time. */
export const LAST_DATE_MS = 8.64e15;
