import { type EpochMs, epochMs, MINUTE } from '../../kernel/units.js';
import type { ContractSpec } from '../instruments/contract.js';
import type { FrontAt } from '../instruments/roll.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { type Gap, missingMinutes, openStretches } from './gaps.js';

/** `from <= t < to`. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** What is asked of one listed contract. */
export interface ContractSpan extends Span {
  readonly contract: string;
}

export interface Coverage extends Span {
  readonly calendar: SessionCalendar;
  /** Open times of the bars that are there, in order. */
  readonly minutes: ArrayLike<number>;
  /** Stretches known to hold no bar, in order. */
  readonly empty: readonly Span[];
}

/** Open-market minutes of a stretch without a bar, as far as nobody knows that there is none. */
export function missingSpans({ from, to, calendar, minutes, empty }: Coverage): readonly Span[] {
  const stretches = openStretches(from, to, calendar).map(spanOf);
  return spansWithout(stretches, minutes, empty);
}

const spanOf = ({ from, until }: Gap): Span => ({ from, to: until });

/** What is left of spans when minutes and other spans are taken out; all of them in order. */
export function spansWithout(
  spans: readonly Span[],
  minutes: ArrayLike<number>,
  others: readonly Span[] = [],
): readonly Span[] {
  const left: Span[] = [];
  let [minute, other] = [0, 0];
  for (const { from, to } of spans) {
    let open: number | undefined;
    const end = (at: number): void => {
      if (open !== undefined && open < at) left.push({ from: epochMs(open), to: epochMs(at) });
      open = undefined;
    };
    for (let at: number = from; at < to; at += MINUTE) {
      while (minute < minutes.length && (minutes[minute] ?? 0) < at) minute += 1;
      while (other < others.length && (others[other]?.to ?? 0) <= at) other += 1;
      const isThere = minutes[minute] === at || (others[other]?.from ?? Number.POSITIVE_INFINITY) <= at;
      if (isThere) end(at);
      else open ??= at;
    }
    end(to);
  }
  return left;
}

/** The part of spans that lies in `from <= t < to`. */
export const clipped = (spans: readonly Span[], { from, to }: Span): readonly Span[] =>
  spans
    .map((span) => ({ from: epochMs(Math.max(span.from, from)), to: epochMs(Math.min(span.to, to)) }))
    .filter((span) => span.from < span.to);

export const minutesIn = (spans: readonly Span[]): number =>
  spans.reduce((sum, { from, to }) => sum + Math.round((to - from) / MINUTE), 0);

/** Spans with less open market than this between them are asked for as one: a request costs more than an hour of bars. */
const JOIN_OPEN_MINUTES = 60;

/**
 * What to ask a vendor for so that spans are covered: neighbours are joined, and each question concerns the one contract that
 * led then, as `front` says.
 */
export function questionsFor(
  front: FrontAt,
  spans: readonly Span[],
  { spec, calendar }: { readonly spec: ContractSpec; readonly calendar: SessionCalendar },
): readonly ContractSpan[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const isNear = last !== undefined && missingMinutes(last.to, span.from, calendar) < JOIN_OPEN_MINUTES;
    if (isNear) joined[joined.length - 1] = { from: last.from, to: span.to };
    else joined.push(span);
  }
  return joined.flatMap((span) => contractSpans(spec, span, front));
}

/** A span cut where the front month changes. */
export function contractSpans(spec: ContractSpec, { from, to }: Span, front: FrontAt): readonly ContractSpan[] {
  const parts: ContractSpan[] = [];
  for (let at = from; at < to; ) {
    const { symbol, rollsAt } = front(spec, at);
    const end = epochMs(Math.min(rollsAt, to));
    parts.push({ contract: symbol, from: at, to: end });
    at = end;
  }
  return parts;
}
