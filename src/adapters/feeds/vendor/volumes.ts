import type { RollBook, VolumeQuestion } from '../../../domain/instruments/roll-book.js';
import { rest } from '../../../kernel/rest.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { reasonOf } from './failure.js';
import type { Listing, VendorSource } from './source.js';

/** A live market does not wait longer for the volumes: an answer that comes later still counts. Wall milliseconds. */
const ANSWER_MS = 10_000;

export interface VolumeOptions {
  readonly source: VendorSource;
  readonly rolls: RollBook;
  readonly clock: Clock;
  readonly log: Log;
}

/** Asks what the old and the next month traded where a roll is near, and tells the book. Resolves when that is known, or takes too long. */
export type AskVolumes = (found: readonly Listing[], signal: AbortSignal) => Promise<void>;

export function createVolumes({ source, rolls, clock, log }: VolumeOptions): AskVolumes {
  const told = new Set<string>();
  /** The newest day of the last answer, by what was asked: the same days are not asked for again. */
  const answered = new Map<string, string>();
  const ask = async (question: VolumeQuestion, signal: AbortSignal): Promise<void> => {
    const { spec, front, next, at } = question;
    try {
      const volumes = await source.volumes?.(question, signal);
      if (volumes) rolls.learn(spec, volumes, at);
      answered.set(front, newestOf(question));
    } catch (error) {
      const reason = reasonOf(error);
      // Volumes are worth no connection: what ails the vendor shows where bars are asked for.
      if (signal.aborted || told.has(`${front} ${reason}`)) return;
      told.add(`${front} ${reason}`);
      const text = `the volumes of ${front} and ${next} cannot be compared: the calendar decides`;
      log.warn({ evt: 'feed.volumes', feed: source.name, root: spec.root, reason }, text);
    }
  };
  return async (found, signal) => {
    if (!source.volumes) return;
    const now = clock.now();
    const questions = found
      .flatMap(({ spec }) => rolls.question(spec, now) ?? [])
      .filter((question) => answered.get(question.front) !== newestOf(question));
    if (questions.length === 0) return;
    const waiting = new AbortController();
    const all = Promise.all(questions.map((question) => ask(question, signal)));
    await Promise.race([all, rest(ANSWER_MS, AbortSignal.any([signal, waiting.signal]))]);
    waiting.abort();
  };
}

const newestOf = ({ days }: VolumeQuestion): string => days.at(-1) ?? '';
