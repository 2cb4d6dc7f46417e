/** The part of a long-running command that can be closed. */
export interface Closable {
  close(): Promise<void>;
}

export interface LifetimeOptions {
  readonly onFault: (error: unknown) => void;
}

/**
 * Runs a command until a signal: the first closes it in order and ends with 0, a second ends at once. A signal during the
 * start is kept until there is something to close. Whatever nobody caught ends the process with 1: a restart is the way back.
 */
export async function liveUntilSignal(
  start: (requestEnd: () => void) => Promise<Closable>,
  { onFault }: LifetimeOptions,
): Promise<void> {
  let signals = 0;
  let requestEnd = (): void => {};
  const ended = new Promise<void>((resolve) => {
    requestEnd = resolve;
  });
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) process.exit(130);
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
  await ended;
  await running.close();
  process.exit(0);
}
