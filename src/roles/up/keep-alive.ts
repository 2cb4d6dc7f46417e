import type { Log } from '../../ports/log.js';

/** A part of the system that runs outside this process. */
export interface RunningPart {
  readonly pid: number;
  /** Resolves with a sentence when it ends, asked or not. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

export interface Part {
  readonly name: string;
  /** `again` is true when it takes the place of one that died. */
  start(again: boolean): Promise<RunningPart>;
}

export interface KeptPart {
  readonly name: string;
  pid(): number | undefined;
  /** Stops it for good. */
  close(): Promise<void>;
}

export interface Habits {
  readonly log: Log;
  readonly elapsed: () => number;
  readonly onChange: () => void;
  readonly backoffMs?: { readonly first: number; readonly max: number; readonly healthyAfter: number };
}

/** 100 ms, doubled at each death up to 5 s; a part that lived for 30 s begins again at 100 ms. It is never given up. */
const BACKOFF_MS = { first: 100, max: 5_000, healthyAfter: 30_000 };

/** Starts a part and starts it again whenever it dies. Rejects when the very first start fails. */
export async function keepAlive(
  part: Part,
  { log, elapsed, onChange, backoffMs = BACKOFF_MS }: Habits,
): Promise<KeptPart> {
  const closing = new AbortController();
  let running: RunningPart | undefined = await part.start(false);
  const guard = (async () => {
    let wait = backoffMs.first;
    while (!closing.signal.aborted) {
      const startedAt = elapsed();
      const how = running === undefined ? 'it did not start' : await running.ended;
      running = undefined;
      if (closing.signal.aborted) return;
      onChange();
      if (elapsed() - startedAt >= backoffMs.healthyAfter) wait = backoffMs.first;
      log.warn(
        { evt: 'up.part-died', part: part.name, how, againInMs: wait },
        `${part.name} ended (${how}), starting it again`,
      );
      await pause(wait, closing.signal);
      wait = Math.min(wait * 2, backoffMs.max);
      if (closing.signal.aborted) return;
      running = await part.start(true).catch((error: unknown) => {
        log.error({ evt: 'up.part-not-started', part: part.name, err: error }, `${part.name} did not start`);
        return undefined;
      });
      if (closing.signal.aborted) await running?.stop();
      onChange();
    }
  })();
  return {
    name: part.name,
    pid: () => running?.pid,
    async close() {
      closing.abort();
      await running?.stop();
      await guard;
    },
  };
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
