import { spanOfDates } from '../../domain/bars/backfill.js';
import { askOf, type BackfillWish, liveHoursText, NOTHING_MISSING } from '../../domain/bars/backfill-wish.js';
import { standingOf } from '../../domain/bars/standing.js';
import { OperationalError } from '../../kernel/errors.js';
import type { EpochMs } from '../../kernel/units.js';
import type { BackfillAsk, BackfillRun } from '../../ports/backfill-store.js';
import { type PlanDeps, planBackfill } from './plan.js';
import { outcomeLines, progressTexts } from './text.js';
import type { WorkDeps } from './work-chunk.js';
import { workRun } from './work-run.js';

export interface CommandDeps extends WorkDeps, PlanDeps {
  readonly store: WorkDeps['store'];
  readonly history: WorkDeps['history'];
  /** Asks again for minutes that are known to be empty. */
  readonly asksAgain?: boolean;
  /** Months at a time in this process; 0 leaves the work to the workers of a system that runs. */
  readonly atOnce: number;
  /** Sentences and a bar that grows instead of JSON lines. */
  readonly isForPeople: boolean;
  readonly say: (line: string) => void;
  /** Tells this command from all others; wall time. */
  readonly mark: number;
  readonly bar: { set(done: number, all: number, words: readonly string[]): void; close(): void } | undefined;
}

/** Asks, plans, works and tells. False when something is still missing at the end. */
export async function backfillCommand(wish: BackfillWish, deps: CommandDeps): Promise<boolean> {
  const { store, clock, isForPeople, say } = deps;
  const asked = askOf(wish, clock.now(), deps.mark);
  if (!asked.ok) throw new OperationalError('USAGE', `backfill: ${asked.error}${wayOut(asked.error, clock.now())}`);
  const ask = asked.value;
  if (wish.range.to === undefined) sayEnd(ask, deps);
  if (deps.asksAgain) await forgetSilence(ask, deps);
  // Where workers know the market and this process does not, they plan.
  if (deps.atOnce > 0) {
    const { chunks, remarks } = await planBackfill(ask, clock.now(), deps);
    if (chunks.length === 0) return sayNothing(ask, remarks, deps);
    await store.ask(ask);
    await store.plan(ask.id, chunks, remarks.length > 0 ? remarks.join('; ') : undefined);
  } else await store.ask(ask);
  const run = await workRun({ run: ask.id, atOnce: deps.atOnce, onMove: createTeller(deps) }, deps);
  deps.bar?.close();
  for (const line of outcomeLines(run, isForPeople)) say(line);
  if (run.state === 'stopped') say(isForPeople ? 'It was stopped.' : JSON.stringify({ evt: 'backfill.stopped' }));
  const waits = run.parts.some(({ state }) => state === 'waiting' || state === 'running');
  if (waits) sayWaits(ask, deps);
  return run.state === 'done' && (run.reason === undefined || run.reason === NOTHING_MISSING);
}

/** The range of a wish is refused in any hour. */
const wayOut = (why: string, now: EpochMs): string =>
  why === liveHoursText(now) ? '; --force loads them now all the same' : '';

function sayWaits({ isForced }: BackfillAsk, { isForPeople, say }: CommandDeps): void {
  const when = isForced ? '' : ', in the next off-hours';
  const text = `Some months are still open: a worker goes on with them, or the same command${when}.`;
  say(isForPeople ? text : JSON.stringify({ evt: 'backfill.waits', text }));
}

function sayEnd({ range }: BackfillAsk, { isForPeople, say }: CommandDeps): void {
  const text = `it ends with ${range.to}, the last trading day that has been over for 12 hours: a vendor may not have all of a later one yet (--to asks for it all the same)`;
  say(isForPeople ? text : JSON.stringify({ evt: 'backfill.range', ...range, text }));
}

/** Of the source that will be asked; where another process plans, that may be any. */
async function forgetSilence({ roots, range, source: named }: BackfillAsk, deps: CommandDeps): Promise<void> {
  const span = spanOfDates(range, deps.clock.now());
  for (const root of roots) {
    const source = deps.sourceOf(root, named) ?? named;
    if (source !== undefined || deps.atOnce === 0) await deps.store.forgetHoles([span], { roots: [root], source });
  }
}

function sayNothing(
  { roots, range }: BackfillAsk,
  remarks: readonly string[],
  { isForPeople, say }: CommandDeps,
): boolean {
  const isDone = remarks.every((remark) => remark === NOTHING_MISSING);
  for (const text of isDone
    ? roots.map((root) => `${root}: nothing is missing (${range.from} to ${range.to})`)
    : remarks)
    say(isForPeople ? text : JSON.stringify({ evt: isDone ? 'backfill.nothing' : 'backfill.remark', text }));
  return isDone;
}

/** On a terminal a bar that grows; elsewhere a JSON line each time a symbol has come a month further. */
function createTeller({ bar, isForPeople, say }: CommandDeps): (run: BackfillRun) => void {
  const told = new Map<string, string>();
  return (run) => {
    if (isForPeople) {
      const standing = standingOf(run);
      if (standing.minutes > 0) bar?.set(standing.minutesDone, standing.minutes, progressTexts(run.roots, standing));
      return;
    }
    for (const { root, state, minutes, minutesDone, bars } of run.parts) {
      const step = { symbol: root, state, minutes, minutes_done: minutesDone, bars };
      const line = JSON.stringify({ evt: 'backfill.step', ...step });
      if (told.get(root) === line) continue;
      told.set(root, line);
      say(line);
    }
  };
}
