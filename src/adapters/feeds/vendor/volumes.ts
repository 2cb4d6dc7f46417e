import type { RollBook, VolumeQuestion } from '../../../domain/instruments/roll-book.js';
import type { DayVolume } from '../../../domain/instruments/volume-roll.js';
import { messageOf } from '../../../kernel/errors.js';
import { rest } from '../../../kernel/rest.js';
import { after, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import { isRefusal } from './failure.js';
import type { Listing, VendorSource } from './source.js';

/** A live market does not wait longer for the volumes: an answer that comes later still counts. Wall milliseconds. */
const ANSWER_MS = 10_000;
/** A vendor may count a day some time after its end: until it has, it is asked again after so long. Market time. */
const AGAIN_MS = 5 * MINUTE;
const NEVER = epochMs(Number.POSITIVE_INFINITY);

export interface VolumeOptions {
  readonly source: VendorSource;
  readonly rolls: RollBook;
  readonly clock: Clock;
  readonly log: Log;
}

/** Asks what the old and the next month traded where a roll is near, and tells the book. */
export interface Volumes {
  /** Asks what is not known yet. Resolves when that is known, or takes too long. */
  ask(found: readonly Listing[], signal: AbortSignal): Promise<void>;
  /** Asks again what the last answer lacked, when it is time. Nobody waits for it. */
  askAgain(found: readonly Listing[], signal: AbortSignal): void;
}

/** What has been asked of a pair of months. */
interface Asked {
  readonly newest: TradingDay | undefined;
  /** When the same may be asked again; never while the answer is awaited, or is whole. */
  againAt: EpochMs;
}

export function createVolumes({ source, rolls, clock, log }: VolumeOptions): Volumes {
  const told = new Set<string>();
  /** By the month that is left. */
  const asked = new Map<string, Asked>();
  const tellOnce = (level: 'info' | 'warn', { spec, front, next }: VolumeQuestion, reason: string): void => {
    if (told.has(`${front} ${reason}`)) return;
    told.add(`${front} ${reason}`);
    const text = `the volumes of ${front} and ${next} cannot be compared: the calendar decides`;
    log[level]({ evt: 'feed.volumes', feed: source.name, root: spec.root, reason }, text);
  };
  const put = async (question: VolumeQuestion, signal: AbortSignal): Promise<void> => {
    const one: Asked = { newest: newestOf(question), againAt: NEVER };
    asked.set(question.front, one);
    try {
      const volumes = (await source.volumes?.(question, signal)) ?? [];
      rolls.learn(question.spec, volumes, question.at);
      if (isWhole(question, volumes)) return;
      one.againAt = after(clock.now(), AGAIN_MS);
      tellOnce('info', question, `${one.newest} is not told of both yet: it is asked for again`);
    } catch (error) {
      // What the end of a connection has cut short is asked on the next one. A refusal stands until the next day's question.
      if (signal.aborted) one.againAt = question.at;
      else if (!isRefusal(error)) one.againAt = after(clock.now(), AGAIN_MS);
      // Volumes are worth no connection: what ails the vendor shows where bars are asked for.
      if (!signal.aborted) tellOnce('warn', question, messageOf(error));
    }
  };
  const putAll = (found: readonly Listing[], signal: AbortSignal): readonly Promise<void>[] => {
    const now = clock.now();
    const isOpen = (question: VolumeQuestion): boolean => {
      const last = asked.get(question.front);
      return last === undefined || last.newest !== newestOf(question) || last.againAt <= now;
    };
    const questions = source.volumes ? found.flatMap(({ spec }) => rolls.question(spec, now) ?? []) : [];
    return questions.filter(isOpen).map((question) => put(question, signal));
  };
  return {
    async ask(found, signal) {
      const answers = putAll(found, signal);
      if (answers.length === 0) return;
      const waiting = new AbortController();
      await Promise.race([Promise.all(answers), rest(ANSWER_MS, AbortSignal.any([signal, waiting.signal]))]);
      waiting.abort();
    },
    askAgain(found, signal) {
      const now = clock.now();
      if ([...asked.values()].some(({ againAt }) => againAt <= now)) putAll(found, signal);
    },
  };
}

const newestOf = ({ days }: VolumeQuestion): TradingDay | undefined => days.at(-1);

/** Whether the newest day is known of both months: without it a roll may be found a day late. */
function isWhole(question: VolumeQuestion, volumes: readonly DayVolume[]): boolean {
  const newest = newestOf(question);
  const has = (contract: string): boolean => volumes.some((row) => row.contract === contract && row.day === newest);
  return has(question.front) && has(question.next);
}
