import { monthlySpans, spanOfDates } from '../../domain/bars/backfill.js';
import { NOTHING_MISSING } from '../../domain/bars/backfill-wish.js';
import { minutesIn, missingSpans } from '../../domain/bars/coverage.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../domain/sessions/calendar.js';
import { hasCode, OperationalError } from '../../kernel/errors.js';
import type { EpochMs } from '../../kernel/units.js';
import type { BackfillAsk, BackfillChunk, BackfillStore } from '../../ports/backfill-store.js';
import type { BarHistory } from '../../ports/bar-history.js';

export interface PlanDeps {
  readonly store: Pick<BackfillStore, 'holes'>;
  readonly history: Pick<BarHistory, 'minutes'>;
  /** The vendor to ask for an instrument; undefined when none of the configured ones has its past. */
  readonly sourceOf: (root: string, named: string | undefined) => string | undefined;
}

export interface BackfillPlan {
  readonly chunks: readonly BackfillChunk[];
  /** Why some instrument is not asked for, or why there is nothing to do. */
  readonly remarks: readonly string[];
}

/** Months with missing minutes. What is there, what is closed and what the vendor has no bar for is not asked for again. */
export async function planBackfill(ask: BackfillAsk, now: EpochMs, deps: PlanDeps): Promise<BackfillPlan> {
  const chunks: BackfillChunk[] = [];
  const remarks: string[] = [];
  const unasked = ask.roots.filter((root) => deps.sourceOf(root, ask.source) === undefined);
  if (unasked.length > 0)
    remarks.push(
      `${unasked.join(', ')}: no feed that is configured has the past (.env.example names what each feed needs)`,
    );
  for (const root of ask.roots) {
    const source = deps.sourceOf(root, ask.source);
    if (source !== undefined) chunks.push(...(await chunksOf(root, source, { ask, now, deps, remarks })));
  }
  return { chunks, remarks: chunks.length + remarks.length === 0 ? [NOTHING_MISSING] : remarks };
}

async function chunksOf(
  root: string,
  source: string,
  { ask, now, deps, remarks }: { ask: BackfillAsk; now: EpochMs; deps: PlanDeps; remarks: string[] },
): Promise<readonly BackfillChunk[]> {
  const spec = instrument(root);
  if (!spec) throw new OperationalError('USAGE', `${root} is not an instrument we know`);
  const calendar = sessionCalendar(spec.calendar);
  const chunks: BackfillChunk[] = [];
  for (const { month, from, to } of monthlySpans(spanOfDates(ask.range, now))) {
    const span = { from, to };
    const empty = await deps.store.holes(root, source, span);
    const known = await deps.history.minutes(root, from, to).catch((error: unknown) => {
      if (!hasCode(error, 'ARCHIVE_INVALID')) throw error;
      // What is damaged concerns its own month; every other one can be looked at.
      remarks.push(`${root} ${month}: ${error.message}`);
      return undefined;
    });
    if (!known) continue;
    const missing = missingSpans({ ...span, calendar, empty, minutes: known });
    const minutes = minutesIn(missing);
    if (minutes > 0)
      chunks.push({ id: `backfill-${ask.id}-${root}-${month}`, run: ask.id, root, source, minutes, ...span });
  }
  return chunks;
}
