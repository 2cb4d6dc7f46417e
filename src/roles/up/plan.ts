import type { RunOptions, UpRequest } from '../../config/role-context.js';
import type { EpochMs } from '../../kernel/units.js';
import type { ClockSpec } from '../../ports/clock.js';

export interface Facts {
  /** Names of the live feeds that can be used. */
  readonly feeds: readonly string[];
  readonly demoStart: EpochMs;
  readonly defaultSeed: number;
  /** Earliest bar of the replay's files. */
  readonly firstBarAt: EpochMs | undefined;
  readonly wallNow: EpochMs;
}

/** Turns the wish into what every process of the run is told. Market time begins now on the wall. */
export function planRun(wish: UpRequest, facts: Facts): RunOptions {
  switch (wish.mode) {
    case 'demo':
      return demoRun(wish, facts);
    case 'replay':
      return {
        mode: 'replay',
        clockSpec: clockFrom(wish.from ?? facts.firstBarAt ?? facts.wallNow, wish.speed, facts.wallNow),
        seed: facts.defaultSeed,
        replayFiles: wish.files,
        from: wish.from,
        runId: `replay-${facts.wallNow}`,
      };
    case 'configured':
      if (facts.feeds.length === 0)
        return demoRun({ mode: 'demo', seed: facts.defaultSeed, speed: 1, start: undefined }, facts);
      return {
        mode: 'live',
        clockSpec: { kind: 'system' },
        seed: facts.defaultSeed,
        replayFiles: [],
        from: undefined,
        runId: 'live',
      };
    default:
      return wish satisfies never;
  }
}

function demoRun(wish: Extract<UpRequest, { mode: 'demo' }>, facts: Facts): RunOptions {
  const start = wish.start ?? facts.demoStart;
  return {
    mode: 'demo',
    clockSpec: clockFrom(start, wish.speed, facts.wallNow),
    seed: wish.seed,
    replayFiles: [],
    from: start,
    runId: `demo-${wish.seed}-${facts.wallNow}`,
  };
}

const clockFrom = (marketStart: EpochMs, speed: number, wallStart: EpochMs): ClockSpec =>
  Number.isFinite(speed) ? { kind: 'scaled', marketStart, wallStart, speed } : { kind: 'driven', marketStart };

/** Words of a child's command line that repeat the run. */
export function roleArguments(run: RunOptions, clockText: string): string[] {
  const from = run.from === undefined ? [] : ['--from', new Date(run.from).toISOString()];
  const replay = run.replayFiles.flatMap((file) => ['--replay', file]);
  return ['--mode', run.mode, '--clock', clockText, '--seed', String(run.seed), '--run', run.runId, ...from, ...replay];
}

/** The name of the run for people: `DEMO, seed 1`. */
export function runLabel(run: RunOptions): string {
  if (run.mode === 'demo') return `DEMO, seed ${run.seed}`;
  if (run.mode === 'replay')
    return `REPLAY of ${run.replayFiles.length} ${run.replayFiles.length === 1 ? 'file' : 'files'}`;
  return 'LIVE';
}
