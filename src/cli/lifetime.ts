/** The part of a long-running command that can be closed. */
export interface Closable {
  close(): Promise<void>;
}

export interface LifetimeOptions {
  readonly onFault: (error: unknown) => void;
  /** An orderly end that takes longer is cut short: with its stores gone a process could wait for them for ever. */
  readonly closeWithinMs: number;
  /**
   * What a signal during the start does: a role leaves at once, since everything it does may be cut off anywhere; a
   * supervisor first finishes its start, so that it knows what to take down.
   */
  readonly duringStart: 'leave' | 'finish';
}

/** One Ctrl-C arrives twice under npm: from the terminal, and passed on by npm itself. */
const SAME_SIGNAL_MS = 1_000;

/**
 * Runs a command until a signal: the first closes it in order and ends with 0, a later one ends at once. Whatever nobody
 * caught ends the process with 1: a restart is the way back.
 */
export async function liveUntilSignal(
  start: (requestEnd: () => void) => Promise<Closable>,
  { onFault, duringStart, closeWithinMs }: LifetimeOptions,
): Promise<void> {
  let signalledAt: number | undefined;
  let isStarting = true;
  let requestEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    requestEnd = resolve;
  });
  const onSignal = (): void => {
    if (signalledAt !== undefined) {
      if (performance.now() - signalledAt > SAME_SIGNAL_MS) process.exit(130);
      return;
    }
    signalledAt = performance.now();
    if (isStarting && duringStart === 'leave') process.exit(0);
    requestEnd();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const fail = (error: unknown): void => {
    onFault(error);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const running = await start(requestEnd);
  isStarting = false;
  await ended;
  setTimeout(() => process.exit(1), closeWithinMs);
  await running.close();
  process.exit(0);
}
