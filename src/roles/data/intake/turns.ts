/** One thing at a time, in order of arrival; a bounded number may wait. */
export interface Turns {
  /** Undefined when too many wait already; the action is then not done. */
  take<T>(action: () => Promise<T>): Promise<T | undefined>;
}

export function createTurns(waitingMax: number): Turns {
  let turn: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    async take(action) {
      if (waiting >= waitingMax) return undefined;
      waiting += 1;
      const mine = turn.then(action);
      turn = mine.catch(() => undefined);
      try {
        return await mine;
      } finally {
        waiting -= 1;
      }
    },
  };
}
