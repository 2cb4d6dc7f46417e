import { type EpochMs, iso } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed, FeedBar, PushOutcome } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import type { RootLine } from './line.js';
import { createMerge, type Merge } from './merge.js';
import type { RootReport, SourcesReport } from './report.js';
import { runAll } from './run.js';
import { instantOf, isAlive, type Patience, USUAL_PATIENCE } from './standing.js';
import { createWatch, type Watch } from './watch.js';

/** Several feeds as one: for each root one of them decides each bar, and another takes over when it cannot. */
export interface ArbitratedFeed extends Feed {
  report(): SourcesReport;
}

export interface ArbiterOptions {
  /** Each runs and is started again by itself; at least one. */
  readonly sources: readonly Feed[];
  /** For each root the names of its sources, in order of trust. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly patience?: Patience;
}

export function createArbiter(options: ArbiterOptions): ArbitratedFeed {
  const { sources, orders, clock } = options;
  const stopping = new AbortController();
  const watch = createWatch({ orders, clock });
  let merge = newMerge(options, watch, clock.now());
  const pushed = sources.find((source) => source.push !== undefined);
  const ofRoot = (line: RootLine): RootReport => {
    const [root, order, charge] = [line.root, orders.get(line.root) ?? [], line.charge()];
    const heard = [charge.source, ...order].find((it) => isAlive(merge.standing(it))) ?? charge.source;
    const [frozen, isMoving] = [watch.frozen(heard, root), watch.isMoving(heard, root)];
    return { root, order, charge, heard, frozen, isMoving, hasDecided: line.hasDecided() };
  };
  const report = (): SourcesReport => ({
    at: clock.now(),
    sources: sources.map(({ name }) => merge.standing(name)),
    roots: merge.lines().map(ofRoot),
  });
  const stopAll = async (): Promise<void> => {
    await Promise.allSettled(sources.map((source) => source.stop()));
  };
  return {
    name: sources.map(({ name }) => name).join(','),
    startsAt: undefined,
    report,
    async *history() {
      for (const source of sources) yield* source.history();
    },
    async run(from, sink) {
      merge = newMerge(options, watch, from);
      await runAll({ ...options, merge, watch, sink, report, from, signal: stopping.signal, stopAll });
    },
    async stop() {
      stopping.abort();
      await stopAll();
    },
    ...(pushed && { push: (bars: readonly FeedBar[]) => pushInto(pushed, bars, orders) }),
  };
}

function newMerge(
  { orders, clock, log, patience = USUAL_PATIENCE }: ArbiterOptions,
  watch: Watch,
  from: EpochMs,
): Merge {
  return createMerge({
    orders,
    from,
    began: instantOf(clock),
    patience,
    frozen: (source, root) => {
      const found = watch.frozen(source, root);
      return found && `frozen: ${found.text}`;
    },
    onSwitch: (to) =>
      log.warn({ evt: 'feed.switch', ...to, since: iso(to.since), at: iso(to.at) }, 'another source is in charge'),
  });
}

/** Of a platform's bars those of the roots it is asked for; it need not know which. */
function pushInto(source: Feed, bars: readonly FeedBar[], orders: ArbiterOptions['orders']): PushOutcome {
  const wanted = bars.filter(({ root }) => orders.get(root)?.includes(source.name));
  const outcome = source.push?.(wanted) ?? { isTaken: false, accepted: 0, ignored: 0 };
  return { ...outcome, ignored: outcome.ignored + bars.length - wanted.length };
}
