// Postgres' binary COPY format: https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
// Times are microseconds since 2000; a row is a count of fields, and a field its length and its bytes, big-endian.

export const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
/** The signature, flags, and the length of an extension nobody has made yet. */
export const HEADER_BYTES = SIGNATURE.length + 8;
/** In place of a count of fields. */
export const END_OF_ROWS = -1;
export const YEAR_2000_MS = 946_684_800_000;
export const HIGH_WORD = 2 ** 32;
/** Bytes of a field of eight, and of four, with its length. */
export const [EIGHT, FOUR] = [12, 8];
