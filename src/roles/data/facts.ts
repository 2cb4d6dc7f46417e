import { type FeedFact, type FeedFactKind, isSameFact } from '../../domain/feed-health/fact.js';
import { type EpochMs, iso, MINUTE, SECOND } from '../../kernel/units.js';
import type { BelievedFacts, DataBus } from '../../ports/bus.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import { shortened } from './shortened.js';

/** What the data role knows of one instrument's feed. What it does not know yet it leaves out. */
export interface Known {
  readonly root: string;
  readonly fact: FeedFactKind;
  readonly active: boolean;
  readonly since?: EpochMs | undefined;
  readonly text: string;
  readonly facts: FeedFact['facts'];
}

export interface FactTeller {
  /** Compares what is known with what the engine holds for true, and tells it the differences. */
  tell(): Promise<void>;
  close(): Promise<void>;
}

export interface TellerOptions {
  readonly bus: Pick<DataBus, 'engineFacts' | 'sendFact'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly known: (now: EpochMs) => readonly Known[];
  /** Whether somebody here watches for the end of it: what cannot be told for a while is not forgotten. */
  readonly isWatched?: (held: Pick<FeedFact, 'root' | 'fact'>) => boolean;
}

const TELL_EVERY_MS = SECOND;
/** A fact under way is not told again before the engine can have shown that it has it. Wall milliseconds. */
const UNDER_WAY_MS = 5_000;
/** Without a beat for so long the engine is away. Wall milliseconds. */
const ENGINE_SILENT_MS = 5_000;
/** What the engine holds for true and nobody here watches or knows of for so long, is forgotten. Wall milliseconds. */
const FORGET_AFTER_MS = 10 * MINUTE;

/**
 * Keeps the engine's idea of the feeds true. The engine publishes what it believes, and only the differences are sent: a
 * command that was lost is sent again, and a data role that starts anew finds what the one before it had said. It takes
 * back only what it has seen to be over.
 */
export function startFactTeller({ bus, clock, log, known, isWatched = () => false }: TellerOptions): FactTeller {
  const sentAt = new Map<string, number>();
  const strangeSince = new Map<string, number>();
  let isFailing = false;
  let working: Promise<void> | undefined;

  let seen: { readonly beat: number; readonly at: number | undefined } | undefined;
  /** What an engine believes that lives: its beat was seen to change not long ago. */
  const alive = (shown: BelievedFacts | undefined): readonly FeedFact[] | undefined => {
    if (!shown) return undefined;
    const isNew = shown.beat !== seen?.beat;
    if (isNew) seen = { beat: shown.beat, at: seen === undefined ? undefined : clock.elapsed() };
    const isAlive = seen?.at !== undefined && clock.elapsed() - seen.at < ENGINE_SILENT_MS;
    return isAlive ? shown.facts : undefined;
  };
  const send = async (fact: FeedFact): Promise<void> => {
    const about = `${fact.root}/${fact.fact}/${fact.active}/${fact.facts.source ?? ''}`;
    if (clock.elapsed() - (sentAt.get(about) ?? Number.NEGATIVE_INFINITY) < UNDER_WAY_MS) return;
    await bus.sendFact(fact);
    sentAt.set(about, clock.elapsed());
    log.warn({ evt: 'feed.fact', ...fact, at: iso(fact.at) }, 'the engine is told of the feed');
  };
  const work = async (): Promise<void> => {
    const believed = alive(await bus.engineFacts());
    // Without an engine there is nobody to tell; the one that comes hears what is true then.
    if (!believed) return;
    const now = clock.now();
    const all = known(now);
    for (const it of all) {
      const held = believed.find(({ root, fact }) => root === it.root && fact === it.fact);
      const fact = factOf(it, now);
      if (it.active ? !held || !isSameFact(held, fact) : held) await send(fact);
    }
    await takeBackForgotten(believed, all, now);
  };
  const takeBackForgotten = async (
    believed: readonly FeedFact[],
    all: readonly Known[],
    now: EpochMs,
  ): Promise<void> => {
    const isKnown = (held: FeedFact): boolean => all.some((it) => it.root === held.root && it.fact === held.fact);
    // A roll is never undone; the engine lets it go by itself.
    const strange = believed.filter((held) => held.fact !== 'roll' && !isKnown(held) && !isWatched(held));
    const keys = new Set(strange.map(({ root, fact }) => `${root}/${fact}`));
    for (const key of strangeSince.keys()) if (!keys.has(key)) strangeSince.delete(key);
    for (const held of strange) {
      const key = `${held.root}/${held.fact}`;
      const since = strangeSince.get(key) ?? clock.elapsed();
      strangeSince.set(key, since);
      if (clock.elapsed() - since < FORGET_AFTER_MS) continue;
      await send(factOf({ ...held, active: false, text: 'nothing has been heard of it any more', facts: {} }, now));
    }
  };
  const tell = (): Promise<void> => {
    working ??= work()
      .then(() => {
        isFailing = false;
      })
      .catch((error: unknown) => {
        if (!isFailing) log.warn({ evt: 'feed.fact.failed', error }, 'facts of the feed wait for the stream');
        isFailing = true;
      })
      .finally(() => {
        working = undefined;
      });
    return working;
  };
  const timer = setInterval(() => void tell(), TELL_EVERY_MS);
  return {
    tell,
    async close() {
      clearInterval(timer);
      await working;
    },
  };
}

/** As long as the engine takes it: one that it refused would be sent for ever, and the trouble never be known. */
const TEXT_LENGTH_MAX = 1_000;

/** The id is made of the meaning, so that the same fact sent twice is one. */
function factOf({ root, fact, active, since, text, facts }: Known, now: EpochMs): FeedFact {
  const [phase, told] = [active ? 'began' : 'ended', shortened(text, TEXT_LENGTH_MAX)];
  return { id: `${fact}-${root}-${phase}-${iso(since ?? now)}`, at: now, root, fact, active, text: told, facts };
}
