import type { EpochMs } from '../../../kernel/units.js';

/** Follows which sources bring what is passed on, in time and without a hole: how one that failed earns its place back. */
export interface Returns {
  brought(source: string, close: EpochMs, isInTime: boolean): void;
  /** A minute was passed on. */
  passed(close: EpochMs): void;
  isProved(source: string): boolean;
  forget(source: string): void;
}

/** Minutes remembered: a source may be some minutes behind the one in charge, and then it is not in time anyway. */
const REMEMBERED = 16;

export function createReturns(minutes: number): Returns {
  const runs = new Map<string, { readonly newest: EpochMs; readonly count: number }>();
  let passed: readonly EpochMs[] = [];
  return {
    brought(source, close, isInTime) {
      const run = runs.get(source);
      if (run && close <= run.newest) return;
      const isMissing = run !== undefined && passed.some((it) => it > run.newest && it < close);
      const count = isInTime ? (isMissing ? 1 : (run?.count ?? 0) + 1) : 0;
      runs.set(source, { newest: close, count });
    },
    passed(close) {
      passed = [...passed, close].slice(-REMEMBERED);
    },
    isProved: (source) => (runs.get(source)?.count ?? 0) >= minutes,
    forget: (source) => void runs.delete(source),
  };
}
