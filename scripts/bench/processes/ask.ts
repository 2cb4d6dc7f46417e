// What a bench says to the processes it measures, and what they answer.
import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';

/** Starts `<name>.js` beside this file. */
export function begin(name: string, more: { args?: readonly string[]; env?: NodeJS.ProcessEnv } = {}): ChildProcess {
  return fork(resolve(import.meta.dirname, `${name}.js`), more.args ?? [], { env: { ...process.env, ...more.env } });
}

/** Every field there is; which of them are told depends on the question. */
interface Answer {
  readonly port: number;
  readonly path: string;
  readonly upgrade: boolean;
  readonly cpuMicros: number;
  readonly sentAt: readonly number[];
  readonly first: number;
  readonly behind: number;
  readonly bytes: number;
  readonly report: { readonly delivered: number; readonly complete: number; readonly p99: number };
}

export const ask = (child: ChildProcess, question: object): Promise<Answer> => {
  child.send(question);
  return answer(child);
};

export const answer = (child: ChildProcess): Promise<Answer> =>
  new Promise((done, fail) => {
    const ended = (code: number | null): void => fail(new Error(`a process of the bench ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      done(message as Answer);
    });
  });
