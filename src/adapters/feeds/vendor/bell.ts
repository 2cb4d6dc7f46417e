/** Lets a loop rest until something happens, or a while has passed. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, after `ms`, or when `signal` aborts; leaves no timer behind. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  let wake = (): void => {};
  let hasRung = false;
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async wait(ms, signal) {
      if (!hasRung && !signal.aborted)
        await new Promise<void>((resolve) => {
          const done = (): void => {
            clearTimeout(timer);
            signal.removeEventListener('abort', done);
            resolve();
          };
          const timer = setTimeout(done, Math.max(1, Math.ceil(ms)));
          signal.addEventListener('abort', done, { once: true });
          wake = done;
        });
      hasRung = false;
      wake = () => {};
    },
  };
}
