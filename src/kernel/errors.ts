/**
 * Coded operational errors: something outside failed or sent what cannot be used. `docs/reference/errors.md`
 * lists the same codes; a test compares the two.
 */
export const ERRORS = {
  CONFIG_INVALID: 'a setting is missing, unknown or not in its range',
  USAGE: 'the command line cannot be understood',
  BAR_FILE_INVALID: 'a bar file cannot be read at all',
  REDIS_UNAVAILABLE: 'Redis cannot be reached or started',
  POSTGRES_UNAVAILABLE: 'Postgres cannot be reached or started',
  DATA_DIR_IN_USE: 'another run works on the same data folder',
  PORT_IN_USE: 'another program listens on the port',
  ENGINE_SUPERSEDED: 'another engine wrote to the same audit; this one stops',
  STORED_DATA_INVALID: 'a row of the database cannot be read back',
  FEED_REFUSED: 'a market data vendor refuses the key, the plan or what was asked for',
  FEED_UNAVAILABLE: 'a market data vendor cannot be reached or does not answer now',
  ARCHIVE_INVALID:
    'a file of the bar archive is missing, is not what was written, or cannot be written, or its list cannot be read',
  WRONG_RUN: 'the store holds the data of another mode (live, demo or replay)',
} as const;

export type ErrorCode = keyof typeof ERRORS;

export class OperationalError extends Error {
  override readonly name = 'OperationalError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Whether something went wrong that has this code. */
export const hasCode = (error: unknown, code: ErrorCode): error is OperationalError =>
  error instanceof OperationalError && error.code === code;

/** What a thing that was thrown says. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
