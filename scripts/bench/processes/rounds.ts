// The side of a server that is measured, the same for ours and for every peer: publish when told, and say what it cost.
import { setTimeout as pause } from 'node:timers/promises';

export interface Serving {
  readonly port: number;
  readonly path: string;
  /** True when a reader has to ask for a web socket. */
  readonly upgrade: boolean;
  /** Hands one event to every open stream. */
  publish?(n: number): void;
}

interface Question {
  readonly ask: 'cpu' | 'publish';
  readonly events: number;
  readonly everyMs: number;
}

/** Tells the parent the address and then serves its rounds. */
export function serveRounds({ publish, ...server }: Serving): void {
  let published = 0;
  const round = async ({ events, everyMs }: Question): Promise<object> => {
    const sentAt: number[] = [];
    const begun = performance.now();
    for (let n = 0; n < events; n += 1) {
      published += 1;
      sentAt.push(Number(process.hrtime.bigint() / 1_000n));
      publish?.(published);
      const wait = begun + (n + 1) * everyMs - performance.now();
      if (wait > 0) await pause(wait);
    }
    return { sentAt, first: published - events + 1 };
  };
  const cpu = (): object => {
    const { user, system } = process.cpuUsage();
    return { cpuMicros: user + system };
  };
  process.on('message', async (question: Question) => {
    process.send?.(question.ask === 'cpu' ? cpu() : await round(question));
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.(server);
}
