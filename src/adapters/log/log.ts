import { type DestinationStream, pino } from 'pino';
import type { Log } from '../../ports/log.js';

export interface LogOptions {
  readonly level: string;
  /** Which process speaks: data, engine, web, up. */
  readonly role: string;
  /** Where lines go; standard error of the process when absent, so that standard output stays for answers. */
  readonly to?: DestinationStream;
}

/** Structured log: one JSON line an event, errors with their stack and code, keys and URL passwords blanked. */
export function createLog({ level, role, to }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: { role },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      redact: { paths: ['apiKey', '*.apiKey', 'bridgeApiKey'], censor: blank },
    },
    to ?? pino.destination({ dest: 2, sync: true }),
  );
  return {
    debug: (fields, text) => logger.debug(fields, text),
    info: (fields, text) => logger.info(fields, text),
    warn: (fields, text) => logger.warn(fields, text),
    error: (fields, text) => logger.error(fields, text),
  };
}

/** A value that is already blanked says more ("[secret, 32 characters]") than a second blank over it. */
const blank = (value: unknown): unknown =>
  value === undefined || (typeof value === 'string' && value.startsWith('[secret')) ? value : '[secret]';
