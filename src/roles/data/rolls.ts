import { instrument } from '../../domain/instruments/catalogue/index.js';
import type { RollBook } from '../../domain/instruments/roll-book.js';
import { type EpochMs, iso } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { FeedBar } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import { untilDone } from './retry.js';

export interface RollsOptions {
  /** Undefined where the calendar's months lead. */
  readonly rolls: RollBook | undefined;
  readonly store: Pick<BarStore, 'range'>;
  readonly roots: readonly string[];
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Keeps the book of rolls true to what is recorded, and says what it decides. */
export interface Rolls {
  /** Reads back which months the recorded bars of near rolls are in: a restart does not undo an early roll. */
  recall(from: EpochMs, now: EpochMs): Promise<void>;
  bars(bars: readonly FeedBar[]): void;
  leads(root: string, now: EpochMs): string | undefined;
}

export function createRolls({ rolls, store, roots, log, signal }: RollsOptions): Rolls {
  const bars = (more: readonly FeedBar[]): void => {
    for (const { root, contract, bar } of more) rolls?.recorded({ root, contract, at: bar.at });
  };
  rolls?.onRoll(({ root, from, to, at, text }) => {
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
    leads(root, now) {
      const spec = instrument(root);
      return spec && rolls?.front(spec, now).symbol;
    },
  };
}
