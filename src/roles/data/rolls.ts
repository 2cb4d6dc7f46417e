import { instrument } from '../../domain/instruments/catalogue/index.js';
import type { FrontAt } from '../../domain/instruments/roll.js';
import type { EarlyRoll, RollBook } from '../../domain/instruments/roll-book.js';
import { tradingDayOf } from '../../domain/sessions/trading-day.js';
import { type EpochMs, iso } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { FeedBar } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import type { Known } from './facts.js';
import { untilDone } from './retry.js';

export interface RollsOptions {
  /** Undefined where the calendar's months lead. */
  readonly rolls: RollBook | undefined;
  readonly store: Pick<BarStore, 'range'>;
  readonly roots: readonly string[];
  readonly log: Log;
  readonly signal: AbortSignal;
}

export type Lead = ReturnType<FrontAt>;

/** Keeps the book of rolls true to what is recorded, and says what it decides. */
export interface Rolls {
  /** Reads back which months the recorded bars of near rolls are in: a restart does not undo an early roll. */
  recall(from: EpochMs, now: EpochMs): Promise<void>;
  bars(bars: readonly FeedBar[]): void;
  /** The month that leads, and until when; undefined where the calendar says so. */
  leads(root: string, at: EpochMs): Lead | undefined;
  /** The early rolls to tell, each with the day it has by now, until that day is over. */
  news(now: EpochMs): readonly Known[];
}

export function createRolls({ rolls, store, roots, log, signal }: RollsOptions): Rolls {
  const bars = (more: readonly FeedBar[]): void => {
    for (const { root, contract, bar } of more) rolls?.recorded({ root, contract, at: bar.at });
  };
  let decided: readonly EarlyRoll[] = [];
  rolls?.onRoll((roll) => {
    const { root, from, to, at, text } = roll;
    decided = [...decided.filter((it) => it.root !== root), roll];
    log.info({ evt: 'feed.roll', root, from, to, at: iso(at) }, text);
  });
  return {
    bars,
    async recall(from, now) {
      for (const root of roots) {
        const spec = instrument(root);
        const since = spec && rolls?.recallsFrom(spec, from, now);
        if (since !== undefined)
          bars(await untilDone(() => store.range(root, since, now), { evt: 'bars.range', log, signal }));
      }
    },
    leads(root, at) {
      const spec = instrument(root);
      return spec && rolls?.front(spec, at);
    },
    news: (now) => decided.filter(({ day }) => tradingDayOf(now) <= day).map(knownOf),
  };
}

/** The sentence without the instrument it begins with: a fact is said with its own. */
const knownOf = ({ root, from, to, at, day, text }: EarlyRoll): Known => ({
  ...{ root, fact: 'roll', active: true, since: at, text: text.slice(root.length + 1) },
  facts: { from, to, on: day },
});
