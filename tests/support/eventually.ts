import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** Milliseconds until it gives up; 5,000 unless told. */
  readonly timeout?: number;
  readonly every?: number;
}

/** Repeats `check` until it neither throws nor answers false or undefined, and hands back its answer. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeout = 5_000, every = 20 }: Patience = {},
): Promise<T> {
  const giveUpAt = performance.now() + timeout;
  for (;;) {
    let failure: unknown = new Error(`not true within ${timeout} ms: ${check.toString().slice(0, 200)}`);
    try {
      const answer = await check();
      if (answer !== false && answer !== undefined) return answer;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > giveUpAt) throw failure;
    await pause(every);
  }
}
