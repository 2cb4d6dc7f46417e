/** One request for the past, or for a new stream of 5-second bars, which counts as one. */
export interface Ask {
  /** Contract, exchange and kind of data: what the two-second rule counts by. */
  readonly series: string;
  /** Everything the request says: the same text again is the identical request. */
  readonly text: string;
  /** Of the sixty in ten minutes, how many it leaves to those that cannot wait. */
  readonly leaves?: number;
}

interface Rule {
  readonly windowMs: number;
  readonly max: number;
  /** Whether a request may leave some of these to others. */
  readonly isShared?: true;
  counts(sent: Ask, next: Ask): boolean;
}

/** A request is counted where it arrives, a little later or earlier than it was sent. */
const JITTER_MS = 250;
/** How long nothing is asked after IBKR has said that it was too much. */
export const AFTER_VIOLATION_MS = 60_000;

/**
 * IBKR's "Historical Data Limitations", read 2026-11: at most 60 requests in any ten minutes, six within two seconds for
 * one contract are a violation already, so five; nothing identical within fifteen seconds.
 */
export const RULES: readonly Rule[] = [
  { windowMs: 600_000, max: 60, isShared: true, counts: () => true },
  { windowMs: 2_000, max: 5, counts: (sent, next) => sent.series === next.series },
  { windowMs: 15_000, max: 1, counts: (sent, next) => sent.text === next.text },
];
const LONGEST_MS = Math.max(...RULES.map(({ windowMs }) => windowMs)) + JITTER_MS;

/** Counts requests by a clock that only moves forward; it looks at none itself. */
export interface Pacer {
  /** Milliseconds from `now` until the request may go; 0 where it may go at once. */
  waitMs(next: Ask, now: number): number;
  sent(ask: Ask, now: number): void;
  /** IBKR has refused a request as one too many. */
  violated(now: number): void;
}

export function createPacer(): Pacer {
  let sent: { readonly ask: Ask; readonly at: number }[] = [];
  let restUntil = Number.NEGATIVE_INFINITY;

  const allowedAt = ({ windowMs, max, isShared, counts }: Rule, next: Ask): number => {
    const counted = sent.filter(({ ask }) => counts(ask, next));
    // The one that must have left the window before there is room again.
    const leaving = counted[counted.length - (isShared ? max - (next.leaves ?? 0) : max)];
    return leaving === undefined ? Number.NEGATIVE_INFINITY : leaving.at + windowMs + JITTER_MS;
  };

  return {
    waitMs: (next, now) => Math.max(0, restUntil - now, ...RULES.map((rule) => allowedAt(rule, next) - now)),
    sent(ask, now) {
      sent = sent.filter(({ at }) => at > now - LONGEST_MS);
      sent.push({ ask, at: now });
    },
    violated(now) {
      restUntil = now + AFTER_VIOLATION_MS;
    },
  };
}
