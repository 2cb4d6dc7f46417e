import { mayBackfill, nightDue } from '../../domain/bars/backfill.js';
import { etClockInstant } from '../../domain/sessions/session.js';
import { type EpochMs, MINUTE, type TradingDay } from '../../kernel/units.js';
import type { BackfillStore } from '../../ports/backfill-store.js';
import type { Clock } from '../../ports/clock.js';
import type { Log } from '../../ports/log.js';
import type { Archived } from '../archive/archive-months.js';

export interface ArchiveNightDeps {
  /** Moves what is old enough; undefined when another process is at it. */
  readonly archive: (signal: AbortSignal) => Promise<Archived | undefined>;
  readonly backfills: Pick<BackfillStore, 'run'>;
  readonly clock: Clock;
  readonly log: Log;
  /** After a run that failed or found another one at work. */
  readonly tryAgainMs?: number;
}

export interface ArchiveNights {
  /** Begins the night's run when it is due, and ends it when live hours begin; does not wait for it. */
  look(): Promise<void>;
  close(): Promise<void>;
}

/** A night's backfill brings bars of old months; it is waited for no longer than this, New York. */
const WAIT_UNTIL = '22:00';
const TRY_AGAIN_MS = 5 * MINUTE;

/**
 * Archives once a night. That a night is done is known to this process only: a run that begins again after a restart finds
 * nothing to move, and costs a few seconds for the files' checksums and the daily bars.
 */
export function archiveNights(deps: ArchiveNightDeps): ArchiveNights {
  const { clock, tryAgainMs = TRY_AGAIN_MS } = deps;
  let done: TradingDay | undefined;
  let running: { readonly ended: Promise<void>; readonly leaving: AbortController } | undefined;
  let notBefore = Number.NEGATIVE_INFINITY;
  const begin = (night: TradingDay): void => {
    const leaving = new AbortController();
    const ended = archiveNight(deps, night, leaving.signal).then((isDone) => {
      if (isDone) done = night;
      else notBefore = clock.elapsed() + tryAgainMs;
      running = undefined;
    });
    running = { ended, leaving };
  };
  return {
    async look() {
      const now = clock.now();
      if (!mayBackfill(now)) return running?.leaving.abort();
      const night = nightDue(now);
      if (running || night === done || clock.elapsed() < notBefore) return;
      if (await isBackfilled(deps, night, now)) begin(night);
    },
    async close() {
      running?.leaving.abort();
      await running?.ended;
    },
  };
}

async function isBackfilled({ backfills }: ArchiveNightDeps, night: TradingDay, now: EpochMs): Promise<boolean> {
  if (now >= etClockInstant(night, WAIT_UNTIL)) return true;
  const run = await backfills.run(`night-${night}`);
  return run !== undefined && ['done', 'failed', 'stopped'].includes(run.state);
}

/** False when it is to be tried again. */
async function archiveNight(deps: ArchiveNightDeps, night: TradingDay, signal: AbortSignal): Promise<boolean> {
  const { archive, log } = deps;
  try {
    const archived = await archive(signal);
    if (archived) tellOf(archived, night, log);
    else log.debug({ evt: 'archive.busy', night }, 'another process archives or restores, looking again later');
    return archived !== undefined;
  } catch (error) {
    if (signal.aborted) {
      log.info({ evt: 'archive.left', night }, 'archiving left off in the middle; the next run goes on there');
      return false;
    }
    const reason = error instanceof Error ? error.message || error.name : String(error);
    log.warn({ evt: 'archive.failed', night, err: reason }, 'could not archive, trying again later');
    return false;
  }
}

function tellOf({ months, dropped, faults }: Archived, night: TradingDay, log: Log): void {
  const rows = months.reduce((sum, { removed }) => sum + removed, 0);
  const bytes = months.reduce((sum, month) => sum + month.bytes, 0);
  const moved = months.map(({ root, month }) => `${root} ${month}`);
  for (const fault of faults) log.warn({ evt: 'archive.fault', night, fault }, 'a month of the archive needs a hand');
  log.info(
    { evt: 'archive.night', night, months: moved, rows, bytes, dropped, faults: faults.length },
    months.length === 0 ? 'nothing to archive' : 'months archived',
  );
}
