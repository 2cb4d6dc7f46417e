import { OperationalError } from '../../../kernel/errors.js';

/** What a vendor did not do. `FEED_UNAVAILABLE` is worth another try, `FEED_REFUSED` is not. */
export class VendorFailure extends OperationalError {
  constructor(
    code: 'FEED_REFUSED' | 'FEED_UNAVAILABLE',
    message: string,
    /** The vendor's own word on when to come again. */
    readonly retryAfterMs?: number,
    /** Only what was asked for is refused, e.g. one ticker: the key and the rest may be good. */
    readonly isOfOne = false,
  ) {
    super(code, message);
  }
}

export const refused = (message: string): VendorFailure => new VendorFailure('FEED_REFUSED', message);

export const unavailable = (message: string, retryAfterMs?: number): VendorFailure =>
  new VendorFailure('FEED_UNAVAILABLE', message, retryAfterMs);

export const isRefusal = (error: unknown): boolean =>
  error instanceof OperationalError && error.code !== 'FEED_UNAVAILABLE';

/** A refusal that no new connection can mend: of the key, the plan, a setting. */
export const isFinal = (error: unknown): boolean => isRefusal(error) && !isOfOne(error);

/** A refusal of one question, e.g. of one market. */
export const isOfOne = (error: unknown): error is VendorFailure => error instanceof VendorFailure && error.isOfOne;

/** The failure behind an HTTP status, in the vendor's and our words. `text` is already free of secrets. */
export function failureOfStatus(
  status: number,
  { vendor, setting, text, retryAfterMs }: { vendor: string; setting: string; text: string; retryAfterMs?: number },
): VendorFailure {
  const said = text === '' ? '' : `: ${text}`;
  if (status === 401 || status === 403)
    return refused(`${vendor} does not accept ${setting} for this (HTTP ${status}${said})`);
  if (status === 429) return unavailable(`${vendor}: too many requests (HTTP 429${said})`, retryAfterMs);
  if (status >= 500 || status === 408) return unavailable(`${vendor} does not answer (HTTP ${status})`, retryAfterMs);
  const message = `${vendor} refuses what was asked for (HTTP ${status}${said})`;
  return new VendorFailure('FEED_REFUSED', message, undefined, true);
}

/** `Retry-After` in seconds; the form with a date is not used by these vendors. */
export function retryAfterOf(header: unknown): number | undefined {
  const seconds = typeof header === 'string' && /^\d{1,5}$/.test(header) ? Number(header) : undefined;
  return seconds === undefined ? undefined : seconds * 1_000;
}
