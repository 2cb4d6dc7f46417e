import { emptyBook } from '../../../domain/accounts/book.js';
import { rollsIn } from '../../../domain/bars/rolls.js';
import { decide } from '../../../domain/copilot/decide.js';
import type { CopilotEvent } from '../../../domain/copilot/event.js';
import { type CopilotState, createCopilot } from '../../../domain/copilot/state.js';
import { trainFor, trainingDue } from '../../../domain/regime/training.js';
import { defaultLimits } from '../../../domain/risk/limits.js';
import { assert } from '../../../kernel/assert.js';
import { after, type EpochMs, epochMs, MINUTE, type MicroUsd, type TradingDay } from '../../../kernel/units.js';
import type { Output } from '../../../ports/audit-store.js';
import type { FeedBar } from '../../../ports/feed.js';
import { isWanted } from '../loop.js';
import { outputOf } from '../outputs.js';
import { dueBetween, dueJob } from '../schedule.js';

export interface Minute {
  readonly close: EpochMs;
  readonly bars: readonly FeedBar[];
}

export interface ReplayInput {
  readonly roots: readonly string[];
  readonly accountSize: MicroUsd;
  readonly start: EpochMs;
  /** Every minute, those before `start` as history. */
  readonly minutes: Iterable<Minute>;
}

/** One audited decision. */
export interface Decided {
  readonly kind: CopilotEvent['kind'];
  readonly tradingDay: TradingDay;
  readonly outputs: readonly Output[];
}

/**
 * Days of bars through the same decisions in the same order as in a running engine: history first, a first plan, then minute
 * for minute the bars, the promise that the minute is over, the jobs that fell due, and the regime models the worker would
 * have trained. Only the services are left out.
 */
export function* replayed({ roots, accountSize, start, minutes }: ReplayInput): Generator<Decided> {
  const limits = defaultLimits(accountSize);
  const state = createCopilot({ roots, accountSize, limits, book: emptyBook, start });
  const kept = new Map(roots.map((root) => [root, [] as FeedBar[]]));
  const trainer = createTrainer(state, kept);
  let dueThrough = start;
  let isLive = false;

  function* decided(event: CopilotEvent): Generator<Decided> {
    const { effects, ignored } = decide(state, event);
    if (ignored !== undefined) return;
    const outputs = effects.map((effect) => outputOf(effect, 'demo'));
    yield { kind: event.kind, tradingDay: state.tradingDay, outputs };
  }

  function* jobsThrough(through: EpochMs): Generator<Decided> {
    if (through <= dueThrough) return;
    for (const job of dueBetween(dueThrough, through, state.limits.inForce)) {
      if (isWanted(job, state)) yield* decided({ kind: 'job', at: job.at, name: job.name });
    }
    dueThrough = through;
  }

  function* begin(): Generator<Decided> {
    for (const [root, bars] of kept) state.seed(root, bars);
    yield* decided({ kind: 'begin', at: start, id: 'begin-1', asked: start, accountSize, limits });
    const first = dueJob('focus', epochMs(Math.floor(start / MINUTE) * MINUTE));
    yield* decided({ kind: 'job', at: first.at, name: first.name });
    for (const event of trainer(start)) yield* decided(event);
    isLive = true;
  }

  for (const { close, bars } of minutes) {
    if (close > start && !isLive) yield* begin();
    for (const bar of bars) kept.get(bar.root)?.push(bar);
    if (close <= start) continue;
    for (const bar of bars) {
      yield* jobsThrough(after(close, -1));
      yield* decided({ kind: 'bar', at: close, ...bar });
    }
    yield* decided({ kind: 'clock', at: close });
    yield* jobsThrough(close);
    for (const event of trainer(close)) yield* decided(event);
  }
}

/** What the worker would have sent by an instant and has not sent yet. */
function createTrainer(state: CopilotState, kept: ReadonlyMap<string, readonly FeedBar[]>) {
  const done = new Set<string>();
  return function* trained(at: EpochMs): Generator<CopilotEvent> {
    for (const [root, bars] of kept) {
      const symbol = state.symbols.get(root);
      const newest = bars.at(-1);
      assert(symbol !== undefined, `bars of ${root}, which is not replayed`);
      if (!newest) continue;
      const due = trainingDue(after(newest.bar.at, MINUTE), symbol.calendar);
      const id = `${due.day}-${root}`;
      if (done.has(id)) continue;
      done.add(id);
      const model = trainFor({ root, due, bars: bars.map(({ bar }) => bar), rolls: rollsIn(bars) });
      if (model.ok) yield { kind: 'regime-model', at, root, model: model.value };
    }
  };
}
